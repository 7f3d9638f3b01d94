"""Scripts of other processes, and their debuggers (`pdb -p PID`), reach the user's code and stop no window."""

from __future__ import annotations

import functools
import importlib
import json
import os
import queue
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from gshell.threads.role import Role, RoleUnavailable
from tests.terminal import LIMIT, GShell, wait_until

pytestmark = pytest.mark.skipif(sys.version_info < (3, 14), reason="sys.remote_exec came with Python 3.14")


def run_in(pid: int, script: Path, code: str) -> None:
    """Have a process run code."""
    script.write_text(code)
    remote_exec: Callable[[int, str], None] = sys.remote_exec  # type: ignore[attr-defined,unused-ignore]
    remote_exec(pid, str(script))


@pytest.mark.parametrize("role", ["on", "off"])
def test_they_go_where_the_role_goes_and_home_again(role: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GSHELL_ROLE", role)
    ran_in: list[object] = []
    monkeypatch.setattr(sys, "ran_in", ran_in, raising=False)
    code = "import sys, threading; sys.ran_in.append(threading.get_ident())"
    taken = Role()

    def work() -> None:
        try:
            taken.take()
        except RoleUnavailable:
            assert role == "off"
        run_in(os.getpid(), tmp_path / "script.py", code)
        wait_until(lambda: ran_in, "the script")
        taken.leave()

    def check_home() -> None:
        run_in(os.getpid(), tmp_path / "script.py", code)
        wait_until(lambda: ran_in, "the script")
        assert ran_in == [threading.get_ident()]
        ran_in.clear()

    first, second = threading.Thread(target=work), threading.Thread(target=work)
    for worker in (first, second):  # as after a worker that was given up
        worker.start()
        worker.join()
        assert ran_in == [worker.ident]
        ran_in.clear()
        check_home()
    taken.give_back()
    check_home()


class Client:
    """What `python -m pdb -p PID` has at its end of the connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.closed = threading.Event()
        self._file = connection.makefile("rwb")

    def __enter__(self) -> Self:
        self._read()
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.closed.set()

    def _read(self) -> str:
        """What is shown until the next prompt, or the end of the connection."""
        shown = ""
        for line in self._file:
            message: dict[str, Any] = json.loads(line)
            if "prompt" in message:
                break
            shown += str(message.get("message", ""))
        return shown

    def do(self, command: str) -> str:
        """A line at the debugger's prompt; what it shows."""
        self._file.write(json.dumps({"reply": command}).encode() + b"\n")
        self._file.flush()
        return self._read()


@pytest.fixture
def attach(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], Callable[[], Client]]]:
    """A function that attaches a debugger to a process, and returns one that waits until it has stopped there."""
    pdb: Any = importlib.import_module("pdb")
    made: queue.SimpleQueue[Client] = queue.SimpleQueue()
    asked: queue.SimpleQueue[None] = queue.SimpleQueue()
    remote_exec: Callable[[int, str], None] = sys.remote_exec  # type: ignore[attr-defined,unused-ignore]

    def ask(pid: int, script: str) -> None:
        remote_exec(pid, script)
        asked.put(None)

    class Connected:
        def __init__(self, pid: int, connection: socket.socket, *_: object) -> None:
            connection.settimeout(LIMIT)
            self._client = Client(connection)

        def cmdloop(self) -> None:
            made.put(self._client)
            self._client.closed.wait()

    monkeypatch.setattr(pdb, "_PdbClient", Connected)
    monkeypatch.setattr(sys, "remote_exec", ask)
    threads: list[threading.Thread] = []

    def begin(pid: int) -> Callable[[], Client]:
        threads.append(threading.Thread(target=pdb.attach, args=[pid], daemon=True))
        threads[-1].start()
        asked.get(timeout=LIMIT)
        return lambda: made.get(timeout=LIMIT)

    yield begin
    for thread in threads:
        thread.join(LIMIT)


def test_a_debugger_that_attaches_stops_in_the_users_code(
    shell: GShell, attach: Callable[[int], Callable[[], Client]]
) -> None:
    shell.run("import threading, time")
    shell.run("def work():\n    number = 41; print('begun')\n    while number: time.sleep(0.01)\n")
    shell.submit("work()")
    shell.wait_for("^begun$")
    with attach(shell.pid)() as client:
        assert client.do("p threading.current_thread() is threading.main_thread()") == "True\n"
        assert client.do("p number + 1") == "42\n"
        assert "gshell" not in client.do("where")
        client.do("number = 0")
        client.do("quit")
        shell.wait_for_end_of(shell.number)
    assert shell.value("40 + 2") == "42"


def test_a_debugger_that_attaches_at_the_prompt_stops_in_the_next_command(
    shell: GShell, attach: Callable[[int], Callable[[], Client]]
) -> None:
    shell.run("number = 41")
    stopped = attach(shell.pid)
    shell.submit("answer = number + 1")
    with stopped() as client:
        assert "gshell" not in client.do("where")
        client.do("quit")
        shell.wait_for_end_of(shell.number)
    assert shell.value("answer") == "42"


DEBUGGER = """\
import os, sys
frame, names = sys._getframe(), {*()}
while frame:
    names.add(frame.f_globals.get('__name__'))
    frame = frame.f_back
with open(FILE + '.part', 'w') as file:
    file.write(str(sys.gettrace() is None and not names & {'pdb', 'bdb'}))
os.replace(FILE + '.part', FILE)
"""


def wait_for_end_of_debugger(shell: GShell, home: Path) -> None:
    """Wait until one that was told to quit has.  pdb stops nowhere where it begins in the middle of another's end."""
    answer = home / "answer"

    def ended() -> bool:
        answer.unlink(missing_ok=True)
        run_in(shell.pid, home / "ask.py", DEBUGGER.replace("FILE", repr(str(answer))))
        wait_until(answer.exists, "an answer")
        return answer.read_text() == "True"

    wait_until(ended, "the end of the debugger")


def test_windows_live_while_a_debugger_is_attached(
    plots: GShell, attach: Callable[[int], Callable[[], Client]], home: Path
) -> None:
    plots.run("from matplotlib.animation import FuncAnimation")
    plots.run("figure, axes = plt.subplots(); line, = axes.plot([1, 2]); drawn = []")
    plots.run("def step(i):\n    drawn.append(i); line.set_ydata([i % 5, 2]); return [line]\n")
    plots.run("animation = FuncAnimation(figure, step, interval=20, cache_frame_data=False)")
    plots.run("def work():\n    print('begun')\n    while not done: pass\n")
    plots.run("figure.canvas.draw(); done = False")
    plots.submit("work()")
    plots.wait_for("^begun$")
    for _ in range(5):  # in the user's code, and while it stands still for a draw
        with attach(plots.pid)() as client:
            assert "work()" in client.do("where")
            before = client.do("p len(drawn)")
            wait_until(functools.partial(_differs, client, "p len(drawn)", before), "the next frame")
            client.do("quit")
        wait_for_end_of_debugger(plots, home)
    with attach(plots.pid)() as client:
        client.do("globals()['done'] = True")
        client.do("quit")
        plots.wait_for_end_of(plots.number)


def _differs(client: Client, command: str, before: str) -> bool:
    return client.do(command) != before
