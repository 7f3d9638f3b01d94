"""What runs on the GUI thread: on_gui(), %%gui, Qt programs, windows from other threads, %matplotlib."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import Start
from tests.kept import few
from tests.terminal import ROOT, GShell, gshell, wait_until
from tests.xserver import XServer

HERE = "gshell.on_gui(threading.get_native_id) == os.getpid()"
"""Whether on_gui() runs its function on the OS main thread, whose id is that of the process."""


@pytest.fixture
def qt(plots: GShell) -> GShell:
    """The same, with the modules that the tests of on_gui() need."""
    return with_modules(plots)


@pytest.fixture
def bare(display: XServer, start: Start) -> GShell:
    """gshell --qt at its prompt, without matplotlib."""
    return with_modules(start("--qt"))


def with_modules(shell: GShell) -> GShell:
    shell.run("import gc, os, sys, threading, time, weakref; import gshell; gshell.on_gui(int)")  # Qt is loaded then
    return shell


def exceptions(text: str) -> list[str]:
    """The names of the exceptions that were shown, in order.  (A terminal without a prompt echoes Ctrl-C as ^C.)"""
    return re.findall(r"^(?:\^C)?([A-Z]\w*(?:Error|Interrupt|Exception|Exit))\b", text, re.MULTILINE)


def run(shell: GShell, cell: str) -> str:
    """Run a cell of several lines; return what it printed, without the lines themselves."""
    return re.sub(r"^ *\.\.\.:.*(?:\n|$)", "", shell.run(cell), flags=re.MULTILINE)


def says(output: str, words: str) -> bool:
    """Whether the words are in the output, wherever the terminal has broken its lines."""
    return "".join(words.split()) in "".join(output.split())


def places(output: str) -> list[tuple[str, str]]:
    """The file and line of every frame of a traceback."""
    return re.findall(r'^ *File "(.*?)", line (\d+)', output, re.MULTILINE)


def shows_users_frames_only(output: str) -> bool:
    """Whether the traceback has lines of the user's code, and none of the shell's own."""
    files = [name for name, _ in places(output)]
    own = str(ROOT / "gshell")
    return bool(files) and not any(name.startswith(own) for name in files)


def stop(shell: GShell) -> str:
    """Press Ctrl-C, once; return what the command has printed until its end."""
    number = shell.number
    shell.press("c-c")
    shell.wait_for_end_of(number)
    return shell.output(number)


def begin(shell: GShell, cell: str) -> None:
    """Submit a cell that prints "begun", and wait until it has."""
    count = len(re.findall("^begun$", shell.text(), re.MULTILINE))
    shell.submit(cell)
    wait_until(lambda: len(re.findall("^begun$", shell.text(), re.MULTILINE)) > count, "the command to begin")


def click(display: XServer, window: str, x: float = 0.5, y: float = 0.5) -> None:
    """Click into a window, which may be behind another."""
    display.activate(window)
    display.click(window, x, y)


def changed(display: XServer, window: str, before: bytes) -> bool:
    return display.picture(window).tobytes() != before


def pan(display: XServer, window: str) -> None:
    """Drag a figure that is in pan mode, there and back, and on; each half must show.

    Not just back: the first change may be of the toolbar's coordinates, and then the end looks as it did before.
    """
    display.activate(window)
    for start, end in (((0.5, 0.5), (0.65, 0.6)), ((0.65, 0.6), (0.4, 0.45))):
        before = display.picture(window).tobytes()
        display.drag(window, start, end)
        wait_until(partial(changed, display, window, before), "the figure to follow the mouse")


def figure_in_pan_mode(shell: GShell, display: XServer) -> str:
    """A figure, `fig`, with a line, `line`; returns its window."""
    shell.run("fig, ax = plt.subplots(); line, = ax.plot(np.linspace(0, 1, 50))")
    window = display.wait_for_window("Figure 1")
    display.press_key(window, "p")
    wait_until(lambda: shell.value("str(fig.canvas.toolbar.mode)") == "'pan/zoom'", "the figure to be in pan mode")
    return window


# gshell.on_gui()


def test_on_gui_returns_the_value(bare: GShell) -> None:
    assert bare.value("threading.get_native_id() == os.getpid()") == "False"
    assert bare.value(HERE) == "True"
    assert bare.value("gshell.on_gui(lambda: threading.get_native_id() == os.getpid())") == "True"
    assert bare.value("gshell.on_gui(divmod, 17, 5), gshell.on_gui(dict, a=1), gshell.on_gui(list)") == (
        "((3, 2), {'a': 1}, [])"
    )
    assert (
        bare.value("gshell.on_gui(lambda a, *b, function: (a, b, function), 1, 2, 3, function=4)") == "(1, (2, 3), 4)"
    )
    assert bare.value("gshell.on_gui(lambda: gshell.on_gui(lambda: 42))") == "42"


def test_on_gui_raises_the_exception(bare: GShell) -> None:
    output = bare.run("gshell.on_gui(lambda: 1 / 0)")
    assert exceptions(output) == ["ZeroDivisionError"]
    assert shows_users_frames_only(output)
    assert len(re.findall(r'^ *File "<In \[\d+\]>", line 1', output, re.MULTILINE)) == 2  # the call and the lambda
    output = bare.run("def inner(): raise KeyError('key')\ndef outer(): inner()\nouter_ = 1\ngshell.on_gui(outer)")
    assert exceptions(output) == ["KeyError"]
    assert shows_users_frames_only(output)
    assert re.findall(r"line (\d)", output) == ["4", "2", "1"]
    bare.run("error = ValueError('mine')\ndef fail(): raise error\n\n")
    bare.run("try: gshell.on_gui(fail)\nexcept ValueError as caught: same = caught is error\n\n")
    assert bare.value("same") == "True"
    assert bare.run("gshell.on_gui(sys.exit, 3)").startswith("SystemExit ends a script")
    assert bare.value(HERE) == "True"


DECORATED = """\
calls = []
@gshell.on_gui
def where(a, *, b=2):
    "Its help."
    calls.append(a)
    return threading.get_native_id() == os.getpid(), a + b
class Thing:
    @gshell.on_gui
    def method(self, value):
        return self, threading.get_native_id() == os.getpid(), value
    @staticmethod
    @gshell.on_gui
    def static(value):
        return threading.get_native_id() == os.getpid(), value
    @property
    @gshell.on_gui
    def attribute(self):
        return threading.get_native_id() == os.getpid()
thing = Thing()

"""


def test_on_gui_as_a_decorator(qt: GShell) -> None:
    qt.run(DECORATED)
    assert qt.value("calls, where.__name__, where.__doc__") == "([], 'where', 'Its help.')"
    assert qt.value("where(1), where(2, b=5)") == "((True, 3), (True, 7))"
    assert qt.value("calls") == "[1, 2]"
    assert qt.value("thing.method(4) == (thing, True, 4)") == "True"
    assert qt.value("Thing.static(5), thing.attribute") == "((True, 5), True)"
    output = qt.run("where('a')")
    assert exceptions(output) == ["TypeError"]
    assert shows_users_frames_only(output)


STACKED = """\
import functools
def plus_one(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args) + 1
    return wrapper
{above}
{below}
def compute(a):
    return a * 10 * (threading.get_native_id() == os.getpid())

"""


@pytest.mark.parametrize(
    ("above", "below", "result"),
    [
        ("@plus_one", "@gshell.on_gui", "21"),
        ("@gshell.on_gui", "@plus_one", "21"),
        ("@functools.lru_cache", "@gshell.on_gui", "20"),
        ("@gshell.on_gui", "@functools.lru_cache", "20"),
        ("@gshell.on_gui", "@gshell.on_gui", "20"),
    ],
)
def test_on_gui_among_other_decorators(qt: GShell, above: str, below: str, result: str) -> None:
    assert run(qt, STACKED.format(above=above, below=below)) == ""
    assert qt.value("compute(2)") == result


def test_on_gui_again_and_again(bare: GShell) -> None:
    """A function may be handed over as often as one likes, also by itself."""
    bare.run("calls = []\ndef f(): calls.append(threading.get_native_id() == os.getpid()); return len(calls)\n\n")
    assert bare.value("gshell.on_gui(f), gshell.on_gui(f)") == "(1, 2)"
    assert bare.value("[gshell.on_gui(f) for i in range(3)]") == "[3, 4, 5]"
    assert bare.value("all(calls)") == "True"
    bare.run(
        "def again():\n    if threading.get_native_id() == os.getpid(): return 'there'\n"
        "    return gshell.on_gui(again)\n\n"
    )
    assert bare.value("again()") == "'there'"


def test_on_gui_from_a_thread(qt: GShell) -> None:
    """The main thread's code stands still meanwhile."""
    qt.run(f"got = []; ask = lambda: got.append({HERE})")
    qt.run("t = threading.Thread(target=ask); t.start(); t.join(20)")
    assert qt.value("got") == "[True]"
    cell = """\
def still():
    before = n
    for i in range(1_000_000): pass
    return n - before
def raises():
    try: gshell.on_gui(lambda: 1 / 0)
    except ZeroDivisionError: return 'raised'
n = 0; moved = []
def ask():
    while not n: time.sleep(0.001)
    moved.append(gshell.on_gui(still)); moved.append(raises())
t = threading.Thread(target=ask); t.start()
while len(moved) < 2: n += 1
"""
    qt.run(cell)
    assert qt.value("moved") == "[0, 'raised']"


PLAIN = """\
import gshell
import threading
@gshell.on_gui
def f(a, b=1): return a + b
class C:
    @gshell.on_gui
    def m(self): return threading.current_thread() is threading.main_thread()
def fail(): raise KeyError("key")
print(f(1), f(1, b=2), gshell.on_gui(lambda: 5), gshell.on_gui(divmod, 17, 5), C().m())
try: gshell.on_gui(fail)
except KeyError as error: print(error)
"""


def test_on_gui_in_plain_python(home: Path) -> None:
    (home / "plain.py").write_text(PLAIN)
    done = subprocess.run(
        [sys.executable, "plain.py"],
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("2 3 5 (3, 2) True\n'key'\n", "")


SPIN = "def spin():\n    print('be' 'gun', flush=True)\n    while True: pass\n\n"


def test_ctrl_c_ends_a_function_on_the_gui_thread(qt: GShell) -> None:
    qt.run(SPIN)
    for _ in range(3):
        begin(qt, "gshell.on_gui(spin)")
        output = stop(qt)
        assert exceptions(output) == ["KeyboardInterrupt"]
        assert shows_users_frames_only(output)
        assert qt.value(HERE) == "True"
    assert exceptions(qt.text()) == ["KeyboardInterrupt"] * 3


def test_ctrl_c_later_ends_a_function_on_the_gui_thread(qt: GShell) -> None:
    """The same after it has run for long enough to be seen to hang."""
    qt.run(
        "def spin():\n    end = time.monotonic() + 1\n    while time.monotonic() < end: pass\n"
        "    print('be' 'gun', flush=True)\n    while True: pass\n\n"
    )
    begin(qt, "gshell.on_gui(spin)")
    assert exceptions(stop(qt)) == ["KeyboardInterrupt"]
    assert qt.value(HERE) == "True"


DIALOGS = {
    "message box": (
        "box = QMessageBox(); box.setWindowTitle('Asked'); box.setText('?')\n"
        "box.setStandardButtons(QMessageBox.Ok | QMessageBox.Cancel); box.setDefaultButton(QMessageBox.Ok)\n"
        "return box.exec_() == QMessageBox.Ok",
        "Return",
    ),
    "question": (
        "return QMessageBox.question(None, 'Asked', '?', defaultButton=QMessageBox.Yes) == QMessageBox.Yes",
        "Return",
    ),
    "dialog": (
        "dialog = QDialog(); dialog.setWindowTitle('Asked'); dialog.resize(200, 150)\n"
        "button = QPushButton('Yes', dialog); button.resize(200, 150); button.clicked.connect(dialog.accept)\n"
        "return dialog.exec_() == QDialog.Accepted",
        "",
    ),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_dialog(plots: GShell, display: XServer, name: str) -> None:
    """Figures live on beside it, and the answer is the function's."""
    body, key = DIALOGS[name]
    figure = figure_in_pan_mode(plots, display)
    plots.run("import gshell; from PyQt5.QtWidgets import QDialog, QMessageBox, QPushButton")
    plots.run("def ask():\n" + "".join(f"    {line}\n" for line in body.splitlines()) + "\n")
    plots.submit("answer = gshell.on_gui(ask)")
    window = display.wait_for_window("Asked")
    wait_until(lambda: plots.prompt_number() == 0, "the prompt to go")  # it may be drawn later than the dialog
    if key:
        display.press_key(window, key)
    else:
        click(display, window)
    plots.wait_for_end_of(plots.number)
    assert plots.value("answer") == "True"
    pan(display, figure)
    assert exceptions(plots.text()) == []


def test_figure_lives_beside_a_dialog(plots: GShell, display: XServer) -> None:
    """One that is not modal: it lets the mouse go to other windows."""
    figure = figure_in_pan_mode(plots, display)
    plots.run("import gshell; from PyQt5.QtCore import QEventLoop; from PyQt5.QtWidgets import QPushButton")
    cell = """\
def ask():
    loop = QEventLoop(); button = QPushButton('Asked'); button.setWindowTitle('Asked'); button.resize(200, 150)
    button.clicked.connect(loop.quit); button.show(); loop.exec_(); return 'answered'

"""
    plots.run(cell)
    plots.submit("answer = gshell.on_gui(ask)")
    window = display.wait_for_window("Asked")
    pan(display, figure)
    assert plots.prompt_number() == 0
    click(display, window)
    plots.wait_for_end_of(plots.number)
    assert plots.value("answer") == "'answered'"


def test_ctrl_c_while_a_dialog_waits(plots: GShell, display: XServer) -> None:
    """The prompt is back.  Whether the dialog stays is its own affair; nothing hangs on it."""
    figure = figure_in_pan_mode(plots, display)
    plots.run("import gshell; from PyQt5.QtWidgets import QMessageBox")
    plots.submit("gshell.on_gui(QMessageBox.question, None, 'Asked', '?')")
    display.wait_for_window("Asked")
    assert exceptions(stop(plots)) == ["KeyboardInterrupt"]
    if display.windows("Asked"):
        display.press_key(display.windows("Asked")[0], "Return")
        wait_until(lambda: not display.windows("Asked"), "the dialog to go")
    assert plots.value("gshell.on_gui(lambda: 42)") == "42"
    pan(display, figure)
    assert exceptions(plots.text()) == ["KeyboardInterrupt"]


# %%gui


def test_gui_cell(qt: GShell, display: XServer) -> None:
    qt.run("before = 'Cell'")
    output = run(
        qt,
        "%%gui\nfrom PyQt5.QtWidgets import QLabel\nlabel = QLabel('text')\nlabel.setWindowTitle(before)\n"
        "label.resize(200, 100)\nlabel.show()\nthere = threading.get_native_id() == os.getpid()\n6 * 7\n",
    )
    number = qt.number
    assert output == f"Out[{number}]: 42"
    display.wait_for_window("^Cell$")
    assert qt.value("there, type(label).__name__, _") == "(True, 'QLabel', 42)"
    assert qt.value(f"In[{number}].startswith('%%gui')") == "True"
    assert run(qt, "%%gui\nlabel.close()\nlabel = None\n") == ""
    wait_until(lambda: not display.windows("^Cell$"), "the window to go")


def test_gui_cell_errors(qt: GShell) -> None:
    output = run(qt, "%%gui\nkept = 1\n\n1 / 0\n")
    assert exceptions(output) == ["ZeroDivisionError"]
    assert places(output) == [(f"<In [{qt.number}]>", "4")]
    assert "> 4 1 / 0" in output
    assert qt.value("kept") == "1"
    output = run(qt, "%%gui\nx = 1\ny = = 2\n")
    assert exceptions(output) == ["SyntaxError"]
    assert places(output) == [(f"<In [{qt.number}]>", "3")]
    assert run(qt, "%%gui QLabel('x')\n1\n").startswith("%%gui takes no arguments")
    assert run(qt, "%%giu\n1\n") == "no magic %%giu; did you mean %%gui?"
    assert run(qt, "%%gui\nsys.exit('words')\n").splitlines()[0] == "words"
    assert qt.value(HERE) == "True"


def test_gui_cell_begins_with_a_blank_line(qt: GShell) -> None:
    assert run(qt, "%%gui\n\nthere = threading.get_native_id() == os.getpid()\nthere\n").endswith(": True")
    assert "line 4" in run(qt, "%%gui\n\n\n1 / 0\n")
    assert run(qt, "%%gui\n    indented = 5\n    indented\n").endswith(": 5")
    assert run(qt, "%%gui\n\n") == ""


def test_gui_cell_is_typed_line_by_line(qt: GShell) -> None:
    """Enter goes on to the next line until one is empty."""
    number = qt.wait_for_prompt()
    for line in ("%%gui", "there = threading.get_native_id() == os.getpid()", "there, 6 * 7"):
        qt.type(f"{line}\r")
        wait_until(lambda: re.fullmatch(r" *\.\.\.:", qt.cursor_line()), "another line")
    assert qt.prompt_number() == 0
    assert f"Out[{number}]" not in qt.text()
    qt.press("enter")
    qt.wait_for_end_of(number)
    assert f"Out[{number}]: (True, 42)" in qt.text()


def test_ctrl_c_ends_a_gui_cell(qt: GShell) -> None:
    begin(qt, "%%gui\nn = 0\nwhile True: n += 1; n == 1000 and print('be' 'gun', flush=True)\n")
    output = stop(qt)
    assert exceptions(output) == ["KeyboardInterrupt"]
    assert f'File "<In [{qt.number}]>", line 3' in output
    assert qt.value("n > 0") == "True"
    assert qt.value(HERE) == "True"


# Widgets in the worker


@pytest.mark.parametrize(
    ("make", "name"),
    [
        pytest.param("QtWidgets.QLabel('text')", "QLabel", marks=pytest.mark.stress),
        pytest.param("QtWidgets.QWidget()", "QWidget", marks=pytest.mark.stress),
        ("Window()", "Window"),
        ("FigureCanvasQTAgg(Figure())", "FigureCanvas"),
    ],
)
def test_widget_in_the_worker(plots: GShell, display: XServer, make: str, name: str) -> None:
    figure = figure_in_pan_mode(plots, display)
    plots.run("from PyQt5 import QtWidgets; from matplotlib.figure import Figure; import gshell")
    plots.run("from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg")
    plots.run("class Window(QtWidgets.QMainWindow):\n    def __init__(self): super().__init__(); self.n = 1\n\n")
    for _ in range(2):
        output = plots.run(f"w = {make}")
        assert exceptions(output) == ["RuntimeError"]
        for word in (f"a {name}", "run --gui-thread", "%%gui", "gshell.on_gui"):
            assert says(output, word), word
        assert not [line for line in output.splitlines() if str(ROOT / "gshell") in line]
    assert plots.value(f"type(gshell.on_gui(lambda: {make})).__name__.startswith('{name}')") == "True"
    assert plots.value("1 + 1") == "2"
    pan(display, figure)


@pytest.mark.parametrize("at_once", ["QLabel('text')", "QApplication(['program']) and QLabel('text')"])
def test_widget_in_the_worker_at_once(start: Start, display: XServer, at_once: str) -> None:
    """The prompt is there before Qt is loaded.  A widget without an application ends the process."""
    shell = start("--qt")
    output = shell.run(f"from PyQt5.QtWidgets import QApplication, QLabel; label = {at_once}")
    assert exceptions(output) == ["RuntimeError"]
    assert says(output, "gshell.on_gui(")
    assert shell.value("1 + 1") == "2"
    shell.run("import matplotlib.pyplot as plt; plt.figure()")
    display.wait_for_window("Figure 1")


def test_widget_in_the_worker_of_a_batch(display: XServer, home: Path) -> None:
    code = "from PyQt5.QtWidgets import QLabel\ntry: QLabel('text')\nexcept RuntimeError as error: print(error)"
    done = gshell("--qt", "-c", code, home=home)
    assert "gshell.on_gui(" in done.stdout, done.stderr
    assert done.returncode == 0


def test_application_in_the_worker(bare: GShell) -> None:
    bare.run("from PyQt5.QtWidgets import QApplication; from PyQt5.QtCore import QCoreApplication")
    bare.run("app = QApplication([])")
    assert bare.value(
        "app is QApplication.instance(), app is QApplication(sys.argv), isinstance(app, QApplication)"
    ) == ("(True, True, True)")
    assert bare.value("QCoreApplication.instance() is app") == "True"
    assert bare.value("app.exec_(), QApplication.exec_()") == "(0, 0)"
    assert bare.value(HERE) == "True"


# Qt programs

PROGRAM = """\
import sys
import weakref
{imports}

made = []
alive = lambda: [each() for each in made if each() is not None]


class Window(QMainWindow):
    def __init__(self):
        super().__init__()
        self.setWindowTitle("Program")
        self.resize(300, 200)
        self.button = QPushButton("Press", self)
        self.button.clicked.connect(self.pressed)
        self.setCentralWidget(self.button)
        made.append(weakref.ref(self))

    def pressed(self):
        print("pres" "sed", n)

{rest}

if __name__ == "__main__":
    n = len(sys.argv)
    main()
"""

NAMES = "from PyQt5.QtWidgets import QApplication, QMainWindow, QPushButton"
MAIN = """\
def main():
    app = {app}
    window = Window()
    window.show()
    sys.exit(app.exec_())
"""
APPLICATIONS = {
    "name": (NAMES, MAIN.format(app="QApplication(sys.argv)")),
    "attribute": (
        "from PyQt5 import QtWidgets\nfrom PyQt5.QtWidgets import QMainWindow, QPushButton",
        MAIN.format(app="QtWidgets.QApplication.instance() or QtWidgets.QApplication(sys.argv)"),
    ),
    "other name": (
        f"{NAMES}\nfrom PyQt5.QtWidgets import QApplication as Application",
        MAIN.format(app="Application(sys.argv)"),
    ),
    "subclass": (
        NAMES,
        "class App(QApplication):\n"
        "    def __init__(self, argv):\n"
        "        super().__init__(argv)\n"
        "        self.setting = len(argv)\n"
        "        made.append(lambda: self.setting and None)\n\n\n"
        + MAIN.format(app="App(sys.argv); assert app.setting == 2 and type(app) is App"),
    ),
}


@pytest.mark.parametrize("name", few(APPLICATIONS, "attribute", "subclass"))
def test_program(plots: GShell, display: XServer, home: Path, name: str) -> None:
    imports, rest = APPLICATIONS[name]
    (home / "program.py").write_text(PROGRAM.format(imports=imports, rest=rest))
    plots.run("import gc, gshell")
    figure = figure_in_pan_mode(plots, display)
    for turn in (1, 2):
        output = plots.run("run program.py argument")
        lines = output.splitlines()
        assert len(lines) == 1, output
        assert re.match("gshell: program.py .* runs on the GUI thread", lines[0])
        window = display.wait_for_window("^Program$")
        assert plots.value("len(made) > 0 and Window.__name__") == "'Window'"
        begin(plots, "print('be' 'gun')\nwhile True: pass\n")
        click(display, window)
        wait_until(lambda: plots.text().count("pressed 2") == turn, "the button's slot")  # noqa: B023
        assert plots.prompt_number() == 0, "the command has ended meanwhile"
        assert exceptions(stop(plots)) == ["KeyboardInterrupt"]
        assert plots.value("len(alive())") == "1"
        display.close_by_hand("^Program$")
        wait_until(lambda: plots.value("gshell.on_gui(gc.collect) >= 0 and len(alive())") == "0", "the window's end")
    pan(display, figure)
    assert exceptions(plots.text()) == ["KeyboardInterrupt"] * 2


def test_run_gui_thread(qt: GShell, display: XServer, home: Path) -> None:
    """For a script whose application is somebody else's affair."""
    (home / "label.py").write_text(
        "import os, threading\nfrom PyQt5.QtWidgets import QLabel\n"
        "there = threading.get_native_id() == os.getpid()\n"
        "label = QLabel('text'); label.setWindowTitle('Labelled'); label.resize(200, 100); label.show()\n"
    )
    assert says(qt.run("run label.py"), "run --gui-thread")
    assert qt.value("there") == "False"
    assert qt.run("run --gui-thread label.py") == ""
    assert qt.value("there") == "True"
    display.close_by_hand("^Labelled$")
    qt.run("there = None; gshell.on_gui(lambda: label.setWindowTitle('Unseen'))")
    assert qt.run("run") == ""  # the last one again, with its options
    display.wait_for_window("^Labelled$")


def test_exception_in_a_program(qt: GShell, home: Path) -> None:
    (home / "program.py").write_text(
        "from PyQt5.QtWidgets import QApplication\napp = QApplication([])\nkept = 5\ndef fail():\n    1 / 0\nfail()\n"
    )
    output = qt.run("run program.py")
    assert exceptions(output) == ["ZeroDivisionError"]
    assert places(output) == [("program.py", "6"), ("program.py", "5")]
    assert qt.value("kept") == "5"
    (home / "wrong.py").write_text("app = QApplication([])\nx = = 1\n")
    output = qt.run("run --gui-thread wrong.py")
    assert exceptions(output) == ["SyntaxError"]
    assert 'File "wrong.py", line 2' in output
    (home / "says.py").write_text(
        "from PyQt5.QtWidgets import QApplication\nQApplication([])\nraise SystemExit('bye')\n"
    )
    assert qt.run("run says.py").splitlines()[1:] == ["bye"]
    assert qt.value(HERE) == "True"


def test_ctrl_c_ends_a_program(qt: GShell, home: Path) -> None:
    (home / "program.py").write_text(
        "from PyQt5.QtWidgets import QApplication\napp = QApplication([])\nn = 0\nprint('begun', flush=True)\n"
        "while True:\n    n += 1\n"
    )
    begin(qt, "run program.py")
    output = stop(qt)
    assert exceptions(output) == ["KeyboardInterrupt"]
    assert shows_users_frames_only(output)
    assert qt.value("n > 0") == "True"
    assert qt.value(HERE) == "True"


QUITS = """\
import sys
from PyQt5.QtWidgets import QApplication, QMainWindow, QPushButton


def window_of(app):
    window = QMainWindow()
    window.setWindowTitle("Program")
    window.resize(300, 200)
    button = QPushButton("Press", window)
    button.clicked.connect({slot})
    window.setCentralWidget(button)
    window.show()
    return window

{rest}
"""
PLACES = {
    "module": "app = QApplication([])\nwindow = window_of(app)\napp.exec_()\n",
    "function": (
        "def main():\n    app = QApplication([])\n    window = window_of(app)\n    return app.exec_()\n\n"
        "sys.exit(main())\n"
    ),
    "caller": (
        "def main():\n    app = QApplication([])\n    window = window_of(app)\n    go_on(app)\n\n"
        "def go_on(app):\n    app.exec_()\n\nmain()\n"
    ),
    "module, from a function": (
        "app = QApplication([])\nwindow = window_of(app)\n\ndef main():\n    sys.exit(app.exec_())\n\nmain()\n"
    ),
    "list": "app = QApplication([])\nwindows = [window_of(app)]\nsys.exit(app.exec_())\n",
}


@pytest.mark.parametrize("place", few(PLACES, "module", "caller"))
def test_quit_closes_the_windows_of_the_program(plots: GShell, display: XServer, home: Path, place: str) -> None:
    figure = figure_in_pan_mode(plots, display)
    (home / "program.py").write_text(QUITS.format(slot="app.quit", rest=PLACES[place]))
    for _ in range(2):
        plots.run("run program.py")
        window = display.wait_for_window("^Program$")
        click(display, window)
        wait_until(lambda: not display.windows("^Program$"), "the program's window to go")
        assert plots.value("1 + 1") == "2"
    pan(display, figure)
    assert exceptions(plots.text()) == []


def test_quit_leaves_figures_that_the_session_has_names_for(plots: GShell, display: XServer, home: Path) -> None:
    figure = figure_in_pan_mode(plots, display)
    plots.run("frame = fig.canvas.manager.window; canvas = fig.canvas")
    (home / "program.py").write_text(QUITS.format(slot="app.quit", rest=PLACES["module"]))
    plots.run("run -i program.py")
    click(display, display.wait_for_window("^Program$"))
    wait_until(lambda: not display.windows("^Program$"), "the program's window to go")
    assert plots.value("plt.get_fignums()") == "[1]"
    pan(display, figure)


def test_quit_while_the_worker_is_busy(plots: GShell, display: XServer, home: Path) -> None:
    figure = figure_in_pan_mode(plots, display)
    (home / "program.py").write_text(QUITS.format(slot="QApplication.quit", rest=PLACES["function"]))
    plots.run("run program.py")
    window = display.wait_for_window("^Program$")
    begin(plots, "print('be' 'gun')\nwhile True: pass\n")
    click(display, window)
    wait_until(lambda: not display.windows("^Program$"), "the program's window to go")
    pan(display, figure)
    assert plots.prompt_number() == 0
    assert exceptions(stop(plots)) == ["KeyboardInterrupt"]


@pytest.mark.parametrize("slot", few(["sys.exit", "lambda: sys.exit(3)", "exit"], "exit"))
def test_exit_as_a_slot(plots: GShell, display: XServer, home: Path, slot: str) -> None:
    figure = figure_in_pan_mode(plots, display)
    (home / "program.py").write_text(QUITS.format(slot=slot, rest=PLACES["function"]))
    plots.run("run program.py")
    window = display.wait_for_window("^Program$")
    for _ in range(3):
        click(display, window)
    assert plots.value("1 + 1") == "2"
    pan(display, figure)
    assert plots.end() == 0


def test_exception_in_a_slot_is_shown_above_the_prompt(qt: GShell, display: XServer, home: Path) -> None:
    (home / "program.py").write_text(QUITS.format(slot="lambda: 1 / 0", rest=PLACES["function"]))
    qt.run("run program.py")
    window = display.wait_for_window("^Program$")
    number = qt.wait_for_prompt()
    qt.type("6 * 7")
    qt.wait_for(rf"^In \[{number}\]: 6 \* 7$")
    click(display, window)
    qt.wait_for("^ZeroDivisionError")
    wait_until(lambda: qt.cursor_line() == f"In [{number}]: 6 * 7", "the prompt with what was typed")
    assert qt.text().count("Traceback") == 1
    assert 'File "program.py"' in qt.text()
    assert str(ROOT / "gshell") not in qt.text()
    qt.press("enter")
    qt.wait_for(rf"^Out\[{number}\]: 42$")


# Without a prompt

BATCH = """\
import sys
from PyQt5.QtWidgets import QApplication, QLabel
app = QApplication(sys.argv)
label = QLabel("text")
label.setWindowTitle("Batch")
label.resize(300, 200)
label.show()
status = app.exec_()
print("after", status)
sys.exit(7)
"""


def test_batch_exec_blocks_until_the_window_is_closed(start: Start, display: XServer, home: Path) -> None:
    (home / "program.py").write_text(BATCH)
    shell = start("run", "program.py", prompt=False)
    display.wait_for_window("^Batch$")
    assert "after" not in shell.text()
    display.close_by_hand("^Batch$")
    shell.wait_for("^after 0$")
    assert shell.wait() == 7


def test_batch_quit_from_a_button(start: Start, display: XServer, home: Path) -> None:
    (home / "program.py").write_text(QUITS.format(slot="app.quit", rest=PLACES["function"]))
    shell = start("run", "program.py", prompt=False)
    click(display, display.wait_for_window("^Program$"))
    assert shell.wait() == 0
    assert exceptions(shell.text()) == []


def test_batch_ctrl_c(start: Start, display: XServer, home: Path) -> None:
    (home / "program.py").write_text(BATCH)
    shell = start("run", "program.py", prompt=False)
    display.wait_for_window("^Batch$")
    shell.press("c-c")
    assert shell.wait() == 130
    assert exceptions(shell.text()) == ["KeyboardInterrupt"]
    assert "after" not in shell.text()


# Threads of the user's that plot

ATTEMPT = """\
import concurrent.futures, io, threading, gshell
def attempt(function):
    "What `function()` returns or raises in a thread."
    result = []
    def run():
        try: result.append(function())
        except BaseException as error: result.append(error)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    return result[0] if result else 'nothing'

"""


@pytest.fixture
def threads(plots: GShell, display: XServer) -> GShell:
    """A figure in pan mode, and attempt(), which runs a function in a thread."""
    figure_in_pan_mode(plots, display)
    plots.run(ATTEMPT)
    return plots


@pytest.mark.parametrize(
    "code",
    few(
        [
            "plt.figure()",
            "plt.subplots()",
            "line.set_ydata(np.ones(50))",
            "plt.plot([1, 2])",
            "fig.canvas.draw()",
            "plt.show()",
        ],
        *["line.set_ydata(np.ones(50))", "plt.show()"],
    ),
)
def test_plotting_in_a_thread(threads: GShell, display: XServer, code: str) -> None:
    """It is refused, with words that say what to do; by on_gui() it works."""
    assert threads.value(f"type(failed := attempt(lambda: {code})).__name__") == "'RuntimeError'"
    assert threads.value("'gshell.on_gui(' in str(failed), 'queue' in str(failed), 'Thread-' in str(failed)") == (
        "(True, True, True)"
    )
    threads.run(f"threading.Thread(target=lambda: {code}).start()")
    threads.wait_for("^RuntimeError: ")
    threads.wait_for_prompt()
    assert threads.value("plt.get_fignums()") == "[1]"
    assert threads.value(f"isinstance(attempt(lambda: gshell.on_gui(lambda: {code})), BaseException)") == "False"
    window = display.wait_for_window("Figure 1")
    before = display.picture(window).tobytes()
    threads.run("fig.gca().set_facecolor('red')")
    wait_until(partial(changed, display, window, before), "the figure to be drawn")


def test_plotting_in_a_thread_while_a_draw_is_wanted(threads: GShell) -> None:
    """It is refused as well: whether one is, is chance."""
    threads.run("fig.canvas.flush_events(); fig.canvas._gshell_wanted = True")
    assert threads.value("type(attempt(lambda: line.set_ydata(np.ones(50)))).__name__") == "'RuntimeError'"


@pytest.mark.parametrize(
    "code",
    few(
        [
            "fig.savefig('saved.png')",
            "fig.savefig('saved.png', transparent=True)",
            "fig.savefig('saved.pdf')",
            "fig.savefig(io.BytesIO())",
            "plt.savefig('saved.png')",
        ],
        "plt.savefig('saved.png')",
    ),
)
def test_savefig_in_a_thread(threads: GShell, home: Path, code: str) -> None:
    assert threads.value(f"[attempt(lambda: {code}) for i in range(2)]") == "[None, None]"
    if "saved" in code:
        assert next(home.glob("saved.*")).stat().st_size > 1000
    threads.run("pool = concurrent.futures.ThreadPoolExecutor(4)")
    threads.run(f"done = [pool.submit(lambda: {code}) for i in range(4)]")
    assert threads.value("{repr(each.exception(20)) for each in done}") == "{'None'}"
    # And beside a worker that computes.
    threads.run(
        f"done = [pool.submit(lambda: {code}) for i in range(4)]\nwhile not all(d.done() for d in done): pass\n"
    )
    assert threads.value("{repr(each.exception()) for each in done}") == "{'None'}"


SLOW = """\
import os
class Slow(plt.Line2D):
    def draw(self, renderer):
        drawn.append(threading.get_native_id() == os.getpid()); drawing.set()
        sum(range(2_000_000))
        super().draw(renderer)
drawing = threading.Event(); drawn = []
slow = ax.add_line(Slow([0, 1], [1, 0]))

"""


def test_savefig_in_a_thread_during_another(threads: GShell) -> None:
    """While one is written, matplotlib has exchanged the figure's canvas for that of the file's format."""
    threads.run(SLOW)
    threads.run("plt.pause(0.01); drawing.clear(); drawn.clear()")
    threads.run(
        "pool = concurrent.futures.ThreadPoolExecutor(4); save = lambda: fig.savefig(io.BytesIO(), format='pdf')"
    )
    threads.run("second = pool.submit(lambda: drawing.wait(20) and save()); first = pool.submit(save)")
    assert threads.value("repr(first.exception(20)), repr(second.exception(20))") == "('None', 'None')"
    assert threads.value("len(drawn) >= 2, set(drawn)") == "(True, {True})"  # on the GUI thread, all of them
    assert threads.value("gshell.on_gui(lambda: 42)") == "42"


def test_close_in_a_thread(threads: GShell, display: XServer) -> None:
    threads.run("other = plt.figure()")
    display.wait_for_window("Figure 2")
    assert threads.value("attempt(lambda: plt.close(other))") == ""  # None is not shown
    wait_until(lambda: not display.windows("Figure 2"), "the window to go")
    assert threads.value("plt.get_fignums()") == "[1]"
    threads.run("attempt(lambda: plt.close('all'))")
    wait_until(lambda: not display.windows("Figure"), "the window to go")
    assert exceptions(threads.text()) == []


HAMMER = """\
import gc, io, random
go_on = True; saved = []; others = []; n = 0
def hammer(name):
    global n
    while go_on:
        try:
            if name == 'save': fig.savefig(io.BytesIO()); saved.append(1)
            elif name == 'set': n += 1; line.set_ydata(np.random.rand(50))
            elif name == 'draw': fig.canvas.draw_idle()
            else: gshell.on_gui(lambda: (line.set_ydata(np.random.rand(50)), fig.canvas.draw_idle()))
        except RuntimeError as error:
            if 'gshell.on_gui(' not in str(error): others.append(error)
        except BaseException as error: others.append(error)
hammers = [threading.Thread(target=hammer, args=(w,)) for w in ('save', 'save', 'set', 'draw', 'gui')]
for each in hammers: each.start()
while busy and len(saved) < 4: gc.collect(); sum(range(1000))
"""


@pytest.mark.parametrize("busy", [pytest.param(False, marks=pytest.mark.stress), True])
def test_many_threads_at_once(threads: GShell, display: XServer, busy: bool) -> None:
    threads.run(f"busy = {busy}")
    window = display.wait_for_window("Figure 1")
    limits = threads.value("ax.get_xlim()")
    threads.submit(HAMMER)
    number = threads.number
    display.activate(window)
    for _ in range(3):
        display.drag(window, (0.5, 0.5), (0.6, 0.6))
    threads.wait_for_end_of(number, 60)
    wait_until(lambda: threads.value("len(saved) >= 4 and n > 20") == "True", "the threads to have worked")
    wait_until(lambda: threads.value("ax.get_xlim()") != limits, "the figure to follow the mouse")
    threads.run("go_on = False\nfor each in hammers: each.join(20)\n")
    assert threads.value("[each.is_alive() for each in hammers].count(True), others[:3]") == "(0, [])"
    pan(display, window)
    assert exceptions(threads.text()) == []
    assert threads.end() == 0


# Beside a worker that computes

TICKS = """
ticks, kept = [], []
def watch():
    from PyQt5.QtCore import QTimer
    kept.append(QTimer())
    kept[0].timeout.connect(lambda: ticks.append(time.monotonic()))
    kept[0].start(10)
"""


def test_worker_that_gives_chances_to_take_the_gil_does_not_keep_them(qt: GShell) -> None:
    """The GUI thread was woken at each chance, came too late, and waited for the next one, for seconds (gui/gil.py).

    It came in time where other programs have the processors.
    """
    qt.run(TICKS)
    qt.run("gshell.on_gui(watch); end = time.monotonic() + 15")
    qt.run("while len(ticks) < 100 and time.monotonic() < end: np.random.rand(3); sum(range(10_000))\n")
    qt.run("gshell.on_gui(kept[0].stop)")
    assert int(qt.value("len(ticks)")) >= 100


def test_a_switch_interval_of_the_users_stays(qt: GShell) -> None:
    qt.run("sys.setswitchinterval(0.25); fig, ax = plt.subplots(); ax.plot([1, 2]); plt.pause(0.1)")
    assert qt.value("sys.getswitchinterval()") == "0.25"


# Windows from other threads than their own


def is_at(display: XServer, window: str, x: float, y: float) -> bool:
    """Whether a window is at a place, give or take the frame that the window manager puts around it."""
    left, top, _, _ = display.geometry(window)
    return abs(left - x) < 40 and abs(top - y) < 60


def test_window_at_the_prompt(plots: GShell, display: XServer) -> None:
    plots.run("from PyQt5.QtWidgets import QMainWindow, QStatusBar; fig = plt.figure()")
    figure = display.wait_for_window("Figure 1")
    plots.run("window = fig.canvas.manager.window")
    plots.run("titles = []; window.windowTitleChanged.connect(titles.append)")
    plots.run("window.setWindowTitle('Residuals')")
    assert display.wait_for_window("^Residuals$") == figure
    assert plots.value("window.windowTitle(), titles") == "('Residuals', ['Residuals'])"
    scale = float(plots.value("window.devicePixelRatioF()"))  # Qt's pixels are those of a screen with 96 dpi
    plots.run("window.resize(500, 400)")
    wait_until(lambda: [round(each / scale) for each in display.geometry(figure)[2:]] == [500, 400], "the new size")
    for x, y in ((300, 200), (100, 120)):
        plots.run(f"window.move({x}, {y})")
        wait_until(partial(is_at, display, figure, x * scale, y * scale), "the new place")
    plots.run("fig.canvas.manager.window.statusBar().showMessage('Converged')")
    assert plots.value("window.statusBar().currentMessage()") == "'Converged'"
    assert plots.value("isinstance(window, QMainWindow), isinstance(window.statusBar(), QStatusBar)") == "(True, True)"
    assert plots.value("isinstance(window, QStatusBar)") == "False"
    assert "on the GUI thread" in plots.run("window")
    assert plots.value("window.width(), window.size().width()") == "(500, 500)"
    assert plots.value("'setWindowTitle' in dir(window), window == fig.canvas.manager.window") == "(True, True)"
    output = plots.run("window.resize('wide')")
    assert exceptions(output) == ["TypeError"]
    assert str(ROOT / "gshell") not in output
    assert exceptions(plots.run("window.no_such_method()")) == ["AttributeError"]


def test_window_as_an_argument(plots: GShell, display: XServer) -> None:
    """What the prompt knows a window by is good for a function on the GUI thread, too."""
    plots.run("import gshell; from PyQt5.QtWidgets import QPushButton; fig = plt.figure()")
    plots.run("window = fig.canvas.manager.window")
    assert plots.value("type(gshell.on_gui(QPushButton, 'Again', window)).__name__") == "'QPushButton'"
    assert plots.value("type(gshell.on_gui(QPushButton, 'Again', parent=window)).__name__") == "'QPushButton'"


def test_canvas_in_a_tight_loop(plots: GShell, display: XServer) -> None:
    figure = figure_in_pan_mode(plots, display)
    plots.run("canvas = fig.canvas; size = canvas.width(), canvas.height(); seen = set(); asked = 0; go_on = True")
    assert plots.value("size == canvas.get_width_height(), min(size) > 100") == "(True, True)"
    plots.submit("while go_on: seen.add((canvas.width(), canvas.height(), canvas.isVisible())); asked += 1\n")
    for _ in range(3):
        pan(display, figure)
    assert plots.prompt_number() == 0
    assert exceptions(stop(plots)) == ["KeyboardInterrupt"]
    assert plots.value("seen == {(*size, True)}, asked > 100") == "(True, True)"
    plots.run("for i in range(2000): canvas.mapFromGlobal(canvas.mapToGlobal(canvas.rect().center()))\n")
    assert exceptions(plots.text()) == ["KeyboardInterrupt"]


# Backends


@pytest.mark.parametrize("pylab", few([False, True], True))
def test_matplotlib_magic(display: XServer, start: Start, home: Path, pylab: bool) -> None:
    shell = start("--qt", *["--pylab"] * pylab)
    for line in ("%matplotlib", "%matplotlib qt", "%matplotlib auto", "%matplotlib qt5", "%matplotlib QT"):
        assert re.fullmatch("Using matplotlib backend: qt(5)?agg", shell.run(line).lower().replace("using", "Using"))
    shell.run("import matplotlib.pyplot as plt")
    shell.run("plt.plot([1, 2])")  # nobody calls show()
    display.wait_for_window("Figure 1")
    output = shell.run("%matplotlib inline")
    assert output.splitlines()[0] == "figures have windows of their own here, instead of inline"
    assert "qtagg" in output.lower()
    shell.run("%matplotlib agg")
    shell.run("plt.close('all'); plt.figure(7); plt.plot([1, 2]); plt.savefig('agg.png')")
    assert (home / "agg.png").stat().st_size > 1000
    assert not display.windows("Figure 7")
    shell.run("%matplotlib")
    shell.run("plt.close('all'); plt.figure(8)")
    display.wait_for_window("Figure 8")
    assert not display.windows("Figure 7")


def test_matplotlib_magic_with_wrong_names(plots: GShell, display: XServer) -> None:
    figure = figure_in_pan_mode(plots, display)
    wrong = {"gtk3": "gshell --gui gtk3", "tk": "gshell --gui tk", "foo": "no backend foo", "a b": "a b"}
    for name, words in wrong.items():
        output = plots.run(f"%matplotlib {name}")
        assert says(output, words)
        assert exceptions(output) == []
        assert "Traceback" not in output
        assert plots.value("plt.get_backend().lower(), plt.get_fignums()") == "('qtagg', [1])"
    listed = plots.run("%matplotlib --list").split()
    assert {"auto", "agg", "qt", "gtk3", "tk"} <= set(listed)
    assert "" not in listed
    pan(display, figure)


def test_pylab_magic(display: XServer, start: Start) -> None:
    shell = start("--qt")
    assert "qtagg" in shell.run("%pylab --no-import-all").lower()
    assert shell.value("np.pi > 3, plt.__name__, 'randn' in globals()") == "(True, 'matplotlib.pyplot', False)"
    assert "qtagg" in shell.run("%pylab").lower()
    assert shell.value("len(randn(3)), np.pi > 3, plt.__name__") == "(3, True, 'matplotlib.pyplot')"
    shell.run("plot([1, 2])")
    display.wait_for_window("Figure 1")
    assert "no backend foo" in shell.run("%pylab foo")


def test_use_of_another_backend(display: XServer, start: Start, home: Path) -> None:
    shell = start("--qt")
    shell.run("import matplotlib, matplotlib.pyplot as plt")
    for name in ("TkAgg", "GTK3Agg"):
        output = shell.run(f"matplotlib.use('{name}'); plt.figure()")
        assert exceptions(output) == ["ImportError"]
        assert says(output, f"gshell --gui {name[:-3].lower()}")
        assert str(ROOT / "gshell") not in output
    shell.run("plt.figure()")
    display.wait_for_window("Figure 1")
    shell.run("matplotlib.use('Agg'); plt.figure(2); plt.plot([1, 2]); plt.savefig('agg.png')")
    assert (home / "agg.png").stat().st_size > 1000
    assert not display.windows("Figure 2")
    shell.run("matplotlib.use('QtAgg'); plt.figure(3)")
    display.wait_for_window("Figure 3")


def test_figures_after_a_script_for_another_toolkit(display: XServer, start: Start) -> None:
    shell = start("--qt")
    shell.run("import matplotlib; matplotlib.use('GTK3Agg'); import matplotlib.pyplot as plt")
    assert exceptions(shell.run("plt.figure()")) == ["ImportError"]
    assert shell.run("_ = plt.figure()") == ""
    display.wait_for_window("Figure 1")


@pytest.mark.parametrize("name", few(["TkAgg", "Agg"], "Agg"))
def test_use_before_pyplot(display: XServer, home: Path, name: str) -> None:
    code = (
        f"import matplotlib as m; m.use('{name}'); import matplotlib.pyplot; m.pyplot.figure(); print(m.get_backend())"
    )
    done = gshell("--qt", "-c", code, home=home)
    if name == "Agg":
        assert (done.stdout.lower(), done.stderr, done.returncode) == ("agg\n", "", 0)
    else:
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1].startswith("ImportError: ")
        assert "gshell --gui tk" in done.stderr


def test_use_of_qt_without_a_display(home: Path) -> None:
    code = (
        "import matplotlib; matplotlib.use('QtAgg'); import matplotlib.pyplot as plt\n"
        "plt.plot([1, 2]); plt.savefig('off.png'); plt.show(); print('shown')"
    )
    done = gshell("--qt", "-c", code, home=home)
    assert (done.stdout, done.returncode) == ("shown\n", 0)
    assert "no display" in done.stderr
    assert "Traceback" not in done.stderr
    assert (home / "off.png").stat().st_size > 1000
