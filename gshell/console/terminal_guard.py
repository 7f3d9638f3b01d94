"""A process that puts the terminal's mode back where the shell can't: it was killed, or has crashed in C code.

The terminal would be left without echo and without Ctrl-C.  bash and zsh put the mode back themselves after a job that
has ended by a signal; dash does not, nor do they where the job was a script, or a program like `uv run`, that has ended
with a status of its own.

It waits for the end of a pipe whose other end only the shell has, and the kernel closes that before anybody learns of
the shell's death.  A few things make it harmless:

- It is no child of the shell's: os.wait() in the user's code, and who counts children, know nothing of it.  (The one
  that has begun it has ended, and was waited for.)  It is in no session of a terminal's, so job control, Ctrl-C and a
  hang-up do not reach it.
- It does something only if the terminal is in a mode with this process' own mark, so never after an ordinary end, nor
  when somebody else has the terminal by then, another gshell say.
- It begins when the prompt is on the screen and the toolkit is loaded, and is spawned, not forked: the start pays
  nothing for it.
- A forked child closes the pipe; with exec() the kernel does.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

# Not looked up when it is used: the user's code finds one there that hands the terminal over (on_demand.py).
from os import posix_spawn
from pathlib import Path
from typing import Any

_PROGRAM = Path(__file__).with_name("guard_program.py")


class TerminalGuard:
    """Begins the process, once."""

    def __init__(self, fd: int, mode: list[Any], mark: int) -> None:
        """`fd`: the terminal's; `mode`: what is put back, as of termios.tcgetattr; `mark`: see Terminal."""
        self._fd = fd
        self._numbers = [mark, *mode[:6], *(each if isinstance(each, int) else ord(each) for each in mode[6])]
        self._pipe: list[int] = []

    def begin(self) -> None:
        """Have the process be there.  Where it can't be (no memory, no descriptors), there is none.  From one thread.

        Takes as long as Python takes to start, some 20 ms.
        """
        # The first process of a container: with it all others end, and what has lost its parent is its child.
        if self._pipe or os.getpid() == 1 or getattr(sys, "frozen", False):
            return
        # Or the user's code has closed all descriptors: the pipe would be in the terminal's place, so that the process
        # would have both of its ends, and wait for ever.
        if not os.isatty(self._fd):
            return
        with suppress(OSError):
            text = _PROGRAM.read_text(encoding="utf-8")
            read, *self._pipe = os.pipe()
            try:
                # Twice, as code that closes a descriptor too many should not begin it.
                self._pipe.append(os.dup(self._pipe[0]))
                child = posix_spawn(
                    sys.executable,
                    [sys.executable, "-I", "-S", "-c", text, *map(str, self._numbers)],
                    os.environ,
                    file_actions=[
                        (os.POSIX_SPAWN_DUP2, read, 0),
                        (os.POSIX_SPAWN_DUP2, self._fd, 1),
                        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                    ],
                )
            finally:
                os.close(read)
            os.waitpid(child, 0)

    def after_fork(self) -> None:
        """In a forked child: the terminal is the parent's affair."""
        for fd in self._pipe:
            with suppress(OSError):  # closed already, by the user's code
                os.close(fd)
        self._pipe.clear()
