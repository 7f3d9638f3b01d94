"""One press, one command, one KeyboardInterrupt: the interleavings that are rare, made to happen."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
import threading
import weakref
from _queue import SimpleQueue
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gshell.threads import async_exc
from gshell.threads.flag import flag
from gshell.threads.interrupts import Interrupts, delivery
from gshell.threads.interrupts.wakeup_fd import WakeupFd
from gshell.threads.role import Role, RoleUnavailable, has_gil
from gshell.threads.wakeup import RING, wakeup_pipe
from tests.conftest import Start
from tests.terminal import GShell, gshell, wait_until
from tests.test_interrupts import MUTEX, abandon, check_new_worker


@pytest.fixture
def interrupts() -> Iterator[Interrupts]:
    """In a thread that is the worker and the console as well."""
    read, write = wakeup_pipe()
    interrupts = Interrupts(write)
    interrupts.adopt()
    yield interrupts
    interrupts.after_fork()  # which leaves nothing behind
    flag.clear()
    os.close(read)
    os.close(write)


@pytest.fixture
def thrown(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What PyThreadState_SetAsyncExc is asked for, and does not do."""
    thrown: list[object] = []

    def set_async_exc(ident: ctypes.c_ulong, exception: ctypes.py_object[object] | None) -> int:
        thrown.append(exception and exception.value)
        return 1

    monkeypatch.setattr(async_exc, "set_async_exc", set_async_exc)
    return thrown


def is_raised(interrupts: Interrupts) -> bool:
    """Whether user code that begins now finds a KeyboardInterrupt."""
    try:
        interrupts.deliver()
    except KeyboardInterrupt:
        return True
    return False


def test_nudge_and_delivery_meet(interrupts: Interrupts, thrown: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker raises what is due after the console has seen it, and before the console throws it."""
    command = interrupts.begin()
    interrupts.make_due(command, 0.0)
    seen: list[object] = []

    def protection(frame: object) -> float:
        seen.append(is_raised(interrupts))
        return 0.0

    monkeypatch.setattr(delivery, "protection", protection)
    interrupts.nudge(command)
    assert seen == [True]
    assert thrown == []


def test_handler_and_nudge_meet(interrupts: Interrupts, monkeypatch: pytest.MonkeyPatch) -> None:
    """The console throws what is due after the handler of the NUDGE has seen it, and before that raises it."""
    command = interrupts.begin()
    interrupts.make_due(command, 0.0)
    monkeypatch.setattr(delivery, "protection", lambda frame: 0.0 if command.due.take() else 1.0)
    interrupts.on_nudge(0, sys._getframe())
    assert not is_raised(interrupts)


def test_what_is_due_is_due_in_one_command(interrupts: Interrupts) -> None:
    first, second = interrupts.begin(), interrupts.begin()
    interrupts.end(first)
    interrupts.make_due(first, 0.0)  # too late: a console that was not run for a moment
    assert not interrupts.pending
    assert not is_raised(interrupts)
    interrupts.make_due(second, 0.0)
    assert is_raised(interrupts)
    assert not is_raised(interrupts)


def test_flag_is_that_of_one_command(interrupts: Interrupts) -> None:
    first = interrupts.begin()
    second = interrupts.begin()  # given while the first one runs
    interrupts.make_due(first, 0.0)
    assert flag.set
    interrupts.end(first)
    assert not flag.set
    interrupts.make_due(first, 0.0)
    assert not flag.set
    interrupts.make_due(second, 0.0)
    interrupts.end(second)
    assert flag.set  # a thread of the user's may look a little later
    interrupts.begin()
    assert not flag.set


def test_command_ends_once(interrupts: Interrupts) -> None:
    """The worker may end it twice: a signal handler of the user's has broken off the first time."""
    first, second = interrupts.begin(), interrupts.begin()
    interrupts.end(first)
    interrupts.end(first)
    assert interrupts.current is second
    interrupts.end(second)
    assert not interrupts.busy


@pytest.mark.parametrize("again", [False, True], ids=["due no more", "due again"])
def test_nothing_is_thrown_at_a_command_that_has_ended(
    interrupts: Interrupts, thrown: list[object], monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    """The worker comes to the end of the command after the console has seen what is due in it."""
    command = interrupts.begin()
    interrupts.make_due(command, 0.0)

    def protection(frame: object) -> float:
        interrupts.end(command)
        if again:
            interrupts.make_due(command, 0.0)
        return 0.0

    monkeypatch.setattr(delivery, "protection", protection)
    interrupts.nudge(command)
    assert command.ended
    assert thrown == []


def test_what_is_thrown_is_due_no_more_in_the_same_moment(
    interrupts: Interrupts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker may go on as soon as it is set."""
    command = interrupts.begin()
    interrupts.make_due(command, 0.0)
    seen: list[object] = []

    def set_async_exc(ident: object, exception: object) -> int:
        seen.extend((command.due.look(), interrupts.raised_within(60)))
        return 1

    monkeypatch.setattr(async_exc, "set_async_exc", set_async_exc)
    interrupts.nudge(command)
    assert seen == [None, True]


RAISES: dict[str, Callable[[Interrupts], object]] = {
    "a press": lambda interrupts: interrupts.on_sigint(signal.SIGINT, sys._getframe()),
    "a nudge": lambda interrupts: interrupts.on_nudge(0, sys._getframe()),
    "the begin of code": lambda interrupts: interrupts.deliver(),
}


@pytest.mark.parametrize("how", RAISES)
def test_what_was_thrown_is_not_taken_back_when_another_is_raised(
    interrupts: Interrupts, thrown: list[object], how: str
) -> None:
    """It was raised before, and 3.11 would wait for it (see take_back)."""
    interrupts.role = True
    command = interrupts.begin()
    interrupts.make_due(command, 0.0)
    command.throw(0, sys._getframe())
    interrupts.make_due(command, 0.0)
    with pytest.raises(KeyboardInterrupt):
        RAISES[how](interrupts)
    interrupts.end(command)
    assert thrown == [KeyboardInterrupt]


def test_thrown_until_the_worker_has_come_on(interrupts: Interrupts, thrown: list[object]) -> None:
    """And no longer is its frame held, with all that is in it."""
    command = interrupts.begin()
    interrupts.make_due(command, 0.0)
    held, begun, go = list[weakref.ref[set[int]]](), SimpleQueue[None](), SimpleQueue[None]()

    def work() -> None:
        something = {1}
        held.append(weakref.ref(something))
        begun.put(None)
        go.get()

    def stands() -> bool:
        return not command.facts(role=True, ours=True, own_prompt=False).moved

    def is_in_call() -> bool:
        frame = sys._current_frames()[worker.ident or 0]
        return frame.f_code is work.__code__ and frame.f_lineno == work.__code__.co_firstlineno + 4

    worker = threading.Thread(target=work)
    worker.start()
    begun.get()
    wait_until(is_in_call, "its call")
    command.throw(worker.ident or 0, sys._current_frames()[worker.ident or 0])
    assert thrown == [KeyboardInterrupt]
    assert stands()
    go.put(None)
    worker.join()
    assert not stands()
    assert held[0]() is None


FROM_ANOTHER_THREAD = """
import gc, os, select, signal, sys, threading, time
helper = threading.Thread(target=time.sleep, args=[1000], daemon=True)
helper.start()
console = next(each for each in gc.get_objects() if type(each).__name__ == "PromptConsole")
read, armed = console._read_signals, []
def press_now():
    if armed:
        armed.clear()
        signal.pthread_kill(helper.ident, signal.SIGINT)
        select.select([console._wakeup_fd], [], [], 10)
    return read()
console._read_signals = press_now
"""


@pytest.mark.own_shell
def test_press_in_the_last_moment_is_not_for_the_next_command(shell: GShell, home: Path) -> None:
    """The kernel gives the signal to another thread than the worker, after the command and before the prompt."""
    (home / "press.py").write_text(FROM_ANOTHER_THREAD)
    shell.run("run press.py")
    for _ in range(5):
        shell.run("armed.append(1)")
        assert shell.run("time.sleep(0.3); print('wh' 'ole')") == "whole"
        assert shell.value("armed") == "[]"


@pytest.mark.own_shell
@pytest.mark.skipif(not hasattr(signal, "sigtimedwait"), reason="there the kernel does not tell")
def test_press_that_no_thread_has_got_yet_is_not_for_the_next_command(shell: GShell) -> None:
    """On a busy machine the thread that the kernel gives the signal to runs a good while later."""
    shell.run("import gc, os, signal; from gshell.threads.interrupts.signals import Signals")
    shell.run("Signals.restore = lambda self: None; signals = {signal.SIGINT}")  # so that it stays blocked
    for _ in range(5):
        shell.run("_ = signal.pthread_sigmask(signal.SIG_BLOCK, signals); os.kill(os.getpid(), signal.SIGINT)")
        assert shell.run("_ = signal.pthread_sigmask(signal.SIG_UNBLOCK, signals); print('wh' 'ole')") == "whole"


def test_press_in_a_startup_file_does_not_stop_the_next_command(start: Start, home: Path) -> None:
    startup = home / ".config" / "gshell" / "startup"
    startup.mkdir(parents=True)
    (startup / "slow.py").write_text("import time\nprint('begun')\ntime.sleep(1000)\n")
    shell = start("--no-gui")
    shell.wait_for("^begun$")
    wait_until(lambda: shell.cursor_line() == "In [1]:", "the prompt below")
    shell.type("from gshell import ipbreak; ipbreak(); print('went', 'on')\r")
    wait_until(lambda: b"]2;gshell: from gshell" in shell.raw, "the command to be given")
    shell.press("c-c")
    shell.wait_for("^went on$")
    assert len(re.findall("^KeyboardInterrupt", shell.text(), re.MULTILINE)) == 1


PRESSED_BETWEEN = """
import gc, os, signal, time
console = next(each for each in gc.get_objects() if type(each).__name__ == "PromptConsole")
settle, startup = console._settle, console._interrupts.current
def press_first():
    console._settle = settle
    os.kill(os.getpid(), signal.SIGINT)
    while startup.raised_at is None or ended and not startup.ended: time.sleep(0.001)
    return settle()
console._settle = press_first
print("begun")
time.sleep(1000)
"""


@pytest.mark.parametrize("ended", [False, True])
def test_press_in_a_startup_file_when_the_next_command_is_given(start: Start, home: Path, ended: bool) -> None:
    """The worker has acted on it before the console reads it, which thinks of the command that it gives just now."""
    startup = home / ".config" / "gshell" / "startup"
    startup.mkdir(parents=True)
    (startup / "slow.py").write_text(f"ended = {ended}\n{PRESSED_BETWEEN}")
    shell = start("--no-gui")
    shell.wait_for("^begun$")
    wait_until(lambda: shell.cursor_line() == "In [1]:", "the prompt below")
    shell.type("from gshell import ipbreak; ipbreak(); print('went', 'on')\r")
    shell.wait_for("^went on$")
    assert len(re.findall("^KeyboardInterrupt", shell.text(), re.MULTILINE)) == 1


ASYNCIO = """
import asyncio, os, signal, time

async def main(blocked):
    loop = asyncio.get_running_loop()
    heard = asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, heard.set)
    os.kill(os.getpid(), signal.SIGUSR1)
    await heard.wait()
    if blocked:
        stall(first)
    print("begun")
    await asyncio.sleep(1000)
"""


@pytest.fixture
def asynchronous(shell: GShell, home: Path) -> GShell:
    """A shell with `main()`, which has a signal handler of asyncio's; `main(True)` blocks in C as well."""
    shell.run(MUTEX)
    (home / "handlers.py").write_text(ASYNCIO)
    shell.run("run -i handlers.py")
    return shell


def test_press_beside_a_signal_handler_of_asyncio(asynchronous: GShell) -> None:
    shell = asynchronous
    shell.submit("asyncio.run(main(False))")
    shell.wait_for_call()
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    assert shell.output(shell.number).endswith("KeyboardInterrupt")
    assert shell.value("before") == "42"


def test_coroutine_that_is_blocked_beside_a_signal_handler_is_abandoned(asynchronous: GShell) -> None:
    asynchronous.submit("asyncio.run(main(True))")
    abandon(asynchronous)
    check_new_worker(asynchronous)
    asynchronous.run("release(first)")
    assert asynchronous.value("log") == "[]"


@pytest.mark.parametrize("blocked", [False, True])
@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP])
def test_signal_that_ends_the_shell_beside_a_handler(asynchronous: GShell, signum: int, blocked: bool) -> None:
    asynchronous.submit(f"asyncio.run(main({blocked}))")
    asynchronous.wait_for_call()
    os.kill(asynchronous.pid, signum)
    assert asynchronous.wait(10) == 128 + signum


def test_terminal_is_closed_beside_a_handler(asynchronous: GShell) -> None:
    asynchronous.submit("asyncio.run(main(True))")
    asynchronous.wait_for_call()
    asynchronous.hang_up()
    wait_until(lambda: not asynchronous.process.isalive(), "the end of the shell", 10)


def test_sigint_that_asyncio_handles(asynchronous: GShell) -> None:
    asynchronous.run(
        "async def handle():\n"
        "    heard = asyncio.Event()\n"
        "    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, heard.set)\n"
        "    print('begun')\n"
        "    await heard.wait()\n"
        "    return 'heard'\n"
    )
    for _ in range(2):
        asynchronous.submit("asyncio.run(handle())")
        number = asynchronous.number  # the first has said the same
        wait_until(lambda number=number: "begun" in asynchronous.output(number), "the coroutine")  # type: ignore[misc]
        wait_until(asynchronous.is_asleep, "its call")
        asynchronous.press("c-c")
        asynchronous.wait_for_end_of(asynchronous.number)
        assert asynchronous.output(asynchronous.number).endswith("'heard'")
    asynchronous.submit("print('be' 'gun'); time.sleep(1000)")
    asynchronous.wait_for_call()
    asynchronous.press("c-c")
    asynchronous.wait_for_end_of(asynchronous.number)
    assert asynchronous.output(asynchronous.number).endswith("KeyboardInterrupt")


def test_wakeup_fd_of_the_users(shell: GShell) -> None:
    """It is set, returned and refused as in plain Python, and gets the signals that have a handler."""
    shell.run("import os, select, signal, threading, time")
    shell.run("r, w = os.pipe(); os.set_blocking(w, False); _ = signal.signal(signal.SIGUSR1, lambda *_: None)")
    shell.run(
        "def use():\n"
        "    results = [signal.set_wakeup_fd(w), signal.set_wakeup_fd(w, warn_on_full_buffer=False)]\n"
        "    os.kill(os.getpid(), signal.SIGUSR1)\n"
        "    select.select([r], [], [], 10)\n"
        "    return [*results, signal.set_wakeup_fd(-1), os.read(r, 10)] == [-1, w, w, bytes([signal.SIGUSR1])]\n"
    )
    assert shell.value("use()") == "True"
    assert "must be in non-blocking mode" in shell.run("signal.set_wakeup_fd(r)")
    assert "OSError" in shell.run("signal.set_wakeup_fd(1000)")
    assert "TypeError" in shell.run("signal.set_wakeup_fd('x')")
    shell.run("def elsewhere():\n    try: signal.set_wakeup_fd(w)\n    except ValueError: print('only', 'main')\n")
    assert shell.run("t = threading.Thread(target=elsewhere); t.start(); t.join()") == "only main"


def test_wakeup_fd_that_a_library_has_kept() -> None:
    """In a forked child, say, where ours would be the parent's."""
    read, write = wakeup_pipe()
    ours = WakeupFd(write)
    before = signal.set_wakeup_fd(-1)
    try:
        ours.install()
        kept = signal.set_wakeup_fd
        assert kept(-1) == -1
        ours.uninstall()
        assert kept(write) == -1
        assert signal.set_wakeup_fd(-1) == write
    finally:
        signal.set_wakeup_fd(before)
        os.close(read)
        os.close(write)


def test_ring_is_no_signal() -> None:
    assert RING not in {*signal.Signals}


# A Python without the lock.


@pytest.fixture
def free_threaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: False, raising=False)


def test_role_needs_the_lock(free_threaded: None) -> None:
    assert not has_gil()
    role = Role()
    with pytest.raises(RoleUnavailable, match="without the global interpreter lock"):
        role.take()
    assert not role.taken


def test_session_without_the_lock(start: Start, home: Path, request: pytest.FixtureRequest) -> None:
    """Figures are drawn off-screen: nothing would keep the user's code from them during a draw."""
    request.getfixturevalue("display")
    program = ("-c", "import sys; sys._is_gil_enabled = lambda: False; from gshell.cli import main; sys.exit(main())")
    shell = start("--gui", "qt", program=program)
    assert len(re.findall("without the global interpreter lock", shell.text())) == 1
    assert "figures are drawn off-screen" in shell.text()
    shell.run("import matplotlib.pyplot as plt; _ = plt.figure()")
    assert shell.value("plt.get_backend().lower()") == "'agg'"
    shell.submit("print('be' 'gun')\nwhile True: pass\n")
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    assert shell.end() == 0


FORKS = """
import os, signal, time
def ended():
    child = os.fork()
    if not child:
        time.sleep(1000)
        os._exit(0)
    os.kill(child, signal.SIGTERM)
    return os.waitpid(child, 0)[1]
print({ended() for _ in range(300)})
"""


def test_a_child_that_is_told_to_end_as_it_is_born_ends_and_nobody_else(home: Path) -> None:
    """Its handlers were the shell's still, and what they write is read by the parent, which took it for its own end."""
    (home / "forks.py").write_text(FORKS)
    done = gshell("run", "forks.py", home=home)
    assert (done.stdout, done.returncode) == ("{15}\n", 0), done.stderr


PRESSED_AFTER_STARTUP = """
import asyncio, gc, os, signal
console = next(each for each in gc.get_objects() if type(each).__name__ == "PromptConsole")
come_round = console._come_round
async def press_then():
    console._come_round = come_round
    await come_round()
    os.kill(os.getpid(), signal.SIGINT)
    while console._interrupts._between.look() is None: await asyncio.sleep(0.001)
console._come_round = press_then
print("begun")
while not os.path.exists("go"): pass
"""


def test_press_between_a_startup_file_and_the_cell_is_for_the_cell(start: Start, home: Path) -> None:
    startup = home / ".config" / "gshell" / "startup"
    startup.mkdir(parents=True)
    (startup / "slow.py").write_text(PRESSED_AFTER_STARTUP)
    shell = start("--no-gui")
    shell.wait_for("^begun$")
    wait_until(lambda: shell.cursor_line() == "In [1]:", "the prompt below")
    shell.type("import time; time.sleep(0.5); print('ne', 'ver')\r")
    wait_until(lambda: b"]2;gshell: import time" in shell.raw, "the command to be given")
    (home / "go").touch()
    shell.wait_for("^KeyboardInterrupt")
    shell.wait_for_prompt()
    assert not re.search("^ne ver", shell.text(), re.MULTILINE)
    assert shell.run("import time; time.sleep(0.3); print('wh' 'ole')") == "whole"


PRESSED_IN_NESTED = """
import gc, select, signal, threading, time
helper = threading.Thread(target=time.sleep, args=[1000], daemon=True)
helper.start()
def press_late():
    console = next(each for each in gc.get_objects() if type(each).__name__ == "PromptConsole")._guests._consoles[-1]
    assert console._nested
    settle = console.settle
    async def press_first():
        signal.pthread_kill(helper.ident, signal.SIGINT)
        select.select([console._wakeup_fd], [], [], 10)
        await settle()
    console.settle = press_first
"""


def test_press_in_the_last_moment_of_a_nested_prompt_is_not_for_the_command_around_it(
    shell: GShell, home: Path
) -> None:
    (home / "press.py").write_text(PRESSED_IN_NESTED)
    shell.run("run press.py")
    shell.run("import gshell, time")
    for count in range(3):
        shell.submit("gshell.embed(); time.sleep(0.3); print('wh' 'ole')")
        number = shell.number
        shell.wait_for(rf"^In \[{number + 1}\]:")
        shell.run("press_late()")
        shell.press("c-d")
        wait_until(lambda count=count: shell.text().count("\nwhole") > count, "its end")  # type: ignore[misc]
        shell.wait_for_prompt()
    assert "KeyboardInterrupt" not in shell.text()
