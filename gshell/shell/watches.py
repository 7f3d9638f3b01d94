"""Watched expressions: each stays with the function in which it was first known, whatever that calls."""

from __future__ import annotations

from collections.abc import Sequence
from types import CodeType, FrameType

from gshell.shell.looks import Looks


class Watches:
    """Evaluates them.  In the thread of a visit."""

    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        # For each expression the outermost function that ran then, and the one in which it was known.
        self._homes: dict[str, tuple[CodeType, CodeType]] = {}

    def values(self, expressions: Sequence[str], frames: Sequence[FrameType], looked_at: FrameType) -> list[str]:
        """What they are, in a few characters each.  Raises KeyboardInterrupt.

        `frames`: those of the user's code, the innermost first.  A new expression belongs to the next function from
        `looked_at` outward that knows its names, for as long as the same command runs.
        """
        self._homes = {each: home for each, home in self._homes.items() if each in expressions}
        outward = frames[frames.index(looked_at) :]
        return [self._value(each, frames, outward) for each in expressions]

    def _value(self, expression: str, frames: Sequence[FrameType], outward: Sequence[FrameType]) -> str:
        outermost, home = self._homes.get(expression, (None, None))
        is_new = outermost is not frames[-1].f_code
        at_home = [] if is_new else [each for each in frames if each.f_code is home][:1]
        for frame in at_home or outward:
            try:
                text = self._looks.value(expression, frame)
            except NameError:
                continue
            if is_new:
                self._homes[expression] = frames[-1].f_code, frame.f_code
            return text
        return NameError.__name__
