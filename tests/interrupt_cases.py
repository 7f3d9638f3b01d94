"""The table of what Ctrl-C stops: code that goes on for ever, each in its own way.

Shared by the tests and by `benchmarks/interrupts.py`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """Code that never ends by itself."""

    code: str
    """A script.  Just before it blocks, it calls `begun()`."""
    child: str = ""
    """The name of the program that it starts, if it does: the press is for that as well."""
    display: bool = False
    """Whether it needs a display."""
    unaided: bool = False
    """Whether one press stops it without the main-thread role too: it comes back to Python again and again."""
    in_lock: bool = False
    """Whether it waits for a lock, or for what is made of one: without the role, that looks at no signal.  Other
    blocking calls do from Python 3.15 on, and one press stops them there."""
    holds_gil: bool = False
    """Whether nothing but a signal handler can run meanwhile: without the role, nothing stops it."""
    keeps_reading: bool = False
    """Whether it reads the terminal itself: abandoned, it may take what is typed next."""
    peers: bool = True
    """Whether IPython stops it with one press as well, so that the two can be compared."""

    def script(self) -> str:
        """The whole script; it says "begun" when it has begun."""
        return f"{PRELUDE}{self.code}\n"


PRELUDE = """\
import sys, threading, time
def begun():
    print("begun", flush=True)
data = [1, 2, 3]
"""

_SOCKETS = """
import socket
server = socket.create_server(("127.0.0.1", 0))
address = server.getsockname()
"""

_TLS = """
import ssl
def context(side):
    made = ssl.SSLContext(side)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers("AECDH:@SECLEVEL=0")  # no certificate needed
    return made
def answer():
    peer = context(ssl.PROTOCOL_TLS_SERVER).wrap_socket(server.accept()[0], server_side=True)
    time.sleep(1000)
threading.Thread(target=answer, daemon=True).start()
client = context(ssl.PROTOCOL_TLS_CLIENT).wrap_socket(socket.create_connection(address))
begun(); client.recv(1)
"""

_ASYNCIO_FINALLY = """
import asyncio
async def main():
    try:
        begun(); await asyncio.sleep(1000)
    finally:
        await asyncio.sleep(0.01)
        data.append("cleaned")
asyncio.run(main())
"""

CASES = {
    # Python itself
    "loop": Case("begun()\nwhile True: pass", unaided=True),
    "generator": Case("begun(); sum(i for i in iter(int, 1))", unaided=True),
    "comprehension": Case("begun(); [None for _ in iter(int, 1)]", unaided=True),
    "calls": Case(
        "def f(): return [g(i) for i in range(9)]\ndef g(i): return i\nbegun()\nwhile True: f()", unaided=True
    ),
    "except Exception": Case(
        "def step():\n    try: time.sleep(0.001)\n    except Exception: pass\nbegun()\nwhile True: step()", unaided=True
    ),
    "raises and catches": Case(
        "begun()\nwhile True:\n    try: raise ValueError\n    except ValueError: pass", unaided=True
    ),
    "exec": Case("begun(); exec('while True: pass')", unaided=True),
    "prints": Case("begun()\nwhile True: print(end='', flush=True)", unaided=True),
    "allocates": Case("begun()\nwhile True: [[] for _ in range(10_000)]", unaided=True),
    "destructors": Case("class D:\n    def __del__(self): sum(range(99))\nbegun()\nwhile True: D()", unaided=True),
    "sorts": Case("begun()\nwhile True: sorted(range(20_000), key=lambda i: -i)", unaided=True),
    "import": Case(
        "import pathlib; pathlib.Path('slow.py').write_text('import time; time.sleep(1000)')\nbegun(); import slow"
    ),
    # C that holds the GIL, and asks for signals
    "regular expression": Case("import re; begun(); re.match(r'(a+)+$', 'a' * 40 + 'b')", holds_gil=True),
    "big int": Case("begun(); pow(7, 30_000_000)", holds_gil=True),
    # threads
    "sleep": Case("begun(); time.sleep(1000)"),
    "lock": Case("lock = threading.Lock(); lock.acquire(); begun(); lock.acquire()", in_lock=True),
    "lock with a limit": Case(
        "lock = threading.Lock(); lock.acquire(); begun(); lock.acquire(timeout=1000)", in_lock=True
    ),
    "event": Case("begun(); threading.Event().wait()", in_lock=True),
    "condition": Case("c = threading.Condition(); begun()\nwith c: c.wait()", in_lock=True),
    "semaphore": Case("begun(); threading.Semaphore(0).acquire()", in_lock=True),
    "queue": Case("import queue; begun(); queue.Queue().get()", in_lock=True),
    "simple queue": Case("import queue; begun(); queue.SimpleQueue().get()", in_lock=True),
    "join": Case(
        "t = threading.Thread(target=time.sleep, args=[1000], daemon=True); t.start(); begun(); t.join()", in_lock=True
    ),
    "future": Case("from concurrent.futures import Future; begun(); Future().result()", in_lock=True),
    "thread pool": Case(
        "from concurrent.futures import ThreadPoolExecutor\nimport queue; q = queue.Queue()\n"
        "pool = ThreadPoolExecutor(); begun(); pool.submit(q.get, timeout=20).result()",
        in_lock=True,
    ),
    "thread pool, with": Case(
        "from concurrent.futures import ThreadPoolExecutor\nimport queue; q = queue.Queue()\n"
        "with ThreadPoolExecutor() as pool:\n    begun(); pool.submit(q.get, timeout=20).result()",
        in_lock=True,
        peers=False,
    ),
    # sockets
    "recv": Case("import socket; a, b = socket.socketpair(); begun(); a.recv(1)"),
    "accept": Case(f"{_SOCKETS}begun(); server.accept()"),
    "connect": Case(
        "import socket\nserver = socket.socket(); server.bind(('127.0.0.1', 0)); server.listen(0)\n"
        "first = socket.create_connection(server.getsockname())\n"  # the backlog is full now
        "begun()\nothers = [socket.create_connection(server.getsockname()) for _ in range(9)]"
    ),
    "TLS": Case(f"{_SOCKETS}{_TLS}"),
    "urllib": Case(
        f"{_SOCKETS}import urllib.request\nbegun(); urllib.request.urlopen('http://127.0.0.1:%d/' % address[1])"
    ),
    "http": Case(
        f"{_SOCKETS}import http.client\nc = http.client.HTTPConnection(*address); c.request('GET', '/')\n"
        "begun(); c.getresponse()"
    ),
    "select": Case("import select, socket; a, b = socket.socketpair(); begun(); select.select([a], [], [])"),
    "poll": Case(
        "import select, socket; a, b = socket.socketpair(); p = select.poll(); p.register(a, select.POLLIN)\n"
        "begun(); p.poll()"
    ),
    "epoll": Case("import select; begun(); select.epoll().poll()"),
    # files
    "pipe": Case("import os; r, w = os.pipe(); begun(); os.read(r, 1)"),
    "FIFO": Case("import os; os.mkfifo('fifo'); begun(); open('fifo')"),
    "flock": Case(
        "import fcntl\na = open('lock', 'w'); fcntl.flock(a, fcntl.LOCK_EX)\nb = open('lock', 'w'); begun()\n"
        "fcntl.flock(b, fcntl.LOCK_EX)"
    ),
    # processes
    "subprocess.run": Case(
        "import subprocess; begun(); subprocess.run(['sleep', '1000'])", child="sleep", unaided=True
    ),
    "communicate": Case(
        "import subprocess; begun(); subprocess.Popen(['sleep', '1000'], stdout=subprocess.PIPE).communicate()",
        child="sleep",
        unaided=True,
    ),
    "Popen.wait": Case(
        "import subprocess; begun(); subprocess.Popen(['sleep', '1000']).wait()", child="sleep", unaided=True
    ),
    "child that ignores SIGINT": Case(
        """import subprocess; begun(); subprocess.run(["sh", "-c", "trap '' INT; sleep 20"])""", child="sleep"
    ),
    "os.system": Case("import os; begun(); os.system('sleep 1000')", child="sleep", unaided=True, peers=False),
    "os.waitpid": Case(
        "import os; pid = os.spawnlp(os.P_NOWAIT, 'sleep', 'sleep', '1000'); begun(); os.waitpid(pid, 0)",
        child="sleep",
        unaided=True,
    ),
    "Pool.map": Case(
        "from multiprocessing import get_context\npool = get_context('fork').Pool(2); begun()\n"
        "pool.map(time.sleep, [1000, 1000])",
        in_lock=True,
        peers=False,
    ),
    "process pool": Case(
        "from concurrent.futures import ProcessPoolExecutor\nfrom multiprocessing import get_context\n"
        "def work(first):\n    if first: begun()\n    time.sleep(1000)\n"  # by then it is waited for
        "with ProcessPoolExecutor(2, get_context('fork')) as pool: list(pool.map(work, [False, True]))",
        in_lock=True,
        peers=False,
    ),
    # asyncio
    "asyncio": Case("import asyncio; begun(); asyncio.run(asyncio.sleep(1000))"),
    "asyncio, finally": Case(_ASYNCIO_FINALLY),
    # libraries
    "sqlite3": Case(
        "import sqlite3; db = sqlite3.connect(':memory:'); begun()\ndb.execute('with recursive n(i) as "
        "(select 1 union all select i + 1 from n) select count(*) from n').fetchone()",
        peers=False,
        unaided=True,
    ),
    "numpy": Case("import numpy as np; a = np.ones((200, 200)); begun()\nwhile True: a @ a", unaided=True),
    # the terminal
    "input": Case("begun(); input('? ')"),
    "stdin": Case("begun(); sys.stdin.readline()"),
    "getpass": Case("import getpass; begun(); getpass.getpass()", keeps_reading=True),
    # figures
    "pause": Case(
        "import matplotlib.pyplot as plt; plt.plot([1, 2]); begun(); plt.pause(1000)", display=True, unaided=True
    ),
    "pause in a loop": Case(
        "import matplotlib.pyplot as plt; plt.plot([1, 2]); begun()\nwhile True: plt.pause(0.01)",
        display=True,
        unaided=True,
    ),
    "show": Case(
        "import matplotlib.pyplot as plt; plt.plot([1, 2]); begun(); plt.show(block=True)", display=True, unaided=True
    ),
    "ginput": Case(
        "import matplotlib.pyplot as plt; plt.plot([1, 2]); begun(); plt.ginput(timeout=0)", display=True, unaided=True
    ),
    "waitforbuttonpress": Case(
        "import matplotlib.pyplot as plt; plt.plot([1, 2]); begun(); plt.waitforbuttonpress()",
        display=True,
        unaided=True,
    ),
    "canvas event loop": Case(
        "import matplotlib.pyplot as plt; f = plt.figure(); begun(); f.canvas.start_event_loop()",
        display=True,
        unaided=True,
    ),
    "plots": Case(
        "import matplotlib.pyplot as plt; begun()\nwhile True: plt.plot([1, 2]); plt.cla()", display=True, unaided=True
    ),
    "draws": Case(
        "import matplotlib.pyplot as plt; plt.plot([1, 2]); begun()\nwhile True: plt.gcf().canvas.draw()",
        display=True,
        unaided=True,
    ),
    "Qt event loop": Case(
        "import matplotlib.pyplot as plt; plt.plot([1, 2])\nfrom PyQt5.QtCore import QEventLoop\n"
        "begun(); QEventLoop().exec_()",
        display=True,
        peers=False,
    ),
}
