"""Texts of values: as repr() makes them, how wide they are, and as much of them as is shown."""

from __future__ import annotations


def cut_text(text: str, lines: int) -> tuple[str, bool]:
    """As much of the text as is shown (so many lines, 100 times as many characters; 0: all), and whether it is cut."""
    if not lines:
        return text, False
    kept = text[: 100 * lines]
    if kept.count("\n") >= lines:
        kept = "\n".join(kept.split("\n", lines)[:lines])
    return kept, len(kept) < len(text)


def safe_repr(value: object) -> str:
    """repr(), which is a string even if somebody has replaced builtins.repr."""
    text = repr(value)
    return text if isinstance(text, str) else object.__repr__(value)


def columns(text: str) -> int:
    """How wide the last line of a text is in a terminal."""
    last = text.rpartition("\n")[2]
    if last.isascii():
        return len(last)
    from wcwidth import wcswidth

    width: int = wcswidth(last)
    return width if width >= 0 else len(last)
