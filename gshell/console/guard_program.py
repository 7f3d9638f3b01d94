"""The program of the process that watches over the terminal; see terminal_guard.py, which has Python run this text.

Its arguments are the mark and the mode, as numbers; its standard input is the pipe, its standard output the terminal.
"""

from __future__ import annotations

import os
import signal
import sys
import termios
from typing import Any

LEAVE = b"\x1b[0m\x1b[?25h\x1b[?7h\x1b[?2004l\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\r"
"""No colour, the cursor shown, lines wrapped, no bracketed paste, no mouse: what a prompt may have left otherwise."""
IGNORED = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)


def main() -> None:
    """Wait for the end of the shell, and put the terminal's mode back if it is still the shell's."""
    for each in IGNORED:
        signal.signal(each, signal.SIG_IGN)
    if os.fork():
        os._exit(0)  # the shell has waited for this one, and so the other is none of its children
    os.setsid()  # no job of the terminal's
    os.chdir("/")
    os.closerange(3, 256)  # what the shell was given open: locks, pipes
    mark, *numbers = map(int, sys.argv[1:])
    while os.read(0, 1):
        pass
    now = termios.tcgetattr(1)
    if not now[3] & termios.ICANON and now[6][termios.VTIME] == mark:
        mode: list[Any] = [*numbers[:6], numbers[6:]]
        termios.tcsetattr(1, termios.TCSANOW, mode)
        os.write(1, LEAVE)


if __name__ == "__main__":
    main()
