"""`gshell.embed()`: the console in the middle of a program, on the names that are known there.

In a session, at its prompt or in a script that it runs, that is one more prompt of the same worker, within the command
that runs.  In plain Python (embed_in_python.py) the program's main thread runs what is typed, as it runs the rest.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

from gshell.own_imports import separated
from gshell.streams import is_terminal

_session: list[Callable[[FrameType], None]] = []


def set_session(embed: Callable[[FrameType], None]) -> None:
    """Have embed() show its prompt by `embed(frame)`, of its caller.  Once, at the start of a session."""
    _session[:] = [embed]


def embed(header: str = "") -> None:
    """Show the prompt here, with all names that are known where this is called; go on when the user leaves it.

    What is typed can use the caller's variables, and change them: those of a module, or in a function its local ones.
    What else is named in a function's prompt is gone with that.  `exit`, `quit` or Ctrl-D leave the prompt, and the
    program goes on.  `header` is printed first.

    In the main thread only.  Raises RuntimeError elsewhere, and where standard input or output is no terminal.
    """
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise RuntimeError("embed() needs a terminal: standard input or output is none")
    frame = sys._getframe(1)
    if header:
        print(header)
    if _session:
        _session[0](frame)
    else:
        with separated([path for path in sys.path if path]):
            from gshell.embed_in_python import embed_alone

            embed_alone(frame)
