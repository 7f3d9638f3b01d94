"""The debugger: Python's own pdb, on this terminal, without the shell's frames.

`pdb.Pdb` is replaced when somebody imports pdb, so that `pdb.set_trace()`, `pdb.run()` and `pdb.pm()` are the same
debugger as `breakpoint()` and `%debug`.  Lines are read with input() and readline, as Python's pdb does: the terminal
hands itself over to input(), figures live on, Ctrl-C clears the line, and readline brings editing, history and
completion.  (A prompt_toolkit session in the worker would need a second event loop with signal handlers of its own
there, beside the console's; ipdb needs IPython.)
"""

from __future__ import annotations

import linecache
import os
import pdb
import sys
import threading
from collections.abc import Iterable, Sequence
from types import CodeType, FrameType, TracebackType
from typing import Any, ClassVar, Protocol

from gshell.code_origin import is_library, is_own
from gshell.settings import Settings
from gshell.shell.colouring import coloured_lines
from gshell.shell.errors import UsageError
from gshell.streams import is_terminal, show, visible


class Debugged(Protocol):
    """The commands in which code is debugged."""

    @property
    def settings(self) -> Settings:
        """The session's."""
        ...

    def run_here(self) -> bool:
        """Whether this is the thread that runs them."""
        ...

    def interrupt_answered(self) -> None:
        """The debugger's prompt has answered Ctrl-C, and the command may go on."""
        ...


class Debugger(pdb.Pdb):
    """pdb that knows which frames are the user's."""

    # Of the class and no argument: it is the user's code, and Python's, that makes debuggers, by pdb.Pdb().
    shell_commands: ClassVar[Debugged]

    def __init__(self, *args: Any, **options: Any) -> None:
        # Never ./.pdbrc: no code is read from the directory that one happens to be in.
        read = options.pop("readrc", True)
        # Ctrl-C stays what it is, for code that goes on after `continue` as well: it breaks blocking calls, too.
        options.update(readrc=False, nosigint=True)
        super().__init__(*args, **options)
        if read:
            self.rcLines: list[str] = _own_startup()

    def set_trace(self, frame: FrameType | None = None, **options: Any) -> None:
        """Stop in `frame`, at the next line.  Only in the worker: no other thread may read the terminal."""
        if not self.shell_commands.run_here():
            name = threading.current_thread().name
            show(f"gshell: a breakpoint in thread {name} is passed: only commands are debugged", file=sys.stderr)
            return
        frame = frame or sys._getframe().f_back
        while frame is not None and is_own(frame.f_code.co_filename) and frame.f_back is not None:
            frame = frame.f_back
        super().set_trace(frame, **options)
        self._leave_alone_the_shell(frame)

    def _leave_alone_the_shell(self, frame: FrameType | None) -> None:
        """Trace no frame that the command was called from: it would be stopped in when the command has returned."""
        outermost = None
        while frame is not None:
            if is_own(frame.f_code.co_filename) or _starts_thread(frame):
                frame.f_trace = None
            else:
                outermost = frame
            frame = frame.f_back
        if outermost is not None:
            self.botframe = outermost

    def stop_here(self, frame: FrameType) -> bool:
        """Whether stepping stops in a frame: not in the shell's, nor in a library's that the shell has called."""
        if is_own(frame.f_code.co_filename):
            return False
        caller: FrameType | None = frame
        while caller is not None and is_library(caller.f_code.co_filename):
            caller = caller.f_back
        if caller is None or is_own(caller.f_code.co_filename):
            return False
        return bool(super().stop_here(frame))

    def cmdloop(self, intro: Any = None) -> None:
        """Read commands.  Raises KeyboardInterrupt for Ctrl-C, after which pdb calls it again."""
        try:
            super().cmdloop(intro)
        except KeyboardInterrupt:
            # Or the code that goes on afterwards would be taken for code that does not stop.
            self.shell_commands.interrupt_answered()
            raise

    def dispatch_return(self, frame: FrameType, arg: Any) -> Any:
        """A function returns; where that is the whole command, there is nothing more to debug."""
        result = super().dispatch_return(frame, arg)
        caller = frame.f_back
        if frame.f_code.co_name == "<module>" and caller is not None and is_own(caller.f_code.co_filename):
            sys.settrace(None)
            return None
        return result

    def get_stack(self, f: FrameType | None, t: TracebackType | None) -> tuple[list[tuple[FrameType, int]], int]:
        """The frames that `where` shows, and the place of the current one."""
        stack, current = super().get_stack(f, t)
        kept: list[tuple[FrameType, int]] = []
        place = 0
        for number, (frame, line) in enumerate(stack):
            if not is_own(frame.f_code.co_filename):
                kept.append((frame, line))
            elif frame.f_code.co_name == "call_magic" and kept:
                kept.pop()  # the line of the cell that is a magic
            elif kept and _starts_thread(kept[0][0]):
                kept.clear()
            if number <= current:
                place = len(kept) - 1
        return kept, max(place, 0)

    @classmethod
    def look_at(cls, error: BaseException) -> None:
        """Look at the frames in which an exception was raised.  Raises UsageError if there are none of the user's."""
        debugger = cls()
        trace = error.__traceback__
        if not debugger.get_stack(None, trace)[0]:
            raise UsageError(f"{type(error).__name__} was raised in no code of yours")
        debugger.reset()
        # From 3.13 on pdb wants the exception itself, before that only its traceback.
        raised: Any = error if sys.version_info >= (3, 13) else trace
        debugger.interaction(None, raised)

    @classmethod
    def step_through(cls, source: str, names: dict[str, Any]) -> None:
        """Run source code under the debugger, from its first line on."""
        filename = "<debug>"
        code: CodeType = compile(source, filename, "exec", dont_inherit=True)
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        cls.run_code(code, names)

    @classmethod
    def run_code(cls, code: CodeType, names: dict[str, Any]) -> None:
        """Run code under the debugger, from its first line on."""
        cls().run(code, names)

    def message(self, msg: str) -> None:
        """Print what pdb has to say: values, file names, lines of source."""
        if is_terminal(self.stdout):
            msg = visible(msg, colours=True)
        super().message(msg)

    def error(self, msg: str) -> None:
        """Print what is wrong with a command of pdb's."""
        super().error(visible(msg))

    def _print_lines(
        self, lines: Iterable[str], start: int, breaks: Sequence[int] = (), frame: FrameType | None = None
    ) -> None:
        shown = coloured_lines(self.shell_commands.settings, lines, sys.stdout)
        super()._print_lines(shown, start, breaks, frame)


def debugger_for(commands: Debugged) -> type[Debugger]:
    """The debugger of those commands: a class, as pdb.Pdb is one."""
    return type("Debugger", (Debugger,), {"shell_commands": commands})


def _starts_thread(frame: FrameType) -> bool:
    return frame.f_code.co_filename == threading.__file__


def _own_startup() -> list[str]:
    try:
        with open(os.path.expanduser("~/.pdbrc"), encoding="utf-8") as file:
            return file.readlines()
    except (OSError, ValueError):
        return []
