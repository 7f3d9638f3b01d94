"""Ctrl-C: at the prompt, during a command, for children, and for scripts that poll the flag."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from gshell.threads.async_exc import raise_below
from gshell.threads.role import NUDGE
from tests.bare_shell import BareHost, bare_shell
from tests.conftest import Start
from tests.interrupt_cases import CASES, Case
from tests.kept import few
from tests.terminal import LIMIT, ROOT, GShell, wait_until
from tests.xserver import XServer


def press_until_prompt(shell: GShell) -> None:
    """Press Ctrl-C as someone without patience does."""
    presses = 0
    while shell.prompt_number() <= shell.number:
        shell.press("c-c")
        presses += 1
        assert presses < 20, "no prompt"
        try:
            wait_until(lambda: shell.prompt_number() > shell.number, "the prompt", 0.5)
        except AssertionError:
            pass
    assert presses > 1, "the first press was enough"


def start_case(shell: GShell, case: Case, home: Path) -> None:
    """Have the shell run the case, up to the point where it blocks."""
    (home / "case.py").write_text(case.script())
    shell.run("before = 42")
    shell.submit("run case.py")
    shell.wait_for("^begun$")
    if case.child:
        # /bin/sh itself may miss a SIGINT that comes before its command has begun.
        wait_until(lambda: case.child in shell.children(), "the child")


def interrupt(shell: GShell, cell: str) -> None:
    """Run a cell that says when it has begun; press Ctrl-C, and KeyboardInterrupt is the last that is seen of it."""
    shell.submit(cell)
    wait_until(lambda: re.search("^begun$", shell.output(shell.number), re.MULTILINE), "the begin of the cell")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    assert shell.output(shell.number).endswith("KeyboardInterrupt")


def check_after(shell: GShell, interrupts: int = 1) -> None:
    """The data is there, the shell answers, and the user has seen so many KeyboardInterrupts."""
    assert len(re.findall("^KeyboardInterrupt", shell.output(shell.number), re.MULTILINE)) == interrupts
    assert shell.value("before, data, 1 + 1") in ("(42, [1, 2, 3], 2)", "(42, [1, 2, 3, 'cleaned'], 2)")
    shell.submit("print('be' 'gun again'); __import__('time').sleep(1000)")
    shell.wait_for("^begun again$")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)


def shell_of(case: Case, request: pytest.FixtureRequest, **options: object) -> GShell:
    """A shell for it, that serves other cases too."""
    if case.display:
        request.getfixturevalue("display")
    lend: Start = request.getfixturevalue("lend")
    return lend("--qt" if case.display else "--no-gui", **options)


LIKE_OTHERS = {
    *["comprehension", "calls", "exec", "sorts", "destructors", "lock with a limit", "condition", "semaphore"],
    *["simple queue", "poll", "epoll", "accept", "connect", "http", "future", "waitforbuttonpress", "draws"],
    *["raises and catches", "allocates", "event", "queue", "thread pool", "urllib", "pipe", "communicate", "stdin"],
    "pause in a loop",
}
"""Cases whose kind has another one."""


@pytest.mark.parametrize("name", few(CASES, *(name for name in CASES if name not in LIKE_OTHERS)))
def test_ctrl_c_stops(name: str, home: Path, request: pytest.FixtureRequest) -> None:
    case = CASES[name]
    shell = shell_of(case, request)
    start_case(shell, case, home)
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    check_after(shell)


ONE_OF_EACH = ["loop", "sleep", "lock", "select", "subprocess.run", "thread pool", "asyncio", "input", "plots"]
"""Python, a call of the system's, a lock of Python's, a child, threads, coroutines, the terminal, a figure."""


def test_shell_ends_after_each(start: Start, display: XServer, home: Path) -> None:
    shell = start("--qt")
    for name in ONE_OF_EACH:
        start_case(shell, CASES[name], home)
        shell.press("c-c")
        shell.wait_for_end_of(shell.number)
        shell.clear()
    assert shell.end() == 0


@pytest.mark.parametrize(
    "name",
    few(
        [name for name, case in CASES.items() if not case.holds_gil],
        *["loop", "except Exception", "subprocess.run", "show", "sleep", "input"],
    ),
)
def test_ctrl_c_without_the_role(name: str, home: Path, request: pytest.FixtureRequest) -> None:
    """What comes back to Python is stopped; the rest is abandoned, with one press more.

    From 3.15 on, only what waits for a lock is left of the rest (gh-144748).
    """
    case = CASES[name]
    unaided = case.unaided or (sys.version_info >= (3, 15) and not case.in_lock)
    shell = shell_of(case, request, env={"GSHELL_ROLE": "off"})
    start_case(shell, case, home)
    shell.press("c-c")
    if not unaided:
        wait_until(
            lambda: "press it once more to abandon it" in shell.text() or shell.prompt_number() > shell.number, "a word"
        )
        if shell.prompt_number() == 0:  # else it was not in its blocking call yet
            shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    if unaided and not case.child:  # the child may have ended, and the script with it, before its turn came
        assert len(re.findall("^KeyboardInterrupt", shell.text(), re.MULTILINE)) == 1
    if case.keeps_reading:
        return
    assert shell.value("before, data[:3], 1 + 1") == "(42, [1, 2, 3], 2)"
    shell.submit("print('be' 'gun again')\nwhile True: pass\n")
    shell.wait_for("^begun again$")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)


def interrupt_while_panning(name: str, shell: GShell, display: XServer, home: Path) -> None:
    """Stop a case while the mouse pans a figure."""
    shell.run("fig, ax = plt.subplots(); ax.plot(range(1000)); fig.canvas.toolbar.pan(); limits = ax.get_xlim()")
    window = display.wait_for_window("Figure 1")
    over = threading.Event()

    def pan() -> None:
        display.move(window, 0.5, 0.5)
        display.hold()
        step = 0
        while not over.is_set():
            display.move(window, 0.5 + 0.02 * (step % 10), 0.5)
            step += 1
        display.release()

    mouse = threading.Thread(target=pan)
    mouse.start()
    try:
        start_case(shell, CASES[name], home)
        shell.press("c-c")
        shell.wait_for_end_of(shell.number)
        check_after(shell)
        # The mouse goes on: on a busy machine all that came before may be over before its first move.
        wait_until(lambda: shell.value("fig.axes[0].get_xlim() != limits") == "True", "the pan")
    finally:
        over.set()
        mouse.join()


@pytest.mark.own_shell
@pytest.mark.parametrize(
    "name",
    few(["loop", "sleep", "subprocess.run", "asyncio", "pause in a loop", "plots"], "subprocess.run", "plots"),
)
def test_ctrl_c_while_a_figure_is_panned(name: str, plots: GShell, display: XServer, home: Path) -> None:
    interrupt_while_panning(name, plots, display, home)


FORMS = {
    "cell": "print('begun'); time.sleep(1000)",
    "loop in a cell": "print('begun')\nwhile True: pass\n",
    "timeit": "%timeit -n 1 -r 1 print('begun'); time.sleep(1000)",
    "exec": "exec('print(\"begun\"); time.sleep(1000)')",
    "run of a run": "run outer.py",
}


@pytest.mark.parametrize("form", FORMS)
def test_ctrl_c_stops_code_in_every_form(shell: GShell, home: Path, form: str) -> None:
    (home / "case.py").write_text(Case("begun(); time.sleep(1000)").script())
    (home / "outer.py").write_text("import runpy; runpy.run_path('case.py')\n")
    shell.run("import time; before = 42; data = [1, 2, 3]")
    shell.submit(FORMS[form])
    wait_until(lambda: shell.output(shell.number).endswith("begun"), "the code to have begun")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    check_after(shell)


def test_ctrl_c_at_the_prompt_clears_the_line(shell: GShell) -> None:
    shell.type("not_run()")
    shell.wait_for("not_run")
    shell.press("c-c")
    shell.wait_for_prompt()
    assert shell.value("'next'") == "'next'"
    assert "NameError" not in shell.text()


def test_kill_int_at_the_prompt(shell: GShell) -> None:
    shell.type("not_run()")
    shell.wait_for("not_run")
    os.kill(shell.pid, signal.SIGINT)
    wait_until(lambda: shell.cursor_line() == "In [1]:", "an empty prompt")


def test_kill_int_while_busy(shell: GShell) -> None:
    shell.submit("print('be' + 'gun'); __import__('time').sleep(1000)")
    shell.wait_for("^begun$")
    os.kill(shell.pid, signal.SIGINT)
    shell.wait_for("^KeyboardInterrupt")
    shell.wait_for_prompt()


def test_children_get_sigint(shell: GShell) -> None:
    shell.submit("!sleep 1000")
    wait_until(lambda: "sleep" in shell.children(), "the child")
    shell.press("c-c")
    shell.wait_for(r"^In \[2\]:$")
    assert psutil.Process(shell.pid).children(True) == []
    assert shell.value("_exit_code") == "-2"


def test_child_that_ignores_sigint_is_ended_by_the_second_press(shell: GShell) -> None:
    shell.submit("!trap '' INT; echo ready; while :; do sleep 0.1; done")
    shell.wait_for("^ready$")
    press_until_prompt(shell)
    assert shell.value("_exit_code") == "-9"


def test_child_that_ignores_sigint_while_the_key_is_held_down(shell: GShell) -> None:
    for _ in range(3):
        shell.submit("!trap '' INT; exec sleep 1000")
        wait_until(lambda: "sleep" in shell.children(), "the child")
        number = shell.number
        begin = time.monotonic()
        while shell.prompt_number() <= number and time.monotonic() < begin + LIMIT:
            shell.press("c-c")
            time.sleep(0.002)
        assert shell.children() == []
        wait_until(lambda: shell.value("6 * 7") == "42", "an answer")  # the last press may have been one too many


def test_kill_int_reaches_the_child(shell: GShell) -> None:
    shell.submit("!sleep 1000")
    wait_until(lambda: "sleep" in shell.children(), "the child")
    os.kill(shell.pid, signal.SIGINT)
    wait_until(lambda: shell.prompt_number() > shell.number, "the prompt")
    assert shell.children() == []
    assert shell.value("_exit_code in (-2, 130)") == "True"  # it depends on whether sh has made a child for it


def test_ctrl_c_while_a_child_is_started(shell: GShell) -> None:
    shell.run("import os, subprocess, time; start = subprocess.Popen._execute_child")
    shell.run("def slow_start(*args):\n    start(*args)\n    time.sleep(1)\n")
    shell.run("subprocess.Popen._execute_child = slow_start")
    for command in ("!exec sleep 1000", "lines = !exec sleep 1000", "os.system('exec sleep 1000')"):
        shell.submit(command)
        wait_until(lambda: "sleep" in shell.children(), "the child")
        shell.press("c-c")
        wait_until(lambda: shell.prompt_number() > shell.number, "the prompt")
        assert shell.children() == []
    shell.submit("!trap '' INT; exec sleep 1000")
    wait_until(lambda: "sleep" in shell.children(), "the child")
    press_until_prompt(shell)
    assert shell.children() == []


def test_signals_are_the_users_too(shell: GShell) -> None:
    shell.run("import signal, time; seen = []")
    shell.run("signal.signal(signal.SIGALRM, lambda *_: seen.append('alarm'))")
    shell.run("signal.setitimer(signal.ITIMER_REAL, 0.05)")
    shell.run("while not seen: time.sleep(0.01)\n")
    shell.submit(
        "signal.signal(signal.SIGINT, lambda *_: seen.append('int'))\n"
        "print('be' 'gun')\n"
        "while len(seen) < 2: time.sleep(0.01)\n"
    )
    shell.wait_for("^begun$")
    shell.press("c-c")
    wait_until(lambda: shell.prompt_number() > shell.number, "the prompt")
    assert shell.value("seen") == "['alarm', 'int']"
    shell.submit("print('a' 'gain'); time.sleep(1000)")  # the shell's own handler is back
    shell.wait_for("^again$")
    shell.press("c-c")
    shell.wait_for("^KeyboardInterrupt")


SCRIPT = """
import time{imports}
done = globals().get("done", [])
begin = len(done)
while True:
    done.append(1)
    time.sleep(0.01)
    done.append(2)
    {poll}
    if len(done) == begin + 2: print("begun")
"""

POLLS = {
    "ipbreak": ("\nfrom gshell import ipbreak", "ipbreak()"),
    "flag": ("\nimport gshell as s", "\n    if s.KBINT: s.KBINT = False; raise SystemExit"),
    "cookbook": ("\nimport IPython.Shell as s", "\n    if s.KBINT: s.KBINT = False; raise SystemExit"),
}


@pytest.mark.parametrize("poll", POLLS)
def test_script_that_polls_stops_at_a_consistent_point(shell: GShell, tmp_path: Path, poll: str) -> None:
    script = tmp_path / "polls.py"
    imports, line = POLLS[poll]
    script.write_text(SCRIPT.format(imports=imports, poll=line))
    for command in ("run", "run -i", "run -i"):
        shell.submit(f"{command} {script}")
        wait_until(lambda: shell.output(shell.number) == "begun", "the script to have polled once")
        shell.press("c-c")
        wait_until(lambda: shell.prompt_number() > shell.number, "the prompt")
        stopped = re.findall(r"^stopped by ipbreak at polls.py:\d+$", shell.output(shell.number), re.MULTILINE)
        assert len(stopped) == (poll == "ipbreak")
    assert "KeyboardInterrupt" not in shell.text()
    assert shell.value("len(done) % 2, len(done) > 4") == "(0, True)"


INVARIANT = """
import random, time
from gshell import ipbreak
first, second = globals().get("first", 0), globals().get("second", 0)
ipbreak()
print("begun")
while True:
    first += 1
    time.sleep(random.random() / 1000)
    second += 1
    ipbreak()
"""


def polls_and_keeps_its_invariant(home: Path, presses: int) -> None:
    """Stop a script that polls, at random moments: always between two items."""
    rng = random.Random(4711)
    (home / "polls.py").write_text(INVARIANT)
    with GShell("--no-gui", home=home) as shell:
        for _ in range(presses):
            begin = len(shell.raw)
            shell.submit("run -i polls.py")
            wait_until(lambda begin=begin: b"begun" in shell.raw[begin:], "the script to have polled once")  # type: ignore[misc]
            time.sleep(rng.random() * 0.01)
            shell.press("c-c")
            shell.wait_for_end_of(shell.number)
            assert b"KeyboardInterrupt" not in shell.raw[begin:]
            assert shell.value("first == second") == "True"


def test_script_that_polls_keeps_its_invariant(home: Path) -> None:
    polls_and_keeps_its_invariant(home, 30)


def test_trusted_script_that_does_not_stop_is_stopped_after_its_patience(shell: GShell) -> None:
    shell.run("import gshell, time")
    shell.run("def f():\n    gshell.KBINT; print('begun')\n    while True: gshell.KBINT; time.sleep(0.01)\n")
    shell.submit("f()")
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.wait_for("^KeyboardInterrupt")
    shell.wait_for_prompt()


def test_second_press_does_not_wait(shell: GShell) -> None:
    shell.run("import gshell, time; start = time.time()")
    shell.run("from gshell.threads.interrupts import ladder; ladder.PATIENCE = ladder.TRUST = 60")
    shell.run("def f():\n    gshell.KBINT; print('begun')\n    while True: gshell.KBINT; time.sleep(0.01)\n")
    shell.submit("f()")
    shell.wait_for("^begun$")
    press_until_prompt(shell)
    assert "KeyboardInterrupt" in shell.text()


STUCK = """
import ctypes, threading
libc = ctypes.CDLL(None)
mutex = ctypes.create_string_buffer(64)
libc.pthread_mutex_init(mutex, None)
libc.pthread_mutex_lock(mutex)
lock = threading.Lock()
wrong = []

class Recorder:
    def __enter__(self):
        pass
    def __exit__(self, *exception):
        wrong.append("__exit__")
    def __del__(self):
        wrong.append("__del__")

def generate():
    try:
        yield 1
    finally:
        wrong.append("generator")

def stall():
    result = libc.pthread_mutex_lock(mutex)
    wrong.append("after the call")

def load(local):
    one = next(iter(generator := generate()))
    try:
        with Recorder(), lock:
            try:
                stall()
            finally:
                wrong.append("finally")
    except BaseException:
        wrong.append("except")
    print("never printed")

print("begun")
load(Recorder())
"""


def test_command_that_is_stuck_in_c_is_abandoned(shell: GShell, home: Path) -> None:
    (home / "stuck.py").write_text(STUCK)
    shell.run("import threading; before = 42")
    shell.run("import sys; main, path, argv = sys.modules['__main__'], list(sys.path), sys.argv")
    shell.run("import gc; gc.disable()")  # what is left is found when it is asked for
    shell.submit("run stuck.py now")
    shell.wait_for_call()
    shell.press("c-c")
    shell.wait_for(r"stuck.py:\d+ in stall -> libc.pthread_mutex_lock, in C code, does not answer Ctrl-C", 10)
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    assert "KeyboardInterrupt" not in shell.text()
    assert shell.value("before, lock.locked(), wrong") == "(42, True, [])"
    assert shell.value("sys.modules['__main__'] is main, sys.path == path, sys.argv == argv") == "(True, True, True)"
    abandoned = "any(thread.name == 'abandoned' for thread in threading.enumerate())"
    assert shell.value(abandoned) == "True"
    check_new_worker(shell)
    # The C call returns.
    assert shell.value("libc.pthread_mutex_unlock(mutex)") == "0"
    shell.run(f"while {abandoned}: pass\n")
    assert shell.value("lock.locked(), wrong") == "(False, [])"
    shell.run("gc.enable(); gc.collect()")
    assert shell.value("wrong") == "[]"
    assert "never printed" not in shell.text()
    check_new_worker(shell)
    assert shell.end() == 0


def check_new_worker(shell: GShell) -> None:
    """It has the role, and can be interrupted in a blocking call."""
    assert shell.value("threading.current_thread() is threading.main_thread()") == "True"
    shell.submit("print('sleeps', before); __import__('time').sleep(1000)")
    wait_until(lambda: "sleeps" in shell.output(shell.number), "the command")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    assert "KeyboardInterrupt" in shell.output(shell.number)


def test_exit_while_an_abandoned_command_is_still_stuck(shell: GShell, home: Path) -> None:
    (home / "stuck.py").write_text(STUCK)
    shell.submit("run stuck.py")
    shell.wait_for_call()
    shell.press("c-c")
    shell.wait_for("press it once more to abandon it", 10)
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    assert shell.end() == 0


def test_stuck_command_that_comes_to_its_interrupt_is_not_abandoned(shell: GShell, home: Path) -> None:
    shell.run("import ctypes, os, threading, time; libc = ctypes.CDLL(None); before = 42; data = [1, 2, 3]")
    shell.run("mutex = ctypes.create_string_buffer(64); libc.pthread_mutex_lock(mutex)")
    shell.run(
        "def unlock():\n    while not os.path.exists('go'): time.sleep(0.01)\n    libc.pthread_mutex_unlock(mutex)\n\n"
    )
    shell.run("threading.Thread(target=unlock).start()")
    shell.submit("print('be' 'gun'); libc.pthread_mutex_lock(mutex); print('never printed')")
    shell.wait_for_call()
    shell.press("c-c")
    shell.wait_for("press it once more to abandon it", 10)
    (home / "go").touch()
    shell.wait_for_end_of(shell.number)
    check_after(shell)
    assert "abandoned" not in shell.text()
    assert not re.search("^never printed", shell.text(), re.MULTILINE)


def test_stuck_script_without_a_prompt_is_ended(home: Path) -> None:
    (home / "stuck.py").write_text(STUCK)
    with GShell("run", "stuck.py", home=home, prompt=False) as program:
        program.wait_for_call()
        program.press("c-c")
        program.wait_for("press it once more to end the program", 10)
        program.press("c-c")
        assert program.wait(10) == 130


def test_command_that_swallows_every_interrupt_is_abandoned(shell: GShell) -> None:
    shell.run("import time, threading; before = 42; data = [1, 2, 3]; caught = []")
    shell.submit(
        "def f():\n"
        "    print('begun')\n"
        "    while True:\n"
        "        try: time.sleep(1000)\n"
        "        except BaseException: caught.append(1); print('caught', len(caught))\n"
        "f()\n"
    )
    shell.wait_for_call()
    for count in (1, 2):
        shell.press("c-c")
        shell.wait_for_call(f"caught {count}")
    shell.wait_for("goes on after Ctrl-C; press it once more to abandon it", 10)
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    seen = shell.value("len(caught)")
    check_after(shell, 0)
    assert shell.value("len(caught)") == seen


def test_protected_block_ends_before_ctrl_c_is_raised(shell: GShell) -> None:
    shell.run("import time, gshell; before = 42; data = [1, 2, 3]; written = []")
    shell.run("from gshell.threads.flag import flag")  # to look at it so makes no script of it that stops by itself
    shell.submit(
        "with gshell.protect():\n"
        "    print('begun')\n"
        "    while not flag.set: time.sleep(0.01)\n"
        "    for i in range(10): time.sleep(0.05); written.append(i); gshell.ipbreak()\n"
        "written.append('more')\n"
    )
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    assert shell.value("written == list(range(10))") == "True"


def test_protected_block_can_be_broken_by_who_insists(shell: GShell) -> None:
    shell.run("import time, gshell; before = 42; data = [1, 2, 3]")
    shell.submit("with gshell.protect():\n    print('begun')\n    while True: time.sleep(0.1)\n")
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.wait_for("is protected from Ctrl-C; press it once more to break that", 10)
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    check_after(shell)


def test_protect_in_plain_python() -> None:
    code = (
        "import os, signal, gshell\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # it is ignored if we are in the background
        "try:\n"
        "    with gshell.protect():\n"
        "        with gshell.protect():\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "            print('inner')\n"
        "        print('outer')\n"
        "    print('never')\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert result.stdout.split() == ["inner", "outer", "interrupted"]


def test_status_key(shell: GShell, home: Path) -> None:
    (home / "slow.py").write_text(
        "import time as clock\ndef load():\n    print('begun')\n    clock.sleep(1000)\nload()\n"
    )
    shell.submit("run slow.py")
    shell.wait_for_call()
    shell.type("typed_ahead")
    shell.press("c-t")
    shell.wait_for(
        r"^\d+\.\d s, CPU \d+\.\d s \(\d+ %\), [\d.]+ MB, slow.py:4 in load -> time.sleep; Ctrl-G looks at it$"
    )
    shell.press("c-c")
    shell.wait_for(r"^In \[2\]: typed_ahead$")


def test_what_is_typed_ahead_is_for_who_asks_for_it(shell: GShell, home: Path) -> None:
    shell.run("import os, sys, time")
    shell.run("def wait():\n    while not os.path.exists('go'): time.sleep(0.01)\n")
    shell.submit("print('be' 'gun'); wait(); a = input('? '); b = sys.stdin.readline(); c = input('! ')")
    shell.wait_for("^begun$")
    shell.type("one\rtwo\rth")
    shell.press("c-t")  # so that they have been read
    shell.wait_for("CPU")
    (home / "go").touch()
    shell.wait_for("^! th")
    shell.type("ree\r")
    shell.wait_for_end_of(shell.number)
    assert shell.value("a, b, c") == r"('one', 'two\n', 'three')"
    shell.submit("print('be' 'gun 2'); time.sleep(0.5)")
    shell.wait_for("^begun 2$")
    shell.type("6 * 7\r")
    shell.wait_for("^Out.*: 42$")


def test_stacks_of_all_threads(shell: GShell) -> None:
    shell.submit("print('be' 'gun'); __import__('time').sleep(1000)")
    shell.wait_for("^begun$")
    shell.press("c-\\")
    shell.wait_for("most recent call first")
    shell.wait_for(r'File "<In \[1\]>", line 1')
    shell.press("c-c")
    shell.wait_for("^KeyboardInterrupt")
    shell.wait_for_prompt()
    count = shell.text().count("most recent call first")
    shell.press("c-\\")  # at the prompt too
    wait_until(lambda: shell.text().count("most recent call first") > count, "the stacks")
    assert shell.value("1 + 1") == "2"
    assert shell.end() == 0


def test_stacks_beside_threads_that_run(shell: GShell) -> None:
    shell.run("import json, threading\ndef churn():\n    while True: json.loads(json.dumps({'a': [1, {'b': 3}]}))\n")
    shell.run("for _ in range(3): threading.Thread(target=churn, daemon=True).start()\n")
    shell.submit("print('be' 'gun')\nwhile True: json.dumps([[1]])\n")
    shell.wait_for("^begun$")
    for _ in range(5):
        seen = len(shell.raw)
        shell.press("c-\\")
        wait_until(lambda seen=seen: b"most recent call first" in shell.raw[seen:] or not shell.alive(), "a stack")  # type: ignore[misc]
        assert shell.alive()
    wait_until(lambda: b'console.py", line' in shell.raw, "the stacks of all threads")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    seen = len(shell.raw)
    os.kill(shell.pid, signal.SIGQUIT)  # at the prompt
    wait_until(lambda: b'console.py", line' in shell.raw[seen:], "the stacks")
    assert shell.value("1 + 1") == "2"


def test_stack_of_a_function_that_holds_the_lock(shell: GShell) -> None:
    """No other thread of Python runs meanwhile, the console's neither."""
    shell.submit("def stall():\n    print('be' 'gun'); max(range(50_000_000)); print('let', 'go')\nstall()\n")
    shell.wait_for("^begun$")
    shell.press("c-\\")
    shell.wait_for_end_of(shell.number, 100)
    assert shell.text().index('File "<In [1]>", line 2 in stall') < shell.text().index("\nlet go")


@pytest.mark.own_shell
def test_title_of_the_terminals_window(shell: GShell) -> None:
    shell.run("'a title\\x1b]with \x07control characters'  # \\x9b")
    assert b"\x1b]2;gshell: 'a title" in shell.raw
    assert not re.search(rb"\x1b\]2;[^\x07]*[\x00-\x06\x08-\x1f][^\x07]*\x07", shell.raw)
    assert shell.raw.rindex(b"\x1b]2;gshell\x07") > shell.raw.rindex(b"\x1b]2;gshell: ")
    shell.end()
    assert shell.raw.rindex(b"\x1b[23;2t") > shell.raw.rindex(b"\x1b[22;2t")


def test_asyncio_can_be_interrupted_twice(shell: GShell, home: Path) -> None:
    (home / "case.py").write_text(
        Case(
            "import asyncio\n"
            "async def main():\n"
            "    try:\n"
            "        begun(); await asyncio.sleep(1000)\n"
            "    finally:\n"
            "        print('cleans up'); await asyncio.sleep(1000)\n"
            "asyncio.run(main())"
        ).script()
    )
    shell.run("before = 42")
    shell.submit("run case.py")
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.wait_for("^cleans up$")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    check_after(shell)


def test_pdb_has_ctrl_c_of_its_own(shell: GShell) -> None:
    shell.submit("import pdb; pdb.run('x = 1')")
    shell.wait_for(r"^\(Pdb\)")
    shell.press("c-c")
    shell.wait_for("KeyboardInterrupt")
    wait_until(lambda: shell.cursor_line() == "(Pdb)", "the prompt of pdb")
    shell.type("c\r")
    shell.wait_for_end_of(shell.number)
    assert shell.value("1 + 1") == "2"


@pytest.mark.parametrize("other", [signal.SIGWINCH, NUDGE])
def test_ctrl_c_and_another_signal_at_once(shell: GShell, other: signal.Signals) -> None:
    """input() looks for signals once more when the first handler has raised."""
    shell.submit("input('name: ')")
    shell.wait_for("^name:$")
    os.kill(shell.pid, signal.SIGSTOP)
    wait_until(lambda: psutil.Process(shell.pid).status() == psutil.STATUS_STOPPED, "the shell to stop")
    os.kill(shell.pid, other)
    os.kill(shell.pid, signal.SIGINT)
    os.kill(shell.pid, signal.SIGCONT)
    shell.wait_for_end_of(shell.number)
    assert shell.text().count("KeyboardInterrupt") == 1
    assert "SystemError" not in shell.text()


def test_child_has_time_to_clean_up_although_nobody_waits_for_it(shell: GShell) -> None:
    shell.run("import os, subprocess; from gshell.shell import stdlib_patches; stdlib_patches.GRACE = 60")
    shell.submit("subprocess.run(['sh', '-c', 'trap \"sleep 0.1; echo > cleaned; exit\" INT; sleep 20; sleep 20'])")
    wait_until(lambda: "sleep" in shell.children(), "the child")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    shell.run("import time\nwhile not os.path.exists('cleaned'): time.sleep(0.01)\n")


def test_fallback_is_announced(start: Start) -> None:
    shell = start("--no-gui", env={"GSHELL_ROLE": "off"})
    assert "Ctrl-C can't break a blocking call" in shell.text()
    assert shell.end() == 0


def test_interrupt_that_c_code_makes_another_exception_of(shell: GShell) -> None:
    """A function in C that calls Python code may drop what that raises, and raise something of its own."""
    shell.run("before = 42; data = [1, 2, 3]")
    shell.run("import sys; sys.modules['gshell.shell.commands'].MOMENT = 60")
    shell.run("def f():\n    print('begun')\n    while True: pass\n")
    shell.submit("try: f()\nexcept KeyboardInterrupt: hidden = True\nraise ValueError('from C')\n")
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    assert "ValueError: from C" in shell.output(shell.number)
    check_after(shell)


def abandon(shell: GShell) -> None:
    """Two presses, for a command that says "begun" and is stuck then."""
    wait_until(lambda: "begun" in shell.output(shell.number).splitlines(), "the command")
    wait_until(shell.is_asleep, "its call of C code")
    shell.press("c-c")
    wait_until(lambda: "press it once more to abandon it" in shell.output(shell.number), "the word", 10)
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)


MUTEX = (
    "import ctypes, os, threading, time; libc = ctypes.CDLL(None)\n"
    "before = 42; data = [1, 2, 3]; log = []\n"
    "def locked():\n"
    "    mutex = ctypes.create_string_buffer(64)\n"
    "    libc.pthread_mutex_lock(mutex)\n"
    "    return mutex\n"
    "first, second = locked(), locked()\n"
    "def stall(mutex):\n"
    "    print('begun')\n"
    "    libc.pthread_mutex_lock(mutex)\n"
    "    log.append('after the call')\n"
    "def release(mutex):\n"
    "    old = [thread for thread in threading.enumerate() if thread.name == 'abandoned']\n"
    "    libc.pthread_mutex_unlock(mutex)\n"
    "    while not [thread for thread in old if not thread.is_alive()]: time.sleep(0.01)\n"
)


@pytest.fixture
def stuck(shell: GShell) -> GShell:
    """A shell with `stall(first)` and `stall(second)`, stuck in C until `release(first)` ..."""
    shell.run(MUTEX)
    return shell


@pytest.mark.own_shell
def test_abandon_beside_a_live_figure(plots: GShell) -> None:
    plots.run(MUTEX)
    plots.run("from matplotlib.animation import FuncAnimation; fig, ax = plt.subplots(); line, = ax.plot([0, 1])")
    plots.run("frames = []; draw = lambda i: (frames.append(i), line.set_ydata([0, i % 2]))")
    plots.run("animation = FuncAnimation(fig, draw, interval=100, cache_frame_data=False)")
    plots.submit("stall(first)")
    abandon(plots)
    check_new_worker(plots)
    plots.run("n = len(frames)")
    plots.run("while len(frames) < n + 10: plt.pause(0.05)\n")
    plots.run("release(first)")
    assert plots.value("log") == "[]"
    assert plots.end() == 0


def test_traced_code_runs_beside_an_abandoned_thread(stuck: GShell) -> None:
    # 3.11 does not get past the start of a traced function while an exception waits for a thread.
    stuck.submit("stall(first)")
    abandon(stuck)
    stuck.run("import sys; events = []; trace = lambda frame, event, _: events.append(event)")
    stuck.run("sys.settrace(trace); (lambda: 1)(); sys.settrace(None)")
    assert stuck.value("'call' in events") == "True"
    stuck.run("release(first)")


UNLOCK_WHEN_THROWN = (
    "def unlock():\n"
    "    console = next(each for each in gc.get_objects() if type(each).__name__ == 'PromptConsole')\n"
    "    while console._interrupts.current._thrown is None: time.sleep(0.01)\n"
    "    libc.pthread_mutex_unlock(first)\n"
)


def test_traced_code_runs_after_an_exception_that_was_thrown_and_another(stuck: GShell) -> None:
    """The first is raised when the call returns; nothing of it is left that the second could take back."""
    stuck.run("import gc, sys")
    stuck.run(UNLOCK_WHEN_THROWN)
    stuck.submit(
        "threading.Thread(target=unlock).start()\n"
        "try: stall(first)\n"
        "except KeyboardInterrupt: print('caught')\n"
        "time.sleep(1000)\n"
    )
    number = stuck.number
    for said in ("begun", "caught"):
        wait_until(lambda said=said: said in stuck.output(number).splitlines(), said)  # type: ignore[misc]
        wait_until(stuck.is_asleep, "its call")
        stuck.press("c-c")
    stuck.wait_for_end_of(number)
    assert stuck.output(number).endswith("KeyboardInterrupt")
    stuck.run(
        "events = []; sys.settrace(lambda frame, event, _: events.append(event)); (lambda: 1)(); sys.settrace(None)"
    )
    assert stuck.value("'call' in events") == "True"


@pytest.mark.parametrize("handler", ["alarm", "exit"])
def test_handler_of_the_users_that_raises_after_the_command_was_abandoned(stuck: GShell, handler: str) -> None:
    stuck.run("import signal, sys")
    stuck.run("def late(*_): raise TimeoutError\n")
    if handler == "alarm":
        stuck.run("_ = signal.signal(signal.SIGALRM, late)")
        stuck.submit("stall(first)")
        stuck.wait_for_call()
        os.kill(stuck.pid, signal.SIGALRM)
    else:
        stuck.submit("_ = signal.signal(signal.SIGINT, lambda *_: sys.exit(1)); stall(first)")
    abandon(stuck)
    check_new_worker(stuck)


@pytest.mark.own_shell
def test_abandon_with_standard_error_closed(stuck: GShell) -> None:
    stuck.submit("os.close(2); stall(first)")
    wait_until(lambda: "begun" in stuck.output(stuck.number), "the command")
    wait_until(lambda: press_until(stuck), "the prompt")
    assert stuck.value("before") == "42"


def press_until(shell: GShell) -> bool:
    """Press Ctrl-C, wait a while, and tell whether the prompt is back."""
    shell.press("c-c")
    time.sleep(0.5)
    return shell.prompt_number() > shell.number


def test_abandoned_twice_in_the_same_function(stuck: GShell) -> None:
    stuck.submit("stall(first)")
    abandon(stuck)
    stuck.submit("stall(second)")
    abandon(stuck)
    stuck.run("release(first)")
    stuck.run("release(second)")
    assert stuck.value("log") == "[]"


def test_abandoned_command_holds_no_lock_of_the_library(stuck: GShell, home: Path) -> None:
    (home / "slow.py").write_text("import __main__\n__main__.stall(__main__.first)\n")
    stuck.run("condition = threading.Condition(); import sys")
    stuck.submit("with condition: import slow\n")
    abandon(stuck)
    stuck.run("release(first)")
    assert stuck.value("condition.acquire(timeout=10), 'slow' in sys.modules, log") == "(True, False, [])"


def test_abandoned_command_has_redirected_output(stuck: GShell) -> None:
    stuck.run("import contextlib, io, sys")
    stuck.submit("with contextlib.redirect_stdout(io.StringIO()): print('begun', file=sys.stderr); stall(first)\n")
    abandon(stuck)
    assert stuck.value("before") == "42"


def test_protected_block_that_was_left_open(shell: GShell) -> None:
    shell.run("import gshell, time; before = 42; data = [1, 2, 3]")
    shell.run("def g():\n    with gshell.protect(): yield\n")
    shell.run("it = g(); next(it)")
    shell.submit("print('be' 'gun'); time.sleep(1000)")
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    check_after(shell)


def test_protected_block_under_asyncio(shell: GShell, home: Path) -> None:
    (home / "case.py").write_text(
        Case(
            "import asyncio, gshell\n"
            "async def main():\n"
            "    with gshell.protect():\n"
            "        begun(); await asyncio.sleep(0.5); data.append('cleaned')\n"
            "    await asyncio.sleep(1000)\n"
            "asyncio.run(main())"
        ).script()
    )
    shell.run("before = 42")
    shell.submit("run case.py")
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    assert shell.value("data[-1]") == "'cleaned'"


def test_keys_of_a_program_that_reads_the_terminal_itself(shell: GShell) -> None:
    shell.run("import os, select, sys, time, tty")
    shell.submit("_ = tty.setcbreak(0); print('be' 'gun'); time.sleep(1); keys = os.read(0, 100)")
    shell.wait_for("^begun$")
    shell.type("abc")
    shell.wait_for_end_of(shell.number)
    assert shell.value("keys") == "b'abc'"
    shell.submit("_ = tty.setcbreak(0); print('be' 'gun 2'); key = sys.stdin.buffer.raw.read(1)")
    shell.wait_for("^begun 2$")
    shell.type("x")
    shell.wait_for_end_of(shell.number)
    assert shell.value("key") == "b'x'"


def test_terminal_is_the_parents_after_a_fork(shell: GShell) -> None:
    shell.run("import os, subprocess, time")
    shell.submit(
        "pid = os.fork()\nif not pid: subprocess.run('true'); os._exit(0)\n_ = os.waitpid(pid, 0)\n"
        "print('be' 'gun'); time.sleep(1000)"
    )
    shell.wait_for("^begun$")
    shell.press("c-t")
    shell.wait_for("CPU")
    shell.press("c-c")
    shell.wait_for_prompt()
    assert "^T" not in shell.text()


def test_workers_of_a_pool_that_ignore_sigint(shell: GShell) -> None:
    shell.run("import multiprocessing, os, signal, sys, time; before = 42; data = [1, 2, 3]")
    shell.submit(
        "_ = signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "process = multiprocessing.get_context('fork').Process(target=time.sleep, args=[2]); process.start()\n"
        "_ = signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "print('be' 'gun'); time.sleep(1000)"
    )
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    assert shell.value("process.join(), process.exitcode") == "(None, 0)"


def test_script_that_polls_and_is_run_without_a_prompt_has_the_status_of_an_interrupt(home: Path) -> None:
    (home / "polls.py").write_text(INVARIANT)
    with GShell("run", "polls.py", home=home, prompt=False) as program:
        program.wait_for("^begun$")
        program.press("c-c")
        assert program.wait(10) == 130


def test_child_with_a_use_of_its_own_for_ctrl_c_is_not_killed_by_two_presses(shell: GShell) -> None:
    shell.submit(f"!exec env PYTHON_BASIC_REPL=1 {sys.executable} -q")  # a shell in between may end by SIGINT itself
    for _ in range(2):
        wait_until(lambda: shell.cursor_line() == ">>>", "Python's prompt")
        shell.type("cleared")
        wait_until(lambda: shell.cursor_line() == ">>> cleared", "the line")
        shell.press("c-c")
    wait_until(lambda: shell.cursor_line() == ">>>", "Python's prompt")
    shell.type("import os; os._exit(5)\r")  # exit(5) is the end by SIGINT on 3.14, after a press, in any shell
    shell.wait_for_end_of(shell.number)
    assert shell.value("_exit_code") == "5"


def test_ctrl_c_before_the_command_has_begun(shell: GShell) -> None:
    """Pressed right after Enter it is a character yet, and then exactly one KeyboardInterrupt."""
    shell.run("import sys, time; before = 42")
    shell.run(
        "class Slow:\n"
        "    def __init__(self, file): self.file = file\n"
        "    def write(self, text): time.sleep(0.2); return self.file.write(text)\n"
        "    def flush(self): self.file.flush()\n"
        "sys.stderr = Slow(sys.stderr)"
    )
    for _ in range(2):  # the second has a press long before it, that nothing must come of
        begin = len(shell.raw)
        number = shell.wait_for_prompt()
        shell.type("time.sleep(1000)\r\x03")
        shell.wait_for_end_of(number)
        assert shell.raw[begin:].count(b"KeyboardInterrupt") == 1
        assert shell.run("time.sleep(0.6)") == ""
    assert shell.value("before") == "42"


@pytest.fixture
def libraries(home: Path) -> Path:
    """A folder for installed packages; import it by sys.path."""
    folder = home / "site-packages"
    folder.mkdir()
    return folder


def test_import_of_a_library_is_not_left_half_done(shell: GShell, libraries: Path) -> None:
    package = libraries / "package"
    package.mkdir()
    (package / "__init__.py").write_text(
        "import sys\nsys.executions = vars(sys).get('executions', 0) + 1\nfrom . import part\n"
    )
    (package / "part.py").write_text("import time\nprint('begun')\nfor _ in range(50): time.sleep(0.01)\ndone = True\n")
    shell.run("from gshell.threads import protection; protection.IMPORT = 60")
    shell.run(f"import sys; sys.path.append({str(libraries)!r})")
    interrupt(shell, "import package\nimport time; time.sleep(1000)\n")
    assert shell.value("__import__('package').part.done, sys.executions") == "(True, 1)"


def test_import_of_a_library_that_hangs(shell: GShell, libraries: Path) -> None:
    (libraries / "hangs.py").write_text("import time\nprint('begun')\nwhile True: time.sleep(0.01)\n")
    shell.run(f"import sys; sys.path.append({str(libraries)!r})")
    interrupt(shell, "import hangs")
    assert shell.value("'hangs' in sys.modules") == "False"


ENDS_OF_PROTECTION = {
    "print": "print('begun')",
    "print with keywords": "print('begun', flush=True)",
    "print with what is unpacked": "print(*['begun'], **{'flush': True})",
    "write": "sys.stdout.write('begun\\n')",
    "import": "import presses",
    "import from": "from presses import done",
    "logging": "logging.warning('begun')",
    "protect": "with gshell.protect(): press()",
    "a call of matplotlib's": "registry.process('begun')",
    "a generator of matplotlib's": "list(cbook.flatten(['begun'], scalarp=press))",
}


def test_what_waited_for_the_end_of_protected_code_is_raised_there(shell: GShell, libraries: Path) -> None:
    """And not at some later time: the next thing may be a call that blocks."""
    press = "signal.raise_signal(signal.SIGINT)"
    (libraries / "presses.py").write_text(f"import signal; {press}; done = True\n")
    shell.run(f"import gshell, logging, signal, sys, time; sys.path.append({str(libraries)!r})")
    shell.run("import matplotlib.pyplot; from matplotlib import cbook; from gshell.console.output import AbovePrompt")
    shell.run(
        f"def press(_=0): {press}; return True\n"
        "registry = cbook.CallbackRegistry(); _ = registry.connect('begun', press)\n"
        "real = AbovePrompt.write_or_queue\n"
        "def write(self, fd, data):\n    real(self, fd, data)\n    if data.strip().endswith(b'begun'): press()\n\n"
        "AbovePrompt.write_or_queue = write"
    )
    for way, code in ENDS_OF_PROTECTION.items():
        shell.run("sys.modules.pop('presses', None) and None")
        shown = shell.run(f"def f():\n    {code}\n    time.sleep(1000)\n\nf()", 10)
        assert re.findall(r"line (\d), in f$|^(KeyboardInterrupt)$", shown, re.MULTILINE) == [
            ("2", ""),
            ("", "KeyboardInterrupt"),
        ], f"{way}\n{shown}"
    shell.run("AbovePrompt.write_or_queue = real")


def test_exception_that_is_on_its_way_does_not_hit_the_shell() -> None:
    class Host(BareHost):
        def after_command(self) -> None:
            raise_below(KeyboardInterrupt)

    outcome = bare_shell(Host()).run_function(lambda: None)
    assert (outcome.status, outcome.leave) == (0, False)


HALF_A_LOOP = """\
import asyncio, gc, signal, sys
def press(frame, event, argument):
    if frame.f_code.co_name == "_make_self_pipe":
        sys.settrace(None)
        signal.raise_signal(signal.SIGINT)
sys.settrace(press)
asyncio.run(asyncio.sleep(0))
"""


def test_event_loop_is_made_as_a_whole(shell: GShell) -> None:
    shell.run(HALF_A_LOOP)
    assert shell.output(shell.number).count("KeyboardInterrupt") >= 1
    assert "Error" in shell.run("1 / 0")  # the last traceback is forgotten, and what it has held
    shell.run("_ = gc.collect()")
    assert "Exception ignored" not in shell.text()


def test_call_of_logging_is_completed(shell: GShell) -> None:
    """Or the handler's lock would stay taken, and whoever logs in another thread, or leaves the shell, hang."""
    shell.run("from gshell.threads import protection; protection.CALL = 60")
    shell.run(
        "import logging, time\n"
        "class Slow(logging.Handler):\n"
        "    def emit(self, record): print(record.msg); time.sleep(0.3); emitted.append(record.msg)\n"
        "emitted = []; logging.getLogger().addHandler(Slow())"
    )
    interrupt(shell, "logging.warning('be' 'gun'); time.sleep(1000)")
    assert shell.value("emitted") == "['begun']"
    assert shell.end() == 0


def test_child_of_a_broken_off_popen_is_not_left(shell: GShell) -> None:
    shell.run(
        "import subprocess, time\n"
        "def slow(*args):\n"
        "    pid = fork_exec(*args); print('begun'); until = time.monotonic() + 0.3\n"
        "    while time.monotonic() < until: pass\n"
        "    return pid\n"
        "fork_exec, subprocess._fork_exec = subprocess._fork_exec, slow\n"
    )
    shell.run("from inspect import unwrap; from gshell.threads import protection")
    shell.run("protection._marks[unwrap(subprocess.Popen.__init__).__code__] = 60")
    interrupt(shell, "subprocess.run(['sleep', '1000'])")
    wait_until(lambda: not shell.children(), "the end of the child")
    shell.run("import signal; ignores = lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)")
    interrupt(shell, "subprocess.Popen(['sleep', '1000'], preexec_fn=ignores)")
    wait_until(lambda: not shell.children(), "the end of the child")
