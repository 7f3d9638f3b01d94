"""User code that gets at the shell's own ground: it must survive, and stay interruptible."""

from __future__ import annotations

import os
import re
import signal
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Start
from tests.terminal import ROOT, GShell, Terminal, gshell, wait_until
from tests.xserver import XServer

pytestmark = pytest.mark.own_shell


def test_signal_handler_that_raises_at_the_prompt(shell: GShell) -> None:
    shell.run("import signal\ndef handler(*_): raise TimeoutError('from the handler')\n")
    shell.run("signal.signal(signal.SIGALRM, handler); signal.setitimer(signal.ITIMER_REAL, 0.2)")
    shell.wait_for("^TimeoutError: from the handler")
    shell.wait_for_prompt()
    assert shell.value("6 * 7") == "42"


def test_signal_handler_that_raises_while_parked(plots: GShell, display: XServer) -> None:
    """Handlers land anywhere, in the gate too; afterwards the worker still parks."""
    plots.run("import signal, time; armed = False")
    plots.run("def handler(*_):\n    if armed: raise TimeoutError\n")
    plots.run("signal.signal(signal.SIGALRM, handler); plot([1, 2]); start = time.time()")
    plots.run("draw = lambda e: gcf().canvas.draw_idle(); cid = gcf().canvas.mpl_connect('draw_event', draw)")
    plots.run("signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01); gcf().canvas.draw_idle()")
    plots.run(
        "while time.time() < start + 1:\n"
        "    try:\n"
        "        armed = True\n"
        "        while time.time() < start + 1: pass\n"
        "        armed = False\n"
        "    except (TimeoutError, SystemError): armed = False\n"
    )
    plots.run("signal.setitimer(signal.ITIMER_REAL, 0)")
    plots.run("gcf().canvas.mpl_disconnect(cid)")
    window = display.wait_for_window("Figure 1")
    display.press_key(window, "p")
    plots.submit("print('be' 'gun')\nwhile True: pass\n")
    plots.wait_for("^begun$")
    before = display.picture(window).tobytes()
    display.drag(window, (0.5, 0.5), (0.7, 0.7))
    wait_until(lambda: display.picture(window).tobytes() != before, "the figure to follow the mouse")
    plots.press("c-c")
    plots.wait_for_prompt()


def test_ctrl_c_at_the_recursion_limit(shell: GShell) -> None:
    shell.run("def f():\n    try: f()\n    except RecursionError: pass\n")
    shell.run("def g():\n    print('be' 'gun')\n    while True: f()\n")
    shell.submit("g()")
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.wait_for("^KeyboardInterrupt")
    shell.wait_for_prompt()
    assert shell.value("6 * 7") == "42"


def test_ctrl_c_behind_pylab(start: Start, home: Path) -> None:
    """A command that was given while another ran is as interruptible as any."""
    (home / "loop.py").write_text("print('begun', flush=True)\nwhile True: pass\n")
    shell = start("--pylab", "-i", "loop.py", prompt=False)
    shell.wait_for("^begun")
    shell.press("c-c")
    shell.wait_for("^KeyboardInterrupt")
    shell.wait_for_prompt()


def test_blocked_sigint_is_unblocked(shell: GShell) -> None:
    shell.run("import signal, time; signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})")
    shell.submit("print('be' 'gun'); time.sleep(1000)")
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.wait_for("^KeyboardInterrupt")


def test_ctrl_c_doubles_and_loses_no_output(shell: GShell) -> None:
    shell.submit("for i in range(10 ** 9): print(f'<{i}>')\n")
    number = shell.number
    shell.wait_for(r"^<\d{4,}>$")
    shell.press("c-c")
    shell.wait_for_end_of(number)
    printed = [int(match) for match in re.findall(rb"<(\d+)>\r?\n", shell.raw)]
    assert printed == list(range(len(printed)))
    assert not re.search(rb"Traceback.*<\d+>", shell.raw, re.DOTALL)


def press_until(shell: GShell, condition: Callable[[], object]) -> None:
    """Press Ctrl-C every half a second until `condition()`."""
    for _ in range(20):
        shell.press("c-c")
        try:
            wait_until(condition, "what Ctrl-C should bring about", 0.5)
        except AssertionError:
            continue
        return
    raise AssertionError("20 presses had no effect")


def test_endless_callback(plots: GShell, display: XServer) -> None:
    plots.run("def forever(event):\n    print('for' 'ever')\n    while True: pass\n")
    plots.run("plot([1, 2]); gcf().canvas.mpl_connect('button_press_event', forever)")
    window = display.wait_for_window("Figure 1")
    display.click(window, 0.5, 0.5)
    plots.wait_for("^forever$")
    press_until(plots, lambda: "KeyboardInterrupt" in plots.text())  # it must have gone on for a little while
    assert plots.value("6 * 7") == "42"
    display.click(window, 0.5, 0.5)
    wait_until(lambda: plots.text().count("\nforever") == 2, "the callback")
    plots.submit("while True: pass\n")  # waits for the callback
    press_until(plots, lambda: plots.prompt_number() > plots.number)
    display.click(window, 0.5, 0.5)
    wait_until(lambda: plots.text().count("\nforever") == 3, "the callback")
    os.kill(plots.pid, signal.SIGTERM)
    assert plots.wait(10) == 128 + signal.SIGTERM


def test_endless_callback_that_pauses(plots: GShell, display: XServer) -> None:
    """Ctrl-C breaks off the callback, not the draw that is done while it pauses; time and again."""
    plots.run(
        "def forever(event):\n"
        "    while True:\n"
        "        line.set_ydata(np.random.rand(1000)); n.append(1); plt.pause(0.001)\n"
    )
    plots.run("n = []; line, = plot(range(1000)); c = gcf().canvas; c.mpl_connect('button_press_event', forever)")
    window = display.wait_for_window("Figure 1")
    for times in range(1, 4):
        plots.run("n.clear()")
        display.click(window, 0.5, 0.5)
        wait_until(lambda: plots.value("len(n) > 3") == "True", "the callback")
        press_until(plots, lambda times=times: plots.text().count("\nKeyboardInterrupt") == times)  # type: ignore[misc]
    plots.run("drawn = []; c.mpl_connect('draw_event', drawn.append); line.set_color('red')")
    wait_until(lambda: plots.value("len(drawn) > 0") == "True", "a draw")


def test_system_exit_in_a_callback(plots: GShell, display: XServer) -> None:
    plots.run("import sys; plot([1, 2]); gcf().canvas.mpl_connect('button_press_event', lambda event: sys.exit('bye'))")
    window = display.wait_for_window("Figure 1")
    display.click(window, 0.5, 0.5)
    plots.wait_for("bye$")
    assert plots.value("6 * 7") == "42"
    assert plots.end() == 0


def test_reset_excepthook_and_an_exception_in_a_slot(plots: GShell, display: XServer) -> None:
    plots.run("import sys; from PyQt5 import QtCore; plot([1, 2]); sys.excepthook = sys.__excepthook__")
    plots.run("on_click = lambda event: QtCore.QTimer.singleShot(0, lambda: 1 / 0)")
    plots.run("gcf().canvas.mpl_connect('button_press_event', on_click)")
    display.click(display.wait_for_window("Figure 1"), 0.5, 0.5)
    plots.wait_for("^ZeroDivisionError")
    assert plots.value("6 * 7") == "42"


def test_forked_child_collects_and_plots(plots: GShell, home: Path) -> None:
    plots.run("plot([1, 2, 3])")
    (home / "child.py").write_text(
        "import gc, multiprocessing, matplotlib.pyplot as plt\n"
        "def child(name):\n"
        "    gc.collect()\n"
        "    plt.figure(); plt.plot([1, 2]); plt.savefig(name); plt.close()\n"
        "    return gc.isenabled()\n"
        "with multiprocessing.get_context('fork').Pool(1) as pool:\n"
        "    print(pool.map(child, ['child.png']))\n"
    )
    assert plots.run("run child.py").splitlines()[-1] == "[True]"
    assert (home / "child.png").exists()


def test_child_of_a_thread_leaves_the_prompt_alone(shell: GShell) -> None:
    shell.run("import subprocess, threading; done = []")
    shell.run("go = lambda: (subprocess.run(['true']), done.append(1), print('ran'))")
    shell.run("threading.Timer(0.2, go).start()")
    shell.wait_for("^ran$")
    shell.type("6 * 7")
    shell.wait_for(r"^In \[4\]: 6 \* 7$")
    assert shell.text().count("6 * 7") == 1  # not echoed by the terminal too
    shell.press("enter")
    shell.wait_for(r"^Out\[4\]: 42$")


def test_batch_waits_for_threads(home: Path) -> None:
    (home / "a.py").write_text(
        "import threading, time\nthreading.Thread(target=lambda: (time.sleep(3), print('done'))).start()\n"
    )
    done = gshell("a.py", home=home)
    assert (done.stdout, done.returncode) == ("done\n", 0)


def test_sigterm_handler_of_the_user(start: Start, home: Path) -> None:
    (home / "a.py").write_text(
        "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(5))\nprint('begun', flush=True)\n"
        "time.sleep(1000)\n"
    )
    shell = start("run", "a.py", prompt=False)
    shell.wait_for("^begun")
    os.kill(shell.pid, signal.SIGTERM)
    assert shell.wait() == 5


def test_atexit_that_never_ends_can_be_ended(shell: GShell) -> None:
    shell.run("import atexit, time; atexit.register(lambda: (print('ending', flush=True), time.sleep(1000)))")
    shell.press("c-d")
    shell.wait_for("^ending")
    os.kill(shell.pid, signal.SIGTERM)
    assert shell.wait() == -signal.SIGTERM


def test_descriptors_closed(shell: GShell) -> None:
    shell.run("import os; os.close(1)")
    shell.wait_for_prompt()
    assert shell.end() == 0


def test_suspend_and_continue(start: Start, home: Path) -> None:
    """Ctrl-Z gives the terminal back to the shell that started us, without a stray answer typed into it."""
    env = {"PYTHONPATH": str(ROOT), "HOME": str(home), "PS1": "outer> "}
    with Terminal(["bash", "--norc", "--noprofile", "-i"], env=env, cwd=home) as terminal:
        terminal.wait_for("^outer>$")
        terminal.type(f"{sys.executable} -m gshell --no-gui\r")
        terminal.wait_for(r"^In \[1\]:$")
        for turn in (1, 2, 3):
            terminal.press("c-z")
            wait_until(lambda: terminal.cursor_line() == "outer>", "the outer shell")
            terminal.type(f"echo turn {turn}\r")
            terminal.wait_for(f"^turn {turn}$")
            terminal.type("fg\r")
            wait_until(lambda: terminal.cursor_line() == "In [1]:", "the prompt")
        terminal.type("input('? ')\r")
        terminal.wait_for(r"^\?$")
        terminal.press("c-z")
        wait_until(lambda: terminal.cursor_line() == "outer>", "the outer shell")
        terminal.type("fg\r")
        # Until then Enter is no end of a line: the outer shell reads keys.
        wait_until(lambda: termios.tcgetattr(terminal.process.fd)[3] & termios.ICANON, "the question's own mode")
        terminal.type("typed\r")
        terminal.wait_for(r"^Out\[1\]: 'typed'$")
        assert "not found" not in terminal.text()


def test_exceptions_in_a_ring(shell: GShell) -> None:
    shell.run("try: 1 / 0\nexcept Exception as e: raise e from e\n")
    assert "ZeroDivisionError: division by zero" in shell.text()
    assert shell.value("6 * 7") == "42"


def test_streams_that_can_only_write(shell: GShell) -> None:
    shell.run("import sys\nclass Tee:\n    def __init__(self, stream): self.write = stream.write\n\n")
    shell.run("sys.stderr = Tee(sys.stderr); sys.stdout = Tee(sys.stdout)")
    shell.run("1 / 0")
    assert re.search(r"Traceback .*\n.*line 1.*\n(.*\n)+ZeroDivisionError: division by zero", shell.text())
    assert "AttributeError" not in shell.text()


def test_prompt_that_is_broken_off(shell: GShell) -> None:
    shell.run("import gc; from gshell.console.prompt import Prompt")
    shell.run("prompt = next(each for each in gc.get_objects() if type(each) is Prompt); read = prompt.read")
    shell.run("async def broken(*_):\n    prompt.read = read\n    raise ValueError('broken')\n\n")
    shell.run("prompt.read = broken; kept = 42")
    shell.wait_for(r"^gshell: the prompt was broken off: ValueError\('broken'\)")
    shell.wait_for_prompt()
    assert shell.value("kept") == "42"


ENDS = {
    "os._exit(3)": 3,
    "os.execv('/bin/sh', ['sh', '-c', 'exit 4'])": 4,
    "os.execvp('sh', ['sh', '-c', 'exit 4'])": 4,
    "os.execle('/bin/sh', 'sh', '-c', 'exit 4', dict(os.environ))": 4,
    "os.abort()": 128 + signal.SIGABRT,
    "__import__('threading').Thread(target=os._exit, args=[5]).start(); __import__('time').sleep(1000)": 5,
    "__import__('threading').Thread(target=lambda: (open('now').read(), os._exit(6))).start()": 6,
}


def test_a_process_that_ends_at_once_leaves_an_ordinary_terminal(home: Path) -> None:
    """With echo and signals: whoever started the shell may take the terminal's mode as it finds it."""
    os.mkfifo(home / "now")
    env = {"PYTHONPATH": str(ROOT), "HOME": str(home), "PS1": "outer> "}
    with Terminal(["sh", "-i"], env=env, cwd=home) as terminal:  # does not put the mode back by itself, as bash does
        terminal.wait_for("^outer>$")
        before = termios.tcgetattr(terminal.process.fd)
        for end, status in ENDS.items():
            terminal.type(f"clear; {sys.executable} -m gshell --no-gui\r")
            terminal.wait_for(r"^In \[1\]:$")
            terminal.type("import os\r")
            terminal.wait_for(r"^In \[2\]:$")
            terminal.type(f"{end}\r")
            if "now" in end:  # when the next prompt is there, and has had the terminal's answer (where is the cursor?)
                terminal.wait_for(r"^In \[3\]:$")
                terminal.type("x")
                terminal.wait_for(r"^In \[3\]: x$")
                (home / "now").write_text("")
            wait_until(lambda: terminal.cursor_line().endswith("outer>"), end)
            assert termios.tcgetattr(terminal.process.fd) == before, end
            terminal.type("echo status $?\r")
            terminal.wait_for(f"^status {status}$")


def test_an_exec_that_fails_leaves_the_prompt(shell: GShell) -> None:
    shell.run("import os; os.execv('/nowhere', ['x'])")
    assert "FileNotFoundError" in shell.text()
    assert shell.value("6 * 7") == "42"
    shell.submit("__import__('time').sleep(1000)")
    wait_until(shell.is_asleep, "its call")
    shell.press("c-c")
    shell.wait_for("^KeyboardInterrupt")


@pytest.mark.parametrize("first", [3, 0])
def test_all_descriptors_closed(home: Path, first: int) -> None:
    """The shell can't go on without its own.  It ends at once, with one line, and the terminal in its ordinary mode."""
    env = {"PYTHONPATH": str(ROOT), "HOME": str(home), "PS1": "outer> "}
    with Terminal(["sh", "-i"], env=env, cwd=home) as terminal:
        terminal.wait_for("^outer>$")
        before = termios.tcgetattr(terminal.process.fd)
        terminal.type(f"{sys.executable} -m gshell --no-gui\r")
        terminal.wait_for(r"^In \[1\]:$")
        terminal.type(f"import os; os.closerange({first}, 256)\r")
        wait_until(lambda: terminal.cursor_line() == "outer>", "the outer shell")
        assert terminal.text().count("descriptor") <= 1
        assert "Traceback" not in terminal.text()
        assert first == 0 or termios.tcgetattr(terminal.process.fd) == before
