"""Ctrl-C: at the prompt, during a command, for children, and for scripts that poll the flag."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import psutil
import pytest

from tests.conftest import Start
from tests.terminal import GShell, wait_until

BUSY = {
    "python loop": "while True: data.append(1) if len(data) < 5 else None\n",
    "sleep": "time.sleep(1000)",
    "lock": "lock = threading.Lock(); lock.acquire(); lock.acquire()",
    "socket": "a, b = socket.socketpair(); a.recv(1)",
    "join": "t = threading.Thread(target=time.sleep, args=[1000], daemon=True); t.start(); t.join()",
    "child": "subprocess.run(['sleep', '1000'])",
    "system": "os.system('sleep 1000')",
    "asyncio": "asyncio.run(asyncio.sleep(1000))",
    "regex": "re.match(r'(a+)+$', 'a' * 40 + 'b')",
    "big int": "pow(7, 30_000_000)",
    "input": "input('waiting ')",
    "swallows": "while True: f()\n",
}


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


def child_names(shell: GShell) -> list[str]:
    """The names of the programs that the shell has started, directly or not."""
    return [child.name() for child in psutil.Process(shell.pid).children(recursive=True) if child.is_running()]


@pytest.fixture
def ready(shell: GShell) -> GShell:
    shell.run("import asyncio, os, re, socket, subprocess, threading, time")
    shell.run("data = []")
    shell.run("def f():\n    try: time.sleep(0.001)\n    except Exception: pass\n")
    return shell


@pytest.mark.parametrize("name", BUSY)
def test_ctrl_c_stops(ready: GShell, name: str, tmp_path: Path) -> None:
    script = tmp_path / "busy.py"
    script.write_text(f"data.append(42)\nprint('be' + 'gun', flush=True)\n{BUSY[name]}\n")
    ready.submit(f"run -i {script}")
    number = ready.number
    ready.wait_for("begun")
    if name in ("child", "system"):
        # /bin/sh itself may miss a SIGINT that comes before its command has begun.
        wait_until(lambda: "sleep" in child_names(ready), "the child")
    ready.press("c-c")
    wait_until(lambda: ready.prompt_number() > number, "the prompt after Ctrl-C", 10)
    assert len(re.findall("^KeyboardInterrupt", ready.output(number), re.MULTILINE)) == 1
    assert ready.value("data[0]") == "42"
    assert ready.value("1 + 1") == "2"


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
    shell.wait_for_prompt()
    assert shell.prompt_number() == 1


def test_kill_int_while_busy(shell: GShell) -> None:
    shell.submit("print('be' + 'gun'); __import__('time').sleep(1000)")
    shell.wait_for("^begun$")
    os.kill(shell.pid, signal.SIGINT)
    shell.wait_for("^KeyboardInterrupt")
    shell.wait_for_prompt()


def test_children_get_sigint(shell: GShell) -> None:
    shell.submit("!sleep 1000")
    wait_until(lambda: "sleep" in child_names(shell), "the child")
    shell.press("c-c")
    shell.wait_for(r"^In \[2\]:$")
    assert psutil.Process(shell.pid).children(True) == []
    assert shell.value("_exit_code") == "-2"


def test_child_that_ignores_sigint_is_ended_by_the_second_press(shell: GShell) -> None:
    shell.submit("!trap '' INT; echo ready; while :; do sleep 0.1; done")
    shell.wait_for("^ready$")
    press_until_prompt(shell)
    assert shell.value("_exit_code") == "-9"


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
    assert "KeyboardInterrupt" not in shell.text()
    assert shell.value("len(done) % 2, len(done) > 4") == "(0, True)"


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
    shell.run("def f():\n    gshell.KBINT; print('begun')\n    while True: gshell.KBINT; time.sleep(0.01)\n")
    shell.submit("f()")
    shell.wait_for("^begun$")
    press_until_prompt(shell)
    assert "KeyboardInterrupt" in shell.text()


def test_fallback_without_the_role(start: Start) -> None:
    shell = start("--no-gui", env={"GSHELL_ROLE": "off"})
    assert "Ctrl-C can't break a blocking call" in shell.text()
    shell.submit("print('be' + 'gun'); [None for _ in iter(int, 1)]")
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.wait_for("^KeyboardInterrupt")
    assert shell.value("1 + 1") == "2"
    assert shell.end() == 0
