"""What the keys that were typed while a command runs come to, as far as that can be said before the prompt gets them.

They are kept as they came, for `input()` or the prompt.  Here they are text: to be shown meanwhile, and for the arrow
keys if Ctrl-C drops them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

END_OF_FILE = b"\x04"  # Ctrl-D
_KEYS = re.compile(
    rb"\x1b\[200~(?P<paste>.*?)(?:\x1b\[201~|\Z)"
    rb"|(?P<enter>[\r\n])"
    rb"|(?P<other>\x1b(?:\[[\d;?]*[ -/]*[@-~]|O.|.)?)"  # an arrow, Alt and a letter, ...
    rb"|(?P<erase>[\x7f\x08])|(?P<clear>\x15)|(?P<word>\x17)"
    rb"|(?P<text>[^\r\n\x1b\x7f\x08\x15\x17]+)",
    re.DOTALL,
)
RETURN = " ⏎ "
"""What is shown for Enter."""


def as_sent(text: str, *, paste: bool) -> bytes:
    """What the terminal has sent for a key, or for a text that was pasted."""
    return (f"\x1b[200~{text}\x1b[201~" if paste else text).encode(errors="surrogateescape")


def _keys(data: bytes) -> Iterator[tuple[str, str, int]]:
    """Of each key, or text: what it is, its text, and where it ends in `data`."""
    for match in _KEYS.finditer(data):
        kind = match.lastgroup or "paste"
        yield kind, match[kind].decode(errors="replace"), match.end()


def typed_lines(data: bytes) -> list[str]:
    """The lines that were typed, without those keys that only the prompt understands; the last one has no Enter yet.

    A text that was pasted is in one of them, and may have line breaks.
    """
    lines = [""]
    for kind, text, _ in _keys(data):
        if kind == "enter":
            lines.append("")
        elif kind == "erase":
            lines[-1] = lines[-1][:-1]
        elif kind == "clear":
            lines[-1] = ""
        elif kind == "word":
            lines[-1] = re.sub(r"\S*\s*\Z", "", lines[-1])
        elif kind in ("paste", "text"):
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            lines[-1] += "".join(each for each in text if each.isprintable() or each in "\t\n")
    return lines


def shown(data: bytes) -> str:
    """What was typed, in one line."""
    return RETURN.join(typed_lines(data)).replace("\n", RETURN).replace("\t", " ")


def split(data: bytes) -> tuple[bytes, bytes]:
    """What was typed up to the last Enter, and the rest, which runs nothing."""
    end = max((end for kind, _, end in _keys(data) if kind == "enter"), default=0)
    return data[:end], data[end:]


def cells(data: bytes, is_complete: Callable[[str], bool]) -> list[str]:
    """The cells that the prompt would have made of what was typed up to the last Enter."""
    found: list[str] = []
    begun: list[str] = []
    for line in typed_lines(data)[:-1]:
        begun.append(line)
        text = "\n".join(begun)
        if not text.strip():
            begun.clear()
        elif is_complete(text):
            found.append(text.rstrip())
            begun.clear()
    return found + ["\n".join(begun).rstrip()] * bool(begun)


def control_key(name: str) -> bytes:
    """What the terminal sends for a key of the settings: "c-g"; nothing for one that there is not."""
    return bytes([ord(name[2]) & 0x1F]) if re.fullmatch("c-[a-z]", name) else b""
