"""`%paste` and `%cpaste`: code from the clipboard, or typed up to a line that ends it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gshell.magics.history import show_and_run
from gshell.magics.registry import Given, magic, magics
from gshell.shell.errors import UsageError
from gshell.shell.pasted import without_prompts

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

SLOW = 5.0
"""Seconds that the program that owns the clipboard has to answer."""

_PROGRAMS = (
    ("WAYLAND_DISPLAY", ["wl-paste", "--no-newline"]),
    ("DISPLAY", ["xclip", "-selection", "clipboard", "-out"]),
    ("DISPLAY", ["xsel", "--clipboard", "--output"]),
)


@magic("paste", "[-q] [name]")
def paste(shell: Shell, given: Given) -> None:
    """Run what is in the system's clipboard, without prompts (>>>, In [3]:) and common indentation.

    It is shown before it runs (not with -q).  With a name, it becomes the value of that variable, and is not run.
    Over ssh the clipboard is on another machine: paste with the terminal's own key, or with %cpaste.
    """
    _use(shell, given, "paste", clipboard())


@magic("cpaste", "[-q] [-s MARK] [name]")
def cpaste(shell: Shell, given: Given) -> None:
    """Read lines that are pasted, and run them, without prompts and common indentation.

    The last one is `--` (or the MARK of -s), or Ctrl-D.  With a name, they become the value of that variable, and are
    not run.  -q does not say how to end it.
    """
    mark = given.options.get("-s", "--")
    if "-q" not in given.options:
        print(f"paste, and end with {mark} on a line of its own, or Ctrl-D")
    # As a whole: each time that the terminal changed its mode between two lines it would tear what waits there.
    with shell.host.at_terminal():
        lines = list(_lines(mark))
    _use(shell, given, "cpaste", "\n".join(lines))


def _lines(mark: str) -> Iterator[str]:
    while True:
        try:
            # No prompt: the terminal has shown all lines of a paste before the first of them is read.
            line = input()
        except EOFError:
            print()
            return
        if line.strip() == mark:
            return
        yield line


def _use(shell: Shell, given: Given, magic_name: str, text: str) -> None:
    code, name = without_prompts(text).strip("\n"), given.rest
    if name:
        if not name.isidentifier():
            raise magics[magic_name].error(f"{name} can't be the name of a variable")
        shell.namespace[name] = code
    elif not code.strip():
        print("nothing to run")
    elif magic_name == "cpaste" or "-q" in given.options:
        shell.cells.run(code)
    else:
        show_and_run(shell, code)


def clipboard() -> str:
    """The text in the system's clipboard.  Raises UsageError if it can't be had."""
    import shutil

    commands = [command for variable, command in _PROGRAMS if os.environ.get(variable)]
    if sys.platform == "darwin":
        commands.append(["pbpaste"])
    for command in commands:
        if shutil.which(command[0]):
            return _ask(command)
    if not commands:
        raise UsageError("there is no display, so there is no clipboard; %cpaste reads what the terminal pastes")
    raise UsageError(f"the clipboard needs {' or '.join(command[0] for command in commands)}, which is not installed")


def _ask(command: list[str]) -> str:
    # Its standard input is not the terminal, which stays ours; its words about an empty clipboard are for us.
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SLOW, check=False)
    except subprocess.TimeoutExpired:
        raise UsageError(f"{command[0]}: the program that has the clipboard does not answer") from None
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise UsageError(f"{command[0]}: {words[-1] if words else 'the clipboard is empty'}")
    return done.stdout.decode(errors="replace")
