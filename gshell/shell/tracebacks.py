"""Tracebacks as the user should see them: with their source, in colour, and without the shell's own frames.

How an exception is chained to others, what a group holds, its notes, a syntax error's own lines: all that is Python's,
from `traceback.TracebackException`.  Only how a frame looks is ours.  (stack_data, which IPython uses, knows the
expression that was executed by parsing the whole file anew; since 3.11 the compiler has noted that in the code.)
"""

from __future__ import annotations

import functools
import io
import itertools
import linecache
import math
import os
import re
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from types import BuiltinFunctionType, FrameType, FunctionType, ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, TextIO

import gshell
from gshell.settings import Settings
from gshell.shell.colouring import is_terminal

if TYPE_CHECKING:
    from pygments.formatter import Formatter
    from pygments.lexer import Lexer

MODES = ("plain", "context", "verbose", "minimal")
"""How much a traceback shows: as Python does; lines around; values of variables, too; or only what went wrong."""
AROUND = 2
"""Lines of source that are shown before and after the one that was executed."""
ENDS = 3, 15
"""Frames that are shown at each end of a very long traceback: if the rest is the same again; if not."""
LINE = 400
"""Characters of a line of source that are shown."""

_OWN = os.path.dirname(os.path.abspath(gshell.__file__)) + os.sep
_STDLIB = os.path.dirname(os.path.abspath(traceback.__file__)) + os.sep
_PACKAGES = re.compile(r"[\\/](?:site|dist)-packages[\\/]")
_FROZEN = "<frozen importlib"
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")

_settings = Settings()


def use_settings(settings: Settings) -> None:
    """Have all tracebacks follow these settings."""
    global _settings
    _settings = settings


def print_exception(error: BaseException, file: TextIO, mode: str = "") -> None:
    """Print the traceback of `error` to `file`.  From any thread.

    `mode` is one of MODES ("verbose": in the worker only, since it calls the repr of the user's objects), or "" for
    what the settings say without calling any.  A file that is not a terminal, and that programs may read, gets what
    Python prints, without colours.
    """
    terminal = is_terminal(file)
    mode = mode or _settings.tracebacks.replace("verbose", "context")
    text = format_exception(error, mode if terminal or mode == "minimal" else "plain")
    if terminal and _settings.colors != "none":
        with suppress(Exception):  # no file can be opened, say, and so nothing imported: that is what it may be about
            text = _coloured(text, _settings.colors)
    file.write(text)
    flush(file)


def flush(stream: Any) -> None:
    """Flush a stream, which may be the user's own and have no more than write()."""
    if stream is not None and not getattr(stream, "closed", False) and hasattr(stream, "flush"):
        stream.flush()


def format_exception(error: BaseException, mode: str = "plain") -> str:
    """The traceback of `error` and of the exceptions that it is chained to or made of, as text."""
    if isinstance(error, KeyboardInterrupt) and mode != "minimal":
        mode = "plain"
    while True:
        try:
            return _format(error, mode)
        except KeyboardInterrupt:  # a repr takes too long
            if mode != "verbose":
                raise
            mode = "context"
        except Exception as broken:  # a hostile exception: one whose attributes or __str__ raise
            if mode == "plain":
                return f"{type(error).__name__} (and its traceback could not be made: {type(broken).__name__})\n"
            mode = "plain"


def user_traceback(trace: TracebackType | None) -> TracebackType | None:
    """The traceback from the first frame on that is not the shell's own: what a debugger should start with."""
    while trace is not None and is_own(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def is_own(filename: str) -> bool:
    """Whether a file is one of the shell's."""
    return filename.startswith(_OWN)


def _format(error: BaseException, mode: str) -> str:
    shown = traceback.TracebackException.from_exception(error)
    if mode == "minimal":
        return "".join(shown.format_exception_only())
    _arrange(shown, error, mode, set())
    return "".join(shown.format())


def _arrange(shown: traceback.TracebackException, error: BaseException | None, mode: str, seen: set[int]) -> None:
    """Have the frames of `shown`, which was made of `error`, and of its relatives, look as they should."""
    if id(shown) in seen:
        return
    seen.add(id(shown))
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)] if error is not None else []
    known = frames if len(frames) == len(shown.stack) else [None] * len(shown.stack)  # not if sys.tracebacklimit is set
    kept: list[tuple[traceback.FrameSummary, FrameType | None]] = []
    for summary, frame in zip(shown.stack, known, strict=True):
        if not is_own(summary.filename):
            kept.append((summary, frame))
        elif summary.name == "call_magic" and kept:
            kept.pop()  # the line of the cell that is a magic, like `run script.py`: its Python is ours
    if isinstance(error, SyntaxError | ImportError):
        kept = [pair for pair in kept if not pair[0].filename.startswith(_FROZEN)]
    if isinstance(error, KeyboardInterrupt):
        kept = [pair for pair in kept if not is_library(pair[0].filename)] or kept
    shown.stack = _Frames(kept, mode)
    for name in ("__cause__", "__context__"):
        if getattr(shown, name) is not None:
            _arrange(getattr(shown, name), getattr(error, name, None), mode, seen)
    members: Sequence[BaseException | None] = getattr(error, "exceptions", ())
    for number, member in enumerate(shown.exceptions or ()):
        _arrange(member, members[number] if number < len(members) else None, mode, seen)


class _Frames(traceback.StackSummary):
    """The frames of a traceback, in one of the modes."""

    def __init__(self, frames: Iterable[tuple[traceback.FrameSummary, FrameType | None]], mode: str) -> None:
        pairs = list(frames)
        super().__init__(summary for summary, _ in pairs)
        self._mode = mode
        self._frames = {id(summary): frame for summary, frame in pairs}

    def format(self, **options: Any) -> list[str]:
        """The texts of the frames; of a recursion, those at its ends."""
        if len(self) <= 3 * max(ENDS) or self._is_simple_recursion():
            return self._format(self, options)
        for count in ENDS:
            hidden = {(frame.filename, frame.lineno) for frame in self[count:-count]}
            again = hidden <= {(frame.filename, frame.lineno) for frame in [*self[:count], *self[-count:]]}
            if again:
                break
        what = "the same repeated" if again else "not shown"
        middle = f"  ... {len(self) - 2 * count} frames more, {what} ...\n"
        return [*self._format(self[:count], options), middle, *self._format(self[-count:], options)]

    def _is_simple_recursion(self) -> bool:
        """Whether Python itself makes it short: one line that calls itself."""
        changes = sum(
            (first.filename, first.lineno) != (second.filename, second.lineno)
            for first, second in itertools.pairwise(self)
        )
        return changes < 2 * max(ENDS)

    def _format(self, frames: Iterable[traceback.FrameSummary], options: dict[str, Any]) -> list[str]:
        part = _Part(frames)
        part.whole = self
        return traceback.StackSummary.format(part, **options)

    def of_frame(self, summary: traceback.FrameSummary) -> str | None:
        """The text of a frame; None: as Python has it."""
        if self._mode == "plain" or is_library(summary.filename):
            return None
        lines = _Source(summary)
        text = f'  File "{summary.filename}", line {summary.lineno}, in {summary.name}\n' + "".join(lines.marked())
        frame = self._frames.get(id(summary))
        if self._mode == "verbose" and frame is not None:
            text += "".join(_variables(frame, lines.text()))
        return text


class _Part(traceback.StackSummary):
    """Some of the frames."""

    whole: _Frames

    def format_frame_summary(self, frame_summary: traceback.FrameSummary, **options: Any) -> str:
        text = self.whole.of_frame(frame_summary)
        return super().format_frame_summary(frame_summary, **options) if text is None else text


class _Source:
    """The lines around the place that a frame has come to."""

    def __init__(self, place: traceback.FrameSummary) -> None:
        self._place = place
        self._line = place.lineno or 0
        lines = linecache.getlines(place.filename)
        first = max(1, self._line - AROUND)
        found = list(enumerate(lines[first - 1 : self._line + AROUND], first)) if 0 < self._line <= len(lines) else []
        while found and not found[-1][1].strip():
            found.pop()
        self._lines = [(number, line.rstrip("\n")) for number, line in found]

    def text(self) -> str:
        """The lines."""
        return "\n".join(line for _, line in self._lines)

    def marked(self) -> Iterator[str]:
        """The lines with their numbers, an arrow, and carets under the expression."""
        from gshell.shell.pretty import columns

        for number, line in self._lines:
            shown = line[:LINE].expandtabs()
            if number != self._line:
                yield f"{number:>7} {shown}".rstrip() + "\n"
                continue
            yield f"{'-' * max(1, 5 - len(str(number)))}> {number} {shown}\n"
            start, end = self._expression(line)
            if start < end <= LINE and line[start:end] != line.strip():
                before = columns(line[:start].expandtabs())
                yield " " * (8 + before) + "^" * (columns(line[:end].expandtabs()) - before) + "\n"

    def _expression(self, line: str) -> tuple[int, int]:
        """Where in the line the expression is that was executed; the compiler counts bytes."""
        place, data = self._place, line.encode(errors="surrogatepass")
        if place.colno is None or place.end_colno is None:
            return 0, 0
        one_line = place.end_lineno in (None, place.lineno)
        ends = (place.colno, place.end_colno if one_line else len(data.rstrip()))
        start, end = (len(data[:column].decode(errors="replace")) for column in ends)
        return start, end


def _variables(frame: FrameType, source: str) -> Iterator[str]:
    """The values of the variables that the source names."""
    for name in dict.fromkeys(_NAME.findall(source)):
        for names in (frame.f_locals, frame.f_globals):
            if name in names:
                value = names[name]
                if not isinstance(value, ModuleType | FunctionType | BuiltinFunctionType | type):
                    yield f"        {name} = {_value(value)}\n"
                break


def _value(value: object) -> str:
    """A value in a line, whatever its repr does."""
    from gshell.shell.pretty import Printer, printed

    printer = Printer(math.inf, limit=8, characters=120)
    try:
        text = re.sub(r"\s*\n\s*", " ", printed(value, printer))
        return text if not printer.cut or text.endswith("...") else f"{text}..."
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return f"<its repr raises {type(error).__name__}>"


def is_library(filename: str) -> bool:
    """Whether a file is of the standard library, or of an installed package."""
    return filename.startswith((_STDLIB, "<frozen ")) or bool(_PACKAGES.search(filename))


# Colours.

_MARGIN = re.compile(r"( *\| )?(.*)", re.DOTALL)  # of an exception in a group
_FILE = re.compile(r'(\s*File ".*", line \d+)(.*)')
_NUMBERED = re.compile(r"(-+> \d+ | +\d+ )(.*)")
_MARK = re.compile(r"[ ~^]*[~^]")
_CODE = re.compile(r"(\s{4,})(\S.*)")
_ERROR = re.compile(r"([^\W\d][\w.]*(?:<locals>[\w.]*)?)((?:: .*)?)")


def coloured_code(lines: Iterable[str], file: TextIO) -> list[str]:
    """Lines of Python in colour, if `file` is a terminal."""
    source = [line.rstrip("\n") for line in lines]
    if _settings.colors == "none" or not is_terminal(file):
        return source
    out = io.StringIO()
    _formatter(_settings.colors).format(_lexer().get_tokens("\n".join(source)), out)
    shown = out.getvalue().split("\n")
    return shown if len(shown) == len(source) else source


def _coloured(text: str, style: str) -> str:
    formatter, out = _formatter(style), io.StringIO()
    for line in text.splitlines(keepends=True):
        formatter.format(_tokens(line.rstrip("\n")), out)
        out.write(line[len(line.rstrip("\n")) :])
    return out.getvalue()


@functools.cache
def _formatter(style: str) -> Formatter[str]:
    from pygments.formatters.terminal256 import Terminal256Formatter
    from pygments.util import ClassNotFound

    try:
        return Terminal256Formatter(style=style)
    except ClassNotFound:
        return Terminal256Formatter()


@functools.cache
def _lexer() -> Lexer:
    from pygments.lexers.python import PythonLexer

    return PythonLexer(stripnl=False, ensurenl=False)


def _tokens(line: str) -> Iterator[tuple[Any, str]]:
    """A line of a traceback as pygments' formatters want it."""
    from pygments.token import Token

    margin, rest = _MARGIN.fullmatch(line).groups("")  # type: ignore[union-attr]
    yield Token.Text, margin
    if found := _FILE.fullmatch(rest):
        yield from zip((Token.Name.Namespace, Token.Name.Function), found.groups(), strict=True)
    elif _MARK.fullmatch(rest):
        yield Token.Generic.Error, rest
    elif found := _NUMBERED.fullmatch(rest) or _CODE.fullmatch(rest):
        yield Token.Literal.Number, found[1]
        yield from _lexer().get_tokens(found[2])
    elif found := _ERROR.fullmatch(rest):
        yield from zip((Token.Name.Exception, Token.Text), found.groups(), strict=True)
    else:
        yield Token.Text, rest
