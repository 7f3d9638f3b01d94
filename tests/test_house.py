"""The house: how long files and functions are, what a start imports, and who assigns attributes of whom.

What is allowed is listed here, a line each, and has a reason.  A line that nothing needs any more makes a test fail, so
that the lists only get shorter.  `python -m tests.test_house` prints what there is now.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from ptyprocess import PtyProcess

from tests.durations import slowest
from tests.terminal import ROOT

Found = set[tuple[str, ...]]

LONGEST_FILE = 300
LONGEST_FUNCTION = 60

LONG_FILES = """
"""

LONG_FUNCTIONS = """
"""

PATCHES = """
__init__.py                      # the class of this module itself, for KBINT
console/at_terminal.py           # sys: the standard streams go through the shell
gui/garbage.py                   # gc: collection is for the GUI thread
gui/gtk/event_loop.py            # PyGObject: its handler of SIGINT
gui/gtk/programs.py              # GTK: main loops of programs
gui/tk/refusing.py               # tkinter: main windows without a display
gui/tk/programs.py               # tkinter: main loops of programs
gui/wx/programs.py               # wx: main loops of programs
magics/capture.py                # sys: what is printed is caught
magics/timing.py                 # sys: a value is shown once
native_threads.py                # importlib: by what its locks know a thread
plotting/kits/qt.py              # matplotlib's form, which has a loop of its own
session/session.py               # threading: the name of a thread
session/uncaught.py              # sys, threading: exceptions that nobody has caught
shell/breakpoints.py             # sys, pdb: the debugger
shell/commands.py                # sys: streams
shell/last_exception.py          # sys: it
shell/display.py                 # sys: its displayhook
shell/completion/deduced.py      # jedi: its cache, what it imports
shell/script.py                  # sys: the arguments of a script
shell/shell.py                   # sys: the arguments of `-c`
shell/stdlib_patches.py          # the standard library
closed_streams.py                # sys: standard streams that were closed
threads/interrupts/signals.py    # signal: handlers, masks
threads/interrupts/wakeup_fd.py  # signal, asyncio: the wakeup fd
threads/role.py                  # threading: who the main thread is
"""

OF_LIBRARIES = """
console/beside_prompt.py  app.erase_when_done self._session.app.erase_when_done  # prompt_toolkit
console/completion.py     event.current_buffer.complete_state  # prompt_toolkit
console/keys.py           buffer.cursor_position buffer.text  # prompt_toolkit
console/line_reader.py    session.editing_mode  # prompt_toolkit
console/prompt.py         app.erase_when_done self._session.app.erase_when_done  # prompt_toolkit
console/prompt.py         self._input.cooked_mode  # prompt_toolkit
console/prompt.py         self._session.default_buffer.enable_history_search  # prompt_toolkit
console/prompt.py         self._session.editing_mode  # prompt_toolkit
console/prompt.py         self._session.app.after_render self._session.app.key_processor.before_key_press  # its events
console/prompt_session.py self.app.terminal_size_polling_interval self.app.ttimeoutlen  # prompt_toolkit
console/recall.py         buffer.cursor_position buffer.working_index  # prompt_toolkit
console/signatures.py     buffer.on_cursor_position_changed buffer.on_text_changed  # prompt_toolkit's events
console/signatures.py     layout.current_window.dont_extend_height  # prompt_toolkit
console/on_demand.py      owner....  # the standard library, patched
embed_in_python.py        owner....  # Python's hooks, for a while
gui/carried.py            self._value....  # a proxy: the user's own object
gui/gtk/preparing.py      owner.__init__  # GTK's classes
gui/opencv.py             cv2....  # OpenCV: how it waits
gui/qt/event_loop.py      QtCore.QEventLoop.... owner....  # Qt's classes
gui/immutable.py          flags.value owner....  # ctypes, a toolkit's metaclass
gui/qt/programs.py        app.__class__ module.... owner.... owner.__init__ owner.__new__  # Qt's classes
gui/qt/threads.py         thread_class.start thread_class.wait  # Qt's threads
gui/system_exit.py        cell.value  # ctypes
gui/tk/programs.py        owner....  # tkinter
gui/tk/programs.py        turtle.TurtleScreenBase.mainloop  # turtle, and IDLE's mark for it
gui/tk/root.py            Root.shell hook.value owner.__del__ tk._default_root  # tkinter, ctypes, IDLE's mark
gui/wx/programs.py        owner....  # wx
imports.py                module.__loader__ module.__spec__.loader spec.loader  # the import system
gui/imports_there.py      module.__spec__ spec.loader  # the same
imports_together.py       module.__spec__ spec._initializing  # the same
magics/carrying_over.py   cell.cell_contents function.__defaults__ function.__kwdefaults__  # the user's
magics/carrying_over.py   old.... old.__bases__ old.__code__ value.... value.__bases__  # the user's
magics/timing.py          stats.prim_calls stats.total_calls stats.total_tt  # pstats
plotting/canvas.py        self.figure.stale  # matplotlib
shell/history_file.py     database.text_factory  # sqlite3
plotting/install.py       cbook._get_running_interactive_framework cbook.traceback  # matplotlib
plotting/install.py       instance.load_backend_module  # matplotlib
plotting/install.py       owner.savefig pyplot._warn_if_gui_out_of_main_thread  # matplotlib
plotting/patches.py       module....  # matplotlib's modules
plotting/kept_figures.py  artist.stale_callback child.stale_callback figure.stale_callback  # matplotlib's artists
plotting/kits/gtk.py      self.window....  # GTK: marked windows
plotting/kits/gtk4.py     manager.window  # matplotlib's manager
plotting/kits/qt.py       subplots.... window....  # matplotlib's Qt windows
plotting/kits/wx.py       self._timer.Notify  # wx's timer
plotting/kits/wx.py       window....  # wx
plotting/rc_context.py    matplotlib.rc_context  # matplotlib
plotting/renderer.py      simple.should_simplify  # matplotlib
plotting/reopening.py     figure_class.show  # matplotlib
plotting/toolbar.py       toolmanager.trigger_tool  # matplotlib
shell/awaiting.py         task._log_destroy_pending  # asyncio
shell/children.py         spawn.get_preparation_data  # multiprocessing
shell/child_main.py       base.run tree.body  # multiprocessing, ast
shell/debugger.py         frame.f_trace  # frames, pdb
shell/script.py           module.__package__ module.__spec__  # the script's module
shell/shell.py            owner....  # Python's hooks
shell/stdlib_patches.py   process.BaseProcess.run  # multiprocessing
shell/tracebacks/text.py  shown.stack  # traceback
shell/transform.py        compiler.compiler.flags  # codeop
survival/pickling.py      cell.cell_contents function....  # what it has just made
threads/abandon.py        frame.f_trace_opcodes  # frames
threads/location.py       root.id  # ast
threads/remote_scripts.py  self._cell.value  # ctypes
threads/role.py           cell.value  # ctypes
threads/worker.py         self.thread.name  # threading
"""
"""Attributes of objects that are not the shell's."""

OF_OURS = """
__init__.py                    flag.polled flag.set  # KBINT of this module
threads/interrupts/signals.py  self._mask.before  # told, not assigned
"""
"""Attributes of the shell's own objects that others assign: each of these is to become an argument, or a method."""

DO_NOTHING = """
plotting/install.py           cbook._get_running_interactive_framework  # matplotlib's question, answered
plotting/install.py           pyplot._warn_if_gui_out_of_main_thread  # matplotlib's warning
plotting/kits/tk.py           self._resize_figure_for_canvas_size  # what matplotlib calls
shell/completion/commands.py  _paths_in(wanted)  # a filter that takes all
shell/completion/files.py     paths(wanted)  # a filter that takes all
survival/reading.py           read(is_wanted)  # the same
"""

HEAVY = {
    "matplotlib",
    "numpy",
    "jedi",
    "sqlite3",
    "pandas",
    "IPython",
    "cloudpickle",
    "xxhash",
    "tqdm",
    "tkinter",
    "PyQt5",
    "gi",
    "wx",
}
"""What no start may wait for."""


# Length.


def lengths_of_files() -> dict[tuple[str, ...], int]:
    return {(_name(path),): path.read_text().count("\n") for path in _files()}


def lengths_of_functions() -> dict[tuple[str, ...], int]:
    return {
        (_name(path), node.name): (node.end_lineno or 0) - node.lineno + 1
        for path in _files()
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_files_are_short() -> None:
    _compare({what for what, length in lengths_of_files().items() if length > LONGEST_FILE}, _listed(LONG_FILES))


def test_functions_are_short() -> None:
    long = {what for what, length in lengths_of_functions().items() if length > LONGEST_FUNCTION}
    _compare(long, _listed(LONG_FUNCTIONS))


# Attributes of others.

_OF_FUNCTIONS = ("__name__", "__qualname__", "__doc__", "__wrapped__")
_OF_CTYPES = ("argtypes", "restype")


class Assignments(ast.NodeVisitor):
    """Finds assignments onto attributes of other objects in a module: `a.b = c`, `a.b += c`, `setattr(a, "b", c)`.

    An attribute is one's own if it is of `self` or `cls`; if a class of the same file has an attribute of that name,
    since a file is what keeps a secret; or if the object was made by calling a class in the same function, and nobody
    else knows it yet.  What is left is a patch, if the object is, or belongs to, something imported from elsewhere.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.patches: set[str] = set()
        self.others: set[str] = set()
        self._imported = {name for node in ast.walk(tree) for name in _imported_by(node)}
        self._own = {
            target.attr
            for node in ast.walk(tree)
            for target in _assigned_by(node)
            if isinstance(target.value, ast.Name) and target.value.id in ("self", "cls")
        }
        self._made: list[set[str]] = [set()]
        self.visit(tree)

    def visit(self, node: ast.AST) -> None:
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if is_function:
            self._made.append({name for each in ast.walk(node) for name in _made_by(each)})
        for target in _assigned_by(node):
            self._judge(target)
        self.generic_visit(node)
        if is_function:
            self._made.pop()

    def _judge(self, target: ast.Attribute) -> None:
        owner = target.value
        if target.attr in (*self._own, *_OF_FUNCTIONS, *_OF_CTYPES):
            return
        if isinstance(owner, ast.Name) and (
            owner.id in ("self", "cls") or any(owner.id in made for made in self._made)
        ):
            return
        found = self.patches if _root(owner) in self._imported else self.others
        found.add(ast.unparse(target).replace(" ", ""))


def _assigned_by(node: ast.AST) -> Iterator[ast.Attribute]:
    """The attributes that a node of a syntax tree assigns to."""
    match node:
        case ast.Assign(targets=targets):
            yield from (each for target in targets for each in _attributes_in(target))
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target) | ast.For(target=target):
            yield from _attributes_in(target)
        case ast.withitem(optional_vars=ast.expr() as target):
            yield from _attributes_in(target)
        case ast.Call(func=ast.Name("setattr"), args=[owner, name, *_]):
            yield ast.Attribute(owner, str(name.value) if isinstance(name, ast.Constant) else "...", ast.Store())


def _attributes_in(target: ast.expr) -> Iterator[ast.Attribute]:
    match target:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            yield from (each for element in elements for each in _attributes_in(element))
        case ast.Attribute():
            yield target


def _imported_by(node: ast.AST) -> Iterator[str]:
    """The names that a node imports from elsewhere."""
    match node:
        case ast.Import(names=names):
            yield from ((each.asname or each.name).partition(".")[0] for each in names if "gshell" not in each.name)
        case ast.ImportFrom(module=str(module), names=names) if not module.startswith("gshell"):
            yield from (each.asname or each.name for each in names)


def _made_by(node: ast.AST) -> Iterator[str]:
    """The names that stand for what calling a class has made: `buffer = io.StringIO()`."""
    match node:
        case ast.Assign(targets=targets, value=ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name))):
            if name.lstrip("_")[:1].isupper():
                yield from (target.id for target in targets if isinstance(target, ast.Name))


def _root(expression: ast.expr) -> str:
    """The name that an expression begins with: "a" of `a.b().c`."""
    match expression:
        case ast.Attribute(value=inner) | ast.Call(func=inner) | ast.Subscript(value=inner):
            return _root(inner)
        case ast.Name(id=name):
            return name
    return ""


def patched() -> Found:
    return {(_name(path),) for path in _files() if Assignments(_tree(path)).patches}


def assigned() -> Found:
    return {(_name(path), target) for path in _files() for target in Assignments(_tree(path)).others}


def test_what_counts_as_assigning() -> None:
    source = """
import sys, wx
from gshell.threads.flag import flag
class A:
    def f(self, other):
        self.mine, self.part.theirs = 1, 2
        other.mine = 3  # the same class's, or one that it knows well
        buffer = io.StringIO()
        buffer.name = "fresh"
        made = make()
        made.wire = other.name
        def g():
            buffer.name = "still"
        setattr(other, "told", 4)
        sys.stdout.x, flag.polled = 5, 6
        wx.App.MainLoop = g
        g.__name__ = "h"
"""
    found = Assignments(ast.parse(source))
    assert found.others == {"self.part.theirs", "made.wire", "other.told", "flag.polled"}
    assert found.patches == {"sys.stdout.x", "wx.App.MainLoop"}


def test_who_patches_libraries() -> None:
    _compare(patched(), _listed(PATCHES))


def test_nobody_assigns_attributes_of_others() -> None:
    _compare(assigned(), _listed(OF_LIBRARIES) | _listed(OF_OURS))


# Wires that do nothing.


def wires_that_do_nothing() -> Found:
    """What has a default that does nothing: an attribute or a parameter that is `lambda: None`, or nullcontext."""
    return {(_name(path), name) for path in _files() for node in ast.walk(_tree(path)) for name in _idle_in(node)}


def _idle_in(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            if _is_idle(value):
                yield from (ast.unparse(target) for target in _assigned_by(node))
        case ast.FunctionDef(args=arguments, name=name) | ast.AsyncFunctionDef(args=arguments, name=name):
            positional = [*arguments.posonlyargs, *arguments.args]
            pairs = zip(reversed(positional), reversed(arguments.defaults), strict=False)
            for parameter, default in (*pairs, *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)):
                if default is not None and _is_idle(default):
                    yield f"{name}({parameter.arg})"


def _is_idle(value: ast.expr) -> bool:
    match value:
        case ast.Lambda(body=ast.Constant() | ast.Name()) | ast.Name("nullcontext"):
            return True
        case ast.Lambda(body=ast.Call(func=ast.Name("nullcontext") | ast.Name("function"))):
            return True
    return False


def test_no_wire_does_nothing() -> None:
    _compare(wires_that_do_nothing(), _listed(DO_NOTHING))


# What a start imports.


def test_gshell_is_light() -> None:
    """For scripts that import it: nothing but the standard library."""
    code = "import sys; before = {*sys.modules}; import gshell; print(*({*sys.modules} - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    packages = {name.partition(".")[0] for name in done.stdout.split()}
    assert "gshell" in packages
    assert packages - {"gshell"} <= sys.stdlib_module_names
    assert packages & HEAVY == set()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_the_prompt_waits_for_nothing_heavy(home: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "gshell", "--no-gui"]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(home), "TERM": "xterm", "PYTHONPATH": str(ROOT)}
    process = PtyProcess.spawn(command, env=environment, cwd=str(home))
    try:
        text, limit = b"", time.monotonic() + 60
        while b"In [" not in text and time.monotonic() < limit:
            text += process.read(1 << 16)
    finally:
        process.terminate(force=True)
    before, prompt, _ = text.partition(b"In [")
    assert prompt, text
    imported = {name.decode().partition(".")[0] for name in re.findall(rb"\d \| +\d+ \| +(\S+)", before)}
    assert "prompt_toolkit" in imported
    # The newest commands are read right before the prompt is drawn: Up may be the first key.
    assert imported & HEAVY <= {"sqlite3"}


# Promises.


def test_promises_have_their_tests() -> None:
    """The tests that the table in tests/README.md names are there."""
    table = (ROOT / "tests" / "README.md").read_text().partition("## Which test")[2]
    named = re.findall(r"`(test_\w+\.py)(?:::(\w+))?`", table)
    assert len(named) > 50
    missing = {(file, test) for file, test in named if not _defines(ROOT / "tests" / file, test)}
    assert missing == set()


def _defines(path: Path, test: str) -> bool:
    """Whether a file is there, and has a function of that name, if one is asked for."""
    return path.exists() and (not test or any(_is_function(each, test) for each in _tree(path).body))


def _is_function(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == name


def test_slowest_files_are_named() -> None:
    phases = [("a.py::x", 1.0), ("a.py::x", 2.0), ("a.py::y[1]", 1.0), *((f"{i}.py::x", i / 10) for i in range(20))]
    found = slowest(phases)
    assert found[0] == (4.0, 2, "a.py")
    assert [name for _, _, name in found[1:]] == [f"{i}.py" for i in range(19, 10, -1)]


# Lists.


def _files() -> list[Path]:
    return sorted((ROOT / "gshell").rglob("*.py"))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT / "gshell"))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _listed(lines: str) -> Found:
    """What a list allows: in each line a file, names in it (none: the file itself), and the reason."""
    found: Found = set()
    for line in lines.strip().splitlines():
        allowed, _, reason = line.partition("#")
        assert reason.strip(), f"a line without a reason: {line}"
        file, *names = allowed.split()
        found |= {(file, name) for name in names} or {(file,)}
    return found


def _compare(found: Found, allowed: Found) -> None:
    new, gone = sorted(found - allowed), sorted(allowed - found)
    assert not new, f"not allowed: {new}"
    assert not gone, f"not needed any more, so take it off the list: {gone}"


def _print(title: str, found: Iterable[tuple[str, ...]]) -> None:
    by_file = defaultdict[str, list[str]](list)
    for file, *rest in sorted(found):
        by_file[file] += rest
    print(f"\n{title}: {sum(max(1, len(rest)) for rest in by_file.values())}")
    for file, rest in by_file.items():
        print(f"  {file:32} {'  '.join(rest)}")


if __name__ == "__main__":
    _print("Files", ((*what, str(n)) for what, n in lengths_of_files().items() if n > LONGEST_FILE))
    _print("Functions", ((*what, str(n)) for what, n in lengths_of_functions().items() if n > LONGEST_FUNCTION))
    _print("Patches", ((_name(path), each) for path in _files() for each in Assignments(_tree(path)).patches))
    _print("Assigned", assigned())
    _print("Do nothing", wires_that_do_nothing())
