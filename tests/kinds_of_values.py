"""Kinds of values that a session may have: code that makes some, and an expression that tells one from another.

The expression is evaluated where they were made, and after restoring them in another process.
"""

KEPT = {
    # NumPy
    "an array": ("v = np.arange(6).reshape(2, 3)", "v, v.dtype, v.flags.writeable"),
    "one of another order": ("v = np.asfortranarray(np.arange(6.).reshape(2, 3))", "v, v.flags.f_contiguous"),
    "a large one": ("v = np.arange(400_000.)", "v.sum(), v.dtype, v.flags.writeable"),
    "a number of NumPy's": ("v = np.float32(1.5), np.array(3), np.datetime64('2026-01-02')", "v, v[1].shape"),
    "records": ("v = np.array([(1, 2.5, 'x')], dtype=[('a', 'i4'), ('b', 'f8'), ('c', 'U3')])", "v, v.dtype"),
    "an array of objects": ("a = [1]; v = np.array([a, None, 'x'], dtype=object)", "v[0] is a, v[1:].tolist()"),
    "a masked one": ("v = np.ma.array([1, 2, 3], mask=[0, 1, 0])", "v.tolist(), v.mask.tolist()"),
    "a matrix": ("v = np.matrix('1 2; 3 4')", "type(v), v * v"),
    "one that can't be written": ("v = np.arange(3); v.flags.writeable = False", "v, v.flags.writeable"),
    "a large one that can't be": ("v = np.ones(300_000); v.flags.writeable = False", "v.sum(), v.flags.writeable"),
    "views": (
        "a = np.arange(12.).reshape(3, 4); v = a[::2, 1:]; t = a.T; r = a[::-1]; b = np.broadcast_to(a[0], (2, 4))",
        "v, v.strides, t.strides, r, r.strides, b.strides, np.shares_memory(a, v), np.shares_memory(a, r)",
    ),
    "a view of what is read-only": (
        "a = np.arange(1e4); v = a[2:]; a.setflags(write=False)",
        "a[3], v[1], a.flags.writeable, v.flags.writeable",
    ),
    "a field of records with objects": (
        "a = np.array([(1, 'x'), (2, [3])], dtype=[('n', int), ('o', object)]); v = a['n']",
        "a.tolist(), v.tolist()",
    ),
    "a view of axes in another order": (
        "a = np.arange(24).reshape(2, 3, 4).transpose(1, 0, 2) + 1; v = a[0]",
        "a.tolist(), v.tolist()",
    ),
    "views of a large one": ("a = np.zeros((1000, 1000)); v = a[5:]; v[0, 0] = 7", "a[5, 0], v.shape, v.strides"),
    "random generators": (
        "v = np.random.default_rng(5); w = np.random.RandomState(6); v.random()",
        "v.random(), w.rand(), [v.random(), w.rand()]",
    ),
    "functions of NumPy's": ("v = np.sin; w = np.poly1d([1, 2]); x = np.dtype('i4')", "v is np.sin, w(3), x"),
    "a mapped file": (
        "v = np.memmap(f'{folder}/mapped', 'f8', 'w+', shape=4); v[:] = 3; v.flush()",
        "type(v), v.tolist(), v.filename",
    ),
    # pandas, SciPy, matplotlib
    "a table": (
        "v = pd.DataFrame({'a': [1, 2], 'b': ['x', None], 'c': pd.Categorical(['u', 'w'])}, index=['i', 'j'])",
        "v.to_dict(), v.dtypes.tolist(), v.index.tolist()",
    ),
    "a column of it": ("v = pd.DataFrame({'a': np.arange(3)}); s = v['a']", "s.tolist(), s.name, v.equals(v.copy())"),
    "indices": (
        "v = pd.MultiIndex.from_product([[1, 2], ['a', 'b']]); w = pd.date_range('2026', periods=2, tz='Europe/Paris')",
        "v.tolist(), w.tolist(), w.tz",
    ),
    "sparse matrices": ("sp = imported('scipy.sparse'); v = sp and sp.eye(3, format='csr')", "sp and v.toarray()"),
    "an interpolator": (
        "si = imported('scipy.interpolate'); v = si and si.CubicSpline([0, 1, 2], [0, 1, 4])",
        "si and float(v(1.5))",
    ),
    "a figure": (
        "f, ax = plt.subplots(); line, = ax.plot([1, 2, 3]); ax.set_xlim(0, 9); im = ax.imshow([[1, 2]])",
        "line in ax.lines, ax.figure is f, ax.get_xlim(), im.get_array().tolist()",
    ),
    "a colour map": ("v = plt.get_cmap('viridis'); n = matplotlib.colors.LogNorm(1, 10)", "v(0.5), float(n(5))"),
    # The standard library
    "dates": (
        "import datetime as d, zoneinfo as z; v = d.datetime(2026, 1, 2, tzinfo=z.ZoneInfo('Asia/Tokyo')), d.date.min",
        "v, v[0].utcoffset()",
    ),
    "numbers": ("import decimal, fractions as f; v = decimal.Decimal('1.10'), f.Fraction(1, 3), 2**200, 1j", "v"),
    "texts": ("import re; v = 'ä\\0', b'\\xff', bytearray(b'x'), re.compile('a+', re.I)", "v, v[3].flags"),
    "paths and names": ("import pathlib, uuid; v = pathlib.Path('/a/b'), uuid.UUID(int=5), range(3), slice(1, 2)", "v"),
    "containers": (
        "import collections as c; v = c.OrderedDict(b=1), c.Counter('aab'), c.deque([1, 2], 3), frozenset({1}), {2}",
        "v, v[2].maxlen",
    ),
    "a defaultdict": ("import collections as c; v = c.defaultdict(lambda: [7]); v['a'].append(1)", "v['b'], v['a']"),
    "a list in itself": ("v = [1]; v.append(v); w = {'v': v}", "v[1] is v, w['v'] is v"),
    "two names of one": ("a = [1]; b = a; c = {'a': a}; d = (a, [a])", "b is a, c['a'] is a, d[0] is a, d[1][0] is a"),
    "an array.array": ("import array; v = array.array('d', [1, 2])", "v"),
    "a memoryview": ("a = bytearray(b'abc'); v = memoryview(a); v[0] = 120", "bytes(v), v.obj is a, type(v)"),
    "files in memory": ("import io; v = io.StringIO('ab'); v.read(1); w = io.BytesIO(b'xy')", "v.read(), w.getvalue()"),
    "random numbers": ("import random; v = random.Random(3); v.random()", "v.random()"),
    "a namespace": ("import types; v = types.SimpleNamespace(a=[1])", "v"),
    "an exception": ("v = ValueError('x', 3)", "type(v), v.args"),
    "a logger": ("import logging; v = logging.getLogger('some')", "v is logging.getLogger('some')"),
    "partial functions": ("import functools as f; v = f.partial(int, base=2); w = f.partial(max, 3)", "v('101'), w(2)"),
    "a library in C": ("import ctypes; v = ctypes.CDLL(None); v.abs(-2)", "v.abs(-3), v._name"),
    "standard streams": ("import sys; v = sys.stdout", "v is __import__('sys').stdout"),
    "modules": ("import os.path as v, json; w = json.dumps; x = json.JSONEncoder", "v.sep, w([1]), x().encode(1)"),
    "iterators": ("v = iter([1, 2, 3]); next(v); w = iter(range(5)); next(w)", "list(v), list(w)"),
    # What is defined at the prompt
    "a function": (
        "k = 2\ndef v(a, *, b=3) -> int:\n    'Doc.'\n    return a + b + k",
        "v(1), v.__doc__, v.__annotations__",
    ),
    "a function's globals": (
        "k = 2\ndef v(): return k\ndef change():\n    global k\n    k = 9",
        "v(), change(), v(), k",
    ),
    "lambdas": ("v = lambda x, y=[1]: (x, y); w = [v]", "v(1), w[0] is v"),
    "a recursive one": ("def v(n): return 1 if n < 2 else n * v(n - 1)", "v(5)"),
    "closures that share": (
        "def make():\n    n = 0\n    def inc():\n        nonlocal n\n        n += 1\n        return n\n"
        "    return inc, lambda: n\ninc, get = make(); inc()",
        "get(), inc(), get()",
    ),
    "decorated ones": (
        "import functools\ndef log(f):\n    @functools.wraps(f)\n    def g(*a): return 'logged', f(*a)\n    return g\n"
        "@log\ndef v(x): return x",
        "v(1), v.__name__, v.__wrapped__(2)",
    ),
    "cached ones": ("import functools\n@functools.lru_cache(5)\ndef v(x): return x + 1", "v(2), v.cache_parameters()"),
    "generators' functions": ("def v():\n    yield k\nk = 4", "list(v())"),
    "a class and its objects": (
        "class A:\n    made = []\n    def __init__(self, x): self.x = x\n    def f(self): return self.x + k\n"
        "class B(A):\n    def f(self): return super().f() * 2\n    @property\n    def p(self): return self.x\n"
        "    @classmethod\n    def c(cls): return cls.__name__\nk = 1; a = A(2); b = B(3); A.made += [a, b]",
        "a.f(), b.f(), b.p, B.c(), type(b) is B, isinstance(b, A), A.made[0] is a, A.made[1] is b",
    ),
    "objects with slots": ("class A:\n    __slots__ = ('x', 'y')\nv = A(); v.x = [1]", "v.x, hasattr(v, 'y')"),
    "data classes": (
        "import dataclasses as d\n@d.dataclass(frozen=True)\nclass A:\n    x: int\n"
        "    y: list = d.field(default_factory=list)\nv = A(1); w = {v.x: v}",
        "v, w[1] is v, v == A(1)",
    ),
    "enumerations": (
        "import enum\nclass A(enum.Enum):\n    X = 1\n    Y = 2\nv = A.X; w = [A.Y]",
        "v is A.X, w[0] is A.Y",
    ),
    "named tuples": ("import collections as c; A = c.namedtuple('A', 'x y'); v = A(1, y=2)", "v, v.y, type(v) is A"),
    "abstract classes": (
        "import abc\nclass A(abc.ABC):\n    @abc.abstractmethod\n    def f(self): ...\n"
        "class B(A):\n    def f(self): return 3\nv = B()",
        "v.f(), isinstance(v, A), A.__abstractmethods__",
    ),
    "a metaclass": (
        "class M(type):\n    def f(cls): return 5\nclass A(metaclass=M): pass\nv = A()",
        "A.f(), type(v) is A",
    ),
    "bound methods": (
        "class A:\n    def f(self): return self.x\nv = A(); v.x = 1; m = v.f; v.x = 2",
        "m(), m.__self__ is v",
    ),
    "objects that know each other": (
        "class N: pass\na, b = N(), N(); a.other, b.other = b, a; l = [a, b]",
        "a.other is b, b.other is a, l[0] is a",
    ),
    "objects of their own ways": (
        "class A:\n    def __init__(self): self.x, self.y = 1, (i for i in 'a')\n"
        "    def __getstate__(self): return {'x': self.x + 1}\nv = A()",
        "type(v) is A, hasattr(v, 'x')",
    ),
}
"""Code that makes them, and the expression."""

LEFT_OUT = {
    "a generator": ("v = (i for i in 'ab')", "generator"),
    "a coroutine": ("async def f(): pass\nv = f()", "coroutine"),
    "a file that is read": ("v = open(__import__('os').__file__)", "open file"),
    "a file that is written": ("v = open(f'{folder}/a', 'wb')", "open file"),
    "a socket": ("import socket; v = socket.socket()", "socket"),
    "a lock": ("import threading; v = threading.Lock()", "lock"),
    "a thread": ("import threading; v = threading.Thread()", "lock|_thread"),
    "a queue": ("import queue; v = queue.Queue()", "lock|_thread"),
    "a connection": ("import sqlite3; v = sqlite3.connect(':memory:')", "Connection"),
    "a process": ("import subprocess as s; v = s.Popen(['true'], stdout=-1); v.wait()", "lock|file|_thread|Buffered"),
    "an executor": ("import concurrent.futures as c; v = c.ThreadPoolExecutor(1)", "lock|_thread|weakref|SimpleQueue"),
    "a frame": ("import sys; v = sys._getframe()", "frame"),
    "a weak reference": ("import weakref\nclass A: pass\na = A(); v = weakref.ref(a)", "weakref|ReferenceType"),
    "a match": ("import re; v = re.match('a', 'a')", "Match"),
    "a pointer": ("import ctypes; v = ctypes.pointer(ctypes.c_int(3))", "pointer"),
    "an object that refuses": ("class A:\n    def __reduce__(self): raise TypeError('not me')\nv = A()", "not me"),
    "an object that exits": ("class A:\n    def __getstate__(self): raise SystemExit(3)\nv = A()", "SystemExit"),
    "one that says it is a global": ("class A:\n    def __reduce__(self): return 'v'\nv = A()", "v"),
    "a list with one bad": ("v = [1, (i for i in 'a')]", "generator"),
    "a part of a memoryview": ("v = memoryview(b'abc')[1:]", "part"),
    "a mapping of the process": ("import mmap; v = mmap.mmap(-1, 10)", "mmap"),
    "a deep list": ("v = []\nfor _ in range(10**5): v = [v]", "recursion|Recursion|deep"),
    "the names themselves": ("v = globals()", "names of the session"),
}
"""Code that makes `v`, and what the reason says (a regular expression)."""
