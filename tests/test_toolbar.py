"""The toolbar: the exit status of the last command, and threads that were abandoned and still run."""

from __future__ import annotations

from pathlib import Path

from tests.terminal import GShell, wait_until


def toolbar(shell: GShell) -> str:
    """The line under the prompt."""
    return shell.text().rpartition("\n")[2]


STATUSES = [
    ("1 / 0", 1),
    ("x = = 1", 1),
    ("6 * 7", 0),
    ("raise SystemExit", 0),
    ("raise SystemExit(3)", 3),
    ("raise SystemExit('a text')", 1),
    ("run script.py", 4),
    ("x = 1", 0),
    ("!exit 5", 5),
    ("x = !exit 6", 6),
    ("%%sh --no-raise-error\nexit 7\n", 7),
    ("!kill -9 $$", 137),
    ("!true", 0),
    ("raise KeyboardInterrupt", 130),
    ("%nosuchmagic", 2),
    ("_exit_code", 0),
]


def test_exit_status_of_the_last_command(shell: GShell, home: Path) -> None:
    (home / "script.py").write_text("raise SystemExit(4)\n")
    for cell, status in STATUSES:
        shell.run(cell)
        shell.wait_for_prompt()
        expected = f"exit status {status}  emacs" if status else "no windows  emacs"
        wait_until(lambda: expected in toolbar(shell), f"{expected} after {cell}")  # noqa: B023
    assert "exit status" not in toolbar(shell)


def test_abandoned_thread(shell: GShell) -> None:
    shell.run("import ctypes; libc = ctypes.CDLL(None); mutex = ctypes.create_string_buffer(64)")
    shell.run("_ = libc.pthread_mutex_lock(mutex)")
    shell.submit("print('be' 'gun'); libc.pthread_mutex_lock(mutex)")
    shell.wait_for_call()
    shell.press("c-c")
    shell.wait_for("press it once more to abandon it")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    says_so = "an abandoned thread still runs  exit status 130  emacs"
    wait_until(lambda: toolbar(shell).endswith(says_so), "the toolbar to say so")
    shell.run("_ = libc.pthread_mutex_unlock(mutex)")  # its call returns, and the thread ends
    wait_until(lambda: toolbar(shell) == "no windows  emacs", "the toolbar to say so no more")
