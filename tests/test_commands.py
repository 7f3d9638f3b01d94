"""The command line, scripts, and how it all ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

import gshell as package
from gshell.gui import choose
from tests.conftest import Start
from tests.kept import few
from tests.terminal import LIMIT, ROOT, GShell, gshell, wait_until
from tests.xserver import XServer


def test_code(home: Path) -> None:
    done = gshell("-c", "import sys; print(sys.argv); 42", "a", "--b", home=home)
    assert (done.stdout, done.stderr, done.returncode) == ("['-c', 'a', '--b']\n", "", 0)


@pytest.mark.parametrize(
    ("code", "status"),
    [("pass", 0), ("raise SystemExit(3)", 3), ("import sys; sys.exit('message')", 1), ("1/0", 1), ("x = = 1", 1)],
)
def test_exit_status(home: Path, code: str, status: int) -> None:
    done = gshell("-c", code, home=home)
    assert done.returncode == status
    assert "gshell" not in done.stderr
    script = home / "script.py"
    script.write_text(code)
    assert gshell("run", "script.py", home=home).returncode == status
    plain = subprocess.run([sys.executable, str(script)], capture_output=True, check=False)
    assert plain.returncode == status


def test_script_is_the_main_program(home: Path) -> None:
    (home / "beside.py").write_text("value = 42\n")
    (home / "script.py").write_text(
        "import os, sys, beside, pickle\n"
        "def f(): pass\n"
        "print(__name__, os.path.basename(__file__), sys.argv[1:], beside.value)\n"
        "print(sys.modules['__main__'].f is f, pickle.loads(pickle.dumps(f)) is f)\n"
        "print(os.path.samefile(sys.path[0], os.path.dirname(os.path.abspath(__file__))))\n"
    )
    for arguments in (["script.py"], ["run", "script.py"], ["--no-gui", "run", "script"]):
        done = gshell(*arguments, "x", "-y", "--gui", home=home)
        assert done.stdout == "__main__ script.py ['x', '-y', '--gui'] 42\nTrue True\nTrue\n", done.stderr
        assert done.returncode == 0


MULTIPROCESSING = """
import multiprocessing, sys
def square(x): return x * x
if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        print(pool.map(square, [1, 2, 3]))
"""


@pytest.mark.parametrize("method", few(["spawn", "forkserver", "fork"], "forkserver"))
def test_multiprocessing(shell: GShell, home: Path, method: str) -> None:
    (home / "pool.py").write_text(MULTIPROCESSING)
    assert shell.run(f"run pool.py {method}").splitlines()[-1] == "[1, 4, 9]"
    assert gshell("run", "pool.py", method, home=home).stdout == "[1, 4, 9]\n"


def test_run_keeps_names(shell: GShell, home: Path) -> None:
    (home / "a.py").write_text("kept = 'kept'\nprint('x' in globals(), __file__)\n1/0\n")
    shell.run("x = 1")
    output = shell.run("run a.py")
    assert output.startswith("False a.py\n")
    assert "ZeroDivisionError" in output
    assert shell.value("kept") == "'kept'"
    assert shell.run("%run -i a.py").startswith("True a.py\n")
    assert shell.run("run").startswith("True a.py\n")  # the last one again, with its options
    assert shell.run("run a.py").startswith("False a.py\n")
    assert shell.value("'__file__' in globals(), __name__") == "(False, '__main__')"
    assert "gshell" not in re.sub("gshell/.*|test.*", "", shell.run("run a.py"))


def test_run_system_exit_and_exit(shell: GShell, home: Path) -> None:
    (home / "a.py").write_text("y = 5\nexit(3)\n")
    assert shell.run("run a.py") == "exit status 3"
    assert shell.value("y") == "5"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("run", "usage: %run"),
        ("run missing.py", "no such script: missing.py"),
        ("run .", ". is a directory"),
        ("run -z a.py", "no option -z"),
        ("run 'a", "No closing quotation"),
        ("%rum a.py", "no magic %rum; did you mean %rm or %run?"),
    ],
)
def test_run_bad_input(shell: GShell, line: str, message: str) -> None:
    output = shell.run(line)
    assert message in output
    assert "\n" not in output
    assert shell.value("1") == "1"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--nonsense"], "--nonsense"),
        (["missing.py"], "no such script: missing.py"),
        (["run", "missing.py"], "no such script: missing.py"),
        (["run"], "which script?"),
        (["--gui", "motif"], "motif"),
        (["--qt", "--no-gui"], "not allowed with"),
        (["-i", "-c", "1"], "needs a terminal"),
    ],
)
def test_bad_command_line(home: Path, arguments: list[str], message: str) -> None:
    done = gshell(*arguments, home=home)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_qt_without_pyqt5(home: Path) -> None:
    (home / "sitecustomize.py").write_text(
        "import sys\n"
        "class Block:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] == 'PyQt5': raise ModuleNotFoundError(f'No module named {name!r}')\n"
        "sys.meta_path.insert(0, Block())\n"
    )
    done = gshell("--qt", home=home, env={"PYTHONPATH": f"{home}:{ROOT}", "DISPLAY": ":0"})
    assert done.returncode == 2
    assert "qt is not installed (pip install PyQt5; Debian: apt install python3-pyqt5)" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("backend", "toolkit", "used"),
    [
        ("", "qt", "qtagg"),
        pytest.param("QtAgg", "qt", "qtagg", marks=pytest.mark.stress),
        pytest.param("agg", "none", "agg", marks=pytest.mark.stress),
        pytest.param("svg", "none", "svg", marks=pytest.mark.stress),
        ("TkAgg", "tk", "tkagg"),
    ],
)
def test_auto_is_what_matplotlib_would_choose(
    display: XServer, home: Path, backend: str, toolkit: str, used: str
) -> None:
    if toolkit == "tk" and (reason := choose.why_not("tk")):
        pytest.skip(reason)  # matplotlib would refuse as well
    (home / "matplotlibrc").write_text(f"backend: {backend}  # a comment\n" if backend else "")
    code = "import matplotlib.pyplot as plt; plt.figure(); print(plt.get_backend().lower())"
    done = gshell("-c", code, home=home)
    assert done.stdout == f"{used}\n", done.stderr
    assert f"auto -> {toolkit}\n" in gshell("doctor", home=home).stdout
    (home / "matplotlibrc").unlink()
    assert f"auto -> {toolkit}\n" in gshell("doctor", home=home, env={"MPLBACKEND": backend}).stdout


def test_version_help_and_stdin(home: Path) -> None:
    assert gshell("--version", home=home).stdout == f"gshell {package.__version__}\n"
    assert "examples:" in gshell("--help", home=home).stdout
    assert gshell(home=home, stdin="print(6 * 7)\n").stdout == "42\n"
    assert gshell("-", "a", home=home, stdin="import sys; print(sys.argv[1])\n").stdout == "a\n"


def test_doctor(home: Path) -> None:
    done = gshell("doctor", home=home)
    assert done.returncode == 0
    assert "taken by a worker thread" in done.stdout
    assert re.search(r"^display +DISPLAY is not set$", done.stdout, re.MULTILINE)
    assert "off by GSHELL_ROLE" in gshell("doctor", home=home, env={"GSHELL_ROLE": "off"}).stdout


def test_interactive_after_a_script(start: Start, home: Path) -> None:
    (home / "a.py").write_text("data = [1, 2]\n1/0\n")
    shell = start("-i", "a.py")
    assert "ZeroDivisionError" in shell.text()
    assert shell.value("data") == "[1, 2]"


def test_batch_ctrl_c(start: Start, home: Path) -> None:
    (home / "a.py").write_text("import time\nprint('begun')\ntime.sleep(1000)\n")
    shell = start("run", "a.py", prompt=False)
    shell.wait_for("^begun")
    shell.press("c-c")
    assert shell.wait() == 130
    assert shell.text().count("KeyboardInterrupt") == 1


def test_old_spellings(start: Start, home: Path) -> None:
    shell = start("-qthread", "-pylab")
    shell.run("plot([1, 2])")
    assert shell.value("np.__name__, plt.__name__") == "('numpy', 'matplotlib.pyplot')"


def test_heavy_imports_come_after_the_prompt(start: Start, home: Path) -> None:
    startup = home / ".config" / "gshell" / "startup"
    startup.mkdir(parents=True)
    # Or jedi is loaded some seconds after the prompt, in another thread.
    (startup / "later.py").write_text("import gshell.console.lookups as _later; _later.WARM_UP = 1000\n")
    shell = start("--qt", env={"DISPLAY": ""})
    heavy = "[m for m in ('matplotlib', 'numpy', 'jedi', 'IPython') if m in __import__('sys').modules]"
    assert shell.value(heavy) == "[]"


# The end.


@pytest.mark.parametrize(
    ("leave", "status"), [("exit", 0), ("quit", 0), ("exit()", 0), ("exit(3)", 3), ("quit('bye')", 1), ("\x04", 0)]
)
def test_leave(shell: GShell, leave: str, status: int) -> None:
    shell.type(leave if leave == "\x04" else leave + "\r")
    assert shell.wait() == status


STUCK = "import ctypes; print('be' 'gun'); [ctypes.CDLL(None).sleep(1000) for _ in range(1000)]"


@pytest.mark.parametrize("cell", ["", "print('be' 'gun'); __import__('time').sleep(1000)", STUCK])
@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP])
def test_signals_end_the_session(shell: GShell, signum: int, cell: str) -> None:
    if cell:
        shell.submit(cell)
        shell.wait_for("^begun$")
    os.kill(shell.pid, signum)
    assert shell.wait() == 128 + signum


@pytest.mark.own_process
def test_terminal_that_goes_away(shell: GShell) -> None:
    process = psutil.Process(shell.pid)
    shell.hang_up()
    process.wait(LIMIT)


@pytest.mark.own_process
def test_terminal_that_goes_away_during_the_start(start: Start) -> None:
    shells = [start("--no-gui", prompt=False) for _ in range(8)]
    processes = [psutil.Process(shell.pid) for shell in shells]
    for shell in shells:
        shell.hang_up()
        time.sleep(0.1)  # another moment of the start for each
    for process in processes:
        process.wait(LIMIT)


def test_threads_of_the_user_do_not_hold_the_end(shell: GShell) -> None:
    shell.run("import threading, time; threading.Thread(target=time.sleep, args=[1000]).start()")
    shell.press("c-d")
    shell.wait()


def test_atexit_and_open_files(shell: GShell, home: Path) -> None:
    shell.run("import atexit; atexit.register(lambda: open('exit.txt', 'w').write('done'))")
    shell.run("f = open('data.txt', 'w'); f.write('not closed')")
    assert shell.end() == 0
    assert (home / "exit.txt").read_text() == "done"
    assert (home / "data.txt").read_text() == "not closed"


def test_no_process_is_left(start: Start) -> None:
    shell = start("--no-gui")
    shell.submit("import subprocess; subprocess.run(['sleep', '1000'])")
    wait_until(lambda: psutil.Process(shell.pid).children(), "the child")
    shell.press("c-c")
    shell.wait_for_prompt()
    wait_until(lambda: not psutil.Process(shell.pid).children(), "the end of the child")
    assert shell.end() == 0


def test_run_after_a_script_with_a_function_of_that_name(shell: GShell, home: Path) -> None:
    (home / "first.py").write_text("def run():\n    return 'the function'\n")
    (home / "second.py").write_text("print('second', __import__('sys').argv[1:])\n")
    shell.run("run first.py")
    assert shell.run("run second.py -x") == "second ['-x']"
    assert shell.run("run second.py") == "second []"
    assert shell.value("run()") == "'the function'"
    shell.run("run = 3; i = 1")
    assert shell.value("run -i") == "2"


def test_nothing_is_shown_of_what_the_end_breaks(shell: GShell) -> None:
    shell.submit(
        "import time\nprint('be' 'gun')\n"
        "try:\n    while True: time.sleep(0.01)\nexcept SystemExit: import there_is_no_such\n"
    )
    shell.wait_for("^begun$")
    os.kill(shell.pid, signal.SIGTERM)
    assert shell.wait() == 128 + signal.SIGTERM
    assert "Error" not in shell.text()
