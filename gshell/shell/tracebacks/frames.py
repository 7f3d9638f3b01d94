"""How the frames of a traceback look: the lines around, the expression that was executed, the values of variables.

stack_data, which IPython uses, knows that expression by parsing the whole file anew; since 3.11 the compiler has noted
it in the code.
"""

from __future__ import annotations

import itertools
import linecache
import math
import re
import traceback
from collections.abc import Iterable, Iterator
from types import BuiltinFunctionType, FrameType, FunctionType, ModuleType
from typing import Any

from gshell.code_origin import is_library

AROUND = 2
"""Lines of source that are shown before and after the executed line."""
ENDS = 3, 15
"""Frames that are shown at each end of a very long traceback: if the rest is the same again; if not."""
LINE = 400
"""Characters of a line of source that are shown."""

_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")


class Frames(traceback.StackSummary):
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
        return traceback.StackSummary.format(_Part(frames, self), **options)

    def of_frame(self, summary: traceback.FrameSummary) -> str | None:
        """The text of a frame; None: as Python has it."""
        if self._mode == "plain" or is_library(summary.filename):
            return None
        lines = Source(summary)
        text = f'  File "{summary.filename}", line {summary.lineno}, in {summary.name}\n' + "".join(lines.marked())
        frame = self._frames.get(id(summary))
        if self._mode == "verbose" and frame is not None:
            text += "".join(_variables(frame, lines.text()))
        return text


class _Part(traceback.StackSummary):
    """Some of the frames."""

    def __init__(self, frames: Iterable[traceback.FrameSummary], whole: Frames) -> None:
        super().__init__(frames)
        self._whole = whole

    def format_frame_summary(self, frame_summary: traceback.FrameSummary, **options: Any) -> str:
        text = self._whole.of_frame(frame_summary)
        return super().format_frame_summary(frame_summary, **options) if text is None else text


class Source:
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
        from gshell.shell.pretty import columns  # no start needs it

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
