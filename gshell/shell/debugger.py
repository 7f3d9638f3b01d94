"""The debugger: Python's own pdb, on this terminal, without the shell's frames.

`pdb.Pdb` is replaced when somebody imports pdb, so that `pdb.set_trace()`, `pdb.run()` and `pdb.pm()` are the same
debugger as `breakpoint()` and `%debug`.  Where there is a prompt, it is the one that edits the debugger's lines, too
(console/guests.py): the worker waits meanwhile as it does between two commands, so figures live on.  Where there is
none (`gshell run`), lines are read with input() and readline, as Python's pdb does.

A thread other than the worker, a callback on the GUI thread say, may come to a breakpoint, too.  It waits for its turn:
one debugger at a time looks at frames.
"""

from __future__ import annotations

import codeop
import linecache
import os
import pdb
import sys
import threading
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from types import CodeType, FrameType, TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from gshell.code_origin import is_library, is_own
from gshell.settings import Settings
from gshell.shell.colouring import coloured_lines
from gshell.shell.debugger_completion import completions
from gshell.shell.errors import UsageError
from gshell.shell.host import LineEditor, NoLineEditor
from gshell.streams import flush, is_terminal, visible
from gshell.threads.protection import completed, interruptible

if TYPE_CHECKING:
    from gshell.shell.completion import Completion


class Debugged(Protocol):
    """The commands in which code is debugged."""

    @property
    def settings(self) -> Settings:
        """The session's."""
        ...

    @property
    def line_editor(self) -> LineEditor | None:
        """Who edits a line; None: it is read as input() does."""
        ...

    def looks_here(self) -> bool:
        """Whether the calling thread runs a look at a command (looks.py), where the terminal can't be had."""
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
    turn: ClassVar[AbstractContextManager[object]]

    def __init__(self, *args: Any, **options: Any) -> None:
        # Never ./.pdbrc: no code is read from the directory that one happens to be in.
        read = options.pop("readrc", True)
        # Ctrl-C stays what it is, for code that goes on after `continue` as well: it breaks blocking calls, too.
        options.update(readrc=False, nosigint=True)
        super().__init__(*args, **options)
        # From 3.15 on pdb has an editor of its own, which would read beside the shell's prompt.
        self.pyrepl_input = None
        if read:
            self.rcLines: list[str] = _own_startup()

    def set_trace(self, frame: FrameType | None = None, **options: Any) -> None:
        """Stop in `frame`, at the next line.  From any thread.  Raises UsageError in a look."""
        self._refuse_in_look()
        frame = frame or sys._getframe().f_back
        while frame is not None and is_own(frame.f_code.co_filename) and frame.f_back is not None:
            frame = frame.f_back
        super().set_trace(frame, **options)
        self._leave_alone_the_shell(frame)

    def _refuse_in_look(self) -> None:
        if self.shell_commands.looks_here():
            raise UsageError("no debugger in a look; %debug stops the command in one, at its next line")

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

    def set_continue(self) -> None:
        """Go on until a breakpoint; who had the terminal before may have it again."""
        super().set_continue()
        if (editor := self._editor()) is not None:
            editor.go_on()

    # A Ctrl-C behind `continue` and Enter is meant for the code that goes on.  Raised while that line is still being
    # carried out, it would break the line off, and the code would not go on.
    @completed
    def interaction(self, *args: Any) -> None:
        """Read commands and carry them out, until the code is to go on.  Waits for its turn at the terminal."""
        self._refuse_in_look()
        editor = self.shell_commands.line_editor
        with self.turn, nullcontext() if editor is None else editor.visit():
            if not self.shell_commands.run_here():
                self.message(visible(f"--Thread {threading.current_thread().name}--"))
            super().interaction(*args)

    def cmdloop(self, intro: Any = None) -> None:
        """Read commands.  Raises KeyboardInterrupt for Ctrl-C, after which pdb calls it again."""
        editor = self._editor()
        try:
            if editor is not None:
                with suppress(NoLineEditor):
                    self._edited_cmdloop(editor)
                    return
            self._read_cmdloop(intro)
        except KeyboardInterrupt:
            # Or the code that goes on afterwards would be taken for code that does not stop.
            self.shell_commands.interrupt_answered()
            raise

    @interruptible
    def _read_cmdloop(self, intro: Any) -> None:
        """The same with input(), where Ctrl-C is at once for the prompt."""
        super().cmdloop(intro)

    def _edited_cmdloop(self, editor: LineEditor) -> None:
        """What cmd.Cmd.cmdloop() does, with lines from the shell's own editor."""
        self.preloop()
        stop: Any = None
        while not stop:
            line = self._edited_line(editor, self.prompt)
            line = self.precmd(line)
            stop = self.postcmd(self.onecmd(line), line)
        self.postloop()

    def _edited_line(self, editor: LineEditor, prompt: str) -> str:
        if self.cmdqueue:
            return str(self.cmdqueue.pop(0))
        flush(sys.stdout)
        try:
            line, *more = editor.read(prompt, self._completions).split("\n")
        except EOFError:
            return "EOF"
        self.cmdqueue[:0] = more  # a text that was pasted
        return line

    def default(self, line: str) -> None:
        """Execute a statement, of one line or (from 3.13 on in Python's own, by input()) of several."""
        editor = self._editor()
        if editor is not None:
            line = line.removeprefix("!").strip() if line.startswith("!") else line
            with suppress(Exception):  # pdb shows what is wrong with it
                while codeop.compile_command(line if "\n" in line else f"{line}\n", "<stdin>", "single") is None:
                    more = self._edited_line(editor, "...   ")
                    if more == "EOF":
                        return
                    line = f"{line}\n{more}"
        super().default(line)

    def _editor(self) -> LineEditor | None:
        """Who edits the lines here, if it is not input()."""
        editor = self.shell_commands.line_editor if self.use_rawinput and is_terminal(sys.stdin) else None
        return editor if is_terminal(sys.stdout) else None

    def _completions(self, text: str, cursor: int) -> list[Completion]:
        frame = self.curframe
        return completions(self, frame, self.curframe_locals, text, cursor) if frame is not None else []

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

    def message(self, msg: str, *end: str, **options: str) -> None:
        """Print what pdb has to say: values, file names, lines of source."""
        if is_terminal(self.stdout):
            msg = visible(msg, colours=True)
        super().message(msg, *end, **options)  # from 3.14 on: what comes at its end

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
    # Reentrant: code that is evaluated at its prompt may come to a breakpoint.  A worker that waits for it is
    # interrupted by Ctrl-C, as in any lock; one that is parked with it goes on if the GUI thread wants it (gate.py).
    return type("Debugger", (Debugger,), {"shell_commands": commands, "turn": threading.RLock()})


def _starts_thread(frame: FrameType) -> bool:
    return frame.f_code.co_filename == threading.__file__


def _own_startup() -> list[str]:
    try:
        with open(os.path.expanduser("~/.pdbrc"), encoding="utf-8") as file:
            return file.readlines()
    except (OSError, ValueError):
        return []
