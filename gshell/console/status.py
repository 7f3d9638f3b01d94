"""What is said of the command that runs: by the status key (Ctrl-T), the window's title, and when memory is short."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable

from gshell.console.memory import shortage
from gshell.units import in_units

TITLE_WIDTH = 80
"""Characters of a command that the title shows."""


class Watch:
    """On a command that begins now.  In the console thread."""

    def __init__(self, look: Callable[[], int | None] = shortage) -> None:
        """`look()` says how many bytes of memory are left, if those are few."""
        self._began = time.monotonic()
        self._cpu = time.process_time()
        self._look = look
        self._has_warned = False

    def status(self, place: str) -> str:
        """One line: the time that the command has taken, the CPU time of the process in it, memory, and `place`."""
        elapsed = time.monotonic() - self._began
        cpu = time.process_time() - self._cpu
        share = f" ({100 * cpu / elapsed:.0f} %)" if elapsed else ""
        return ", ".join(filter(None, (f"{_time(elapsed)}, CPU {_time(cpu)}{share}", _memory(), place)))

    def warning(self) -> str:
        """A line about memory, when it is found to be short for the first time; otherwise nothing."""
        left = None if self._has_warned else self._look()
        if left is None:
            return ""
        self._has_warned = True
        return f"gshell: {in_units(left)} of memory left; Ctrl-C stops the command, its data stay"


def _time(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02} min"


def _memory() -> str:
    """The memory of this process that is in use."""
    try:
        with open("/proc/self/statm") as file:
            size = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        what = ""
    except OSError:  # no /proc: the most that was ever in use; in bytes on macOS, in kB elsewhere
        size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        what = " at most"
    return in_units(size) + what


def title(command: str) -> str:
    """The text of the window's title while `command` runs: its first line, without control characters."""
    first, _, rest = command.strip().partition("\n")
    text = printable(first)
    if len(text) > TITLE_WIDTH or rest:
        text = text[:TITLE_WIDTH] + " ..."
    return f"gshell: {text}"


def printable(text: str) -> str:
    """The text without control characters, which would change the terminal's state."""
    return text if text.isprintable() else "".join(character for character in text if character.isprintable())
