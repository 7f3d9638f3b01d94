"""Qt's objects, threads and dialogs at the prompt, and Ctrl-C for code that Qt has called."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.affinity_cases import CASES, COMMON
from tests.conftest import Start
from tests.terminal import GShell, wait_until
from tests.xserver import XServer

# Ctrl-C.

FOREVER = """\
def forever(*_):
    print("be" "gun", flush=True)
    while True: got.append(1)
"""


@pytest.fixture
def qt(plots: GShell) -> GShell:
    """The shell, with Qt's names."""
    plots.run(COMMON)
    plots.run(f"gshell.on_gui(int); {CASES['qt'].begin}; app = QApplication.instance()")
    plots.run(FOREVER)
    return plots


CALLED: dict[str, str] = {
    "a timer": "QTimer.singleShot(1, forever)",
    "a slot": "button = QPushButton(); button.clicked.connect(forever); QTimer.singleShot(1, button.click)",
    "an event handler": (
        "class Handler(QObject):\n    def event(self, event): forever(); return True\n"
        "handler = Handler(); QCoreApplication.postEvent(handler, QEvent(QEvent.User))"
    ),
    "an event filter": (
        "class Filter(QObject):\n    def eventFilter(self, *_):\n"
        "        watched.removeEventFilter(self); forever(); return True\n"
        "handler = Filter(); watched = QObject(); watched.installEventFilter(handler)\n"
        "QCoreApplication.postEvent(watched, QEvent(QEvent.User))"
    ),
    "within a dialog": "QTimer.singleShot(1, lambda: (QTimer.singleShot(1, forever), QEventLoop().exec_()))",
}


@pytest.mark.own_shell
@pytest.mark.parametrize("name", CALLED)
def test_ctrl_c_ends_code_that_qt_has_called(qt: GShell, name: str) -> None:
    """At the prompt, as nothing else runs; windows live again."""
    qt.run(f"%%gui\n{CALLED[name]}\n")
    qt.wait_for("^begun$")
    press_until(qt, lambda: "KeyboardInterrupt" in qt.text())
    assert qt.text().count("KeyboardInterrupt") == 1
    assert qt.value("gshell.on_gui(lambda: 6 * 7)") == "42"


def press_until(shell: GShell, condition: Callable[[], bool]) -> None:
    """Press Ctrl-C, once; what has just begun may have to be asked again."""
    for limit in (5.0, 30.0):
        shell.press("c-c")
        try:
            wait_until(condition, "what Ctrl-C does", limit)
            return
        except AssertionError:
            if limit == 30.0:
                raise


DIALOGS = (
    "QMessageBox.question(None, 'Asked', '?')",
    "QFileDialog.getOpenFileName(None, 'Asked')",
    "QInputDialog.getText(None, 'Asked', '?')",
    "gshell.on_gui(lambda: QMessageBox.question(None, 'Asked', '?'))",
)


@pytest.mark.parametrize("dialog", DIALOGS)
def test_ctrl_c_closes_a_dialog_that_the_prompt_has_opened(qt: GShell, display: XServer, dialog: str) -> None:
    qt.submit(dialog)
    display.wait_for_window("Asked")
    qt.press("c-c")
    qt.wait_for_end_of(qt.number)
    assert qt.text().count("KeyboardInterrupt") == 1
    wait_until(lambda: not display.windows("Asked"), "the dialog to go")
    assert qt.value("gshell.on_gui(QApplication.activeModalWidget) is None") == "True"


def test_answer_of_a_dialog_that_the_prompt_has_opened(qt: GShell, display: XServer) -> None:
    """Figures live meanwhile, and slots run."""
    qt.submit("QTimer.singleShot(1, lambda: got.append(here())); QInputDialog.getText(None, 'Asked', '?', text='yes')")
    window = display.wait_for_window("Asked")
    display.press_key(window, "Return")
    qt.wait_for_end_of(qt.number)
    assert qt.value("_, got") == "(('yes', True), [True])"


@pytest.mark.own_shell  # Qt ends a process that forgets a thread of Qt's which runs
def test_wait_for_a_thread_of_qt_is_interrupted(qt: GShell) -> None:
    qt.run("class Thread(QThread):\n    def run(self): time.sleep(1000)\n")
    qt.run("thread = Thread(); thread.start()")
    qt.submit("print('be' 'gun')\nthread.wait()\n")
    qt.wait_for("^begun$")
    qt.press("c-c")
    qt.wait_for_end_of(qt.number)
    assert qt.text().count("KeyboardInterrupt") == 1
    assert qt.value("thread.wait(50), thread.isRunning()") == "(False, True)"
    qt.run("thread.terminate()")


@pytest.mark.own_shell
def test_threads_of_the_users_own(qt: GShell) -> None:
    """A widget is left to the GUI thread there, too; all else is as ever."""
    qt.run("%%gui\nlabel = QLabel('a')\n")
    qt.run(
        "def run(f):\n    found = []; thread = threading.Thread(target=lambda: found.append(f()))\n"
        "    thread.start(); thread.join(); return found[0]\n"
    )
    assert qt.value("run(lambda: (label.setText('b'), label.text()))") == "(None, 'b')"
    assert qt.value("run(lambda: QTimer().thread() is app.thread())") == "False"
    assert qt.value("run(lambda: QThread.currentThread() is QObject().thread())") == "True"
    qt.run(
        "class Thread(QThread):\n    def run(self):\n        QTimer.singleShot(1, self.tick); self.exec_()\n"
        "    def tick(self): got.append(QThread.currentThread() is self); self.quit()\n"
    )
    assert qt.value("(thread := Thread()).start(), thread.wait(30000), got") == "(None, True, [False])"


def test_widget_lives_in_its_process_only(qt: GShell) -> None:
    """A forked child asks nobody else."""
    qt.run("timer = QTimer()")
    qt.run(
        "r, w = os.pipe(); child = os.fork()\nif not child: os.write(w, repr(timer.isActive()).encode()); os._exit(0)\n"
    )
    assert qt.value("os.waitpid(child, 0)[1], os.read(r, 9)") == "(0, b'False')"


def test_time_of_the_start(start: Start, display: XServer) -> None:
    """Timers work in the first command already, before Qt was loaded."""
    shell = start("--qt")
    begin = "from PyQt5.QtCore import QTimer; import time; got = []; QTimer.singleShot(1, lambda: got.append(1))"
    shell.run(begin)
    wait_until(lambda: shell.value("got") == "[1]", "the timer")


FORGOTTEN = {
    "with an event loop": "t = QThread(); t.start(); del t",
    "with a run() of its own": "Job().start()",
    "in a function": "def f():\n    job = Job(); job.start()\n\nf()\n",
    "on the GUI thread": "%%gui\nt = QThread(); t.start(); j = Job(); j.start(); del t, j\n",
    "with its parent": "parent = QObject(); t = Job(parent); t.start(); del t, parent",
    "with its parent's parent": "parent = QObject(); t = Job(QObject(parent)); t.start(); del t, parent",
    "with a priority": "Job().start(QThread.LowPriority)",
    "by its class": "QThread.start(Job())",
    "a second time": "t = Job(); go.set(); t.start(); t.wait(); go.clear(); t.start(); gshell.on_gui(int); del t",
    "by a signal with an argument": (
        "class Source(QObject):\n    signal = pyqtSignal(str)\n\n"
        "t = Job(); source = Source(); source.signal.connect(t.start); source.signal.emit('a'); del t"
    ),
    "in another thread": "th = threading.Thread(target=lambda: Job().start()); th.start(); th.join(); del th",
}


@pytest.mark.own_shell
def test_a_thread_that_is_forgotten_while_it_runs(qt: GShell) -> None:
    """As one of Python's it comes to its end, and is gone then."""
    qt.run(
        "import gc, weakref; from PyQt5.QtCore import pyqtSignal; jobs = []; ends = []\n"
        "class Job(QThread):\n"
        "    def __init__(self, *args): super().__init__(*args); jobs.append(weakref.ref(self))\n"
        "    def run(self): go.wait(30); ends.append(1)\n"
    )
    for name, cell in FORGOTTEN.items():
        qt.run("go = threading.Event(); del jobs[:], ends[:]")
        qt.run(cell)
        assert qt.value("gc.collect() and 0, 6 * 7") == "(0, 42)", name
        qt.run("go.set()")
        if "Job" in cell:
            wait_until(lambda: qt.value("len(ends) >= len(jobs) > 0") == "True", "its end")
            wait_until(
                lambda: qt.value("QThread().start(), [job() for job in jobs]").endswith("[None])"), f"{name}: gone"
            )
    assert qt.end() == 0  # with those that run event loops for ever


@pytest.mark.parametrize("words", ["--no-gui", "-c"])
def test_a_forgotten_thread_without_windows(start: Start, words: str) -> None:
    line = "from PyQt5.QtCore import QThread; t = QThread(); t.start(); del t; print(6 * 7)"
    if words == "-c":
        program = start("--no-gui", "-c", line, prompt=False)
        assert program.wait() == 0
        assert "42" in program.text()
    else:
        shell = start(words)
        assert "42" in shell.run(line).splitlines()  # before or behind Qt's warning that there is no application
        assert shell.end() == 0


def test_methods_that_a_cell_on_the_gui_thread_has_named(qt: GShell) -> None:
    """They are called at the prompt as they are there: by the GUI thread."""
    qt.run("from threading import current_thread; threads = []")
    qt.run(
        "%%gui\nlabel = QLabel('a'); show, read, hide = label.setText, label.text, label.hide\n"
        "label.windowTitleChanged.connect(lambda _: threads.append(current_thread().name))\n"
        "title = label.setWindowTitle\n"
        "own, length, join = [].append, 'abc'.upper, os.path.join\n"
    )
    assert qt.value("show('b'), read(), label.text()") == "(None, 'b', 'b')"
    assert qt.value("[title(str(n)) for n in range(3)], threads") == "([None, None, None], ['GUI', 'GUI', 'GUI'])"
    assert qt.value("[show(str(n)) for n in range(300)] and hide(), read()") == "(None, '299')"
    assert qt.value("own(1), length(), join('a', 'b'), type(own).__name__") == (
        "(None, 'ABC', 'a/b', 'builtin_function_or_method')"
    )
    qt.run("%%gui\nshow('in a cell'); kept = show\n")
    assert qt.value("kept('c'), read()") == "(None, 'c')"
