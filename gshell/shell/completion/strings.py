"""Completion in strings: keys of dictionaries and columns of tables, or else paths."""

from __future__ import annotations

from typing import Any

from gshell.shell.completion import static
from gshell.shell.completion.files import paths
from gshell.shell.completion.found import NOTHING, Completion, Found, Namespace
from gshell.shell.completion.scan import Scan


def in_string(before: str, offset: int, after: str, namespace: Namespace, seen: Scan) -> Found:
    """What can follow in a string: in a subscript, the keys; else paths."""
    string = seen.string
    assert string is not None
    typed = before[string.inside :]
    opened = seen.brackets[-1] if seen.bracket == "[" else -1
    if opened >= 0 and not before[opened + 1 : string.start].strip() and "f" not in string.prefix.lower():
        kind = bytes if "b" in string.prefix.lower() else str
        keys = [key for key in keys_of(seen.expression_before(opened), namespace) if type(key) is kind]
        found = []
        for key in keys:
            written = _as_written(key, string.quote, string.prefix)
            if written is not None and written.startswith(typed):
                found.append(Completion(closed(written, string.quote, after), offset + string.inside, "key", written))
        if found:
            return Found(found)
    if len(string.quote) == 3 or "\n" in typed:
        return NOTHING
    start = offset + string.inside + typed.rfind("/") + 1
    names = [name for name in paths(typed) if string.quote not in name and "\\" not in name]
    return Found([Completion(name, start, "path") for name in names])


def keys_of(expression: str, namespace: Namespace) -> list[Any]:
    """The keys of what an expression stands for, as far as that is known."""
    thing = static.resolve(expression, namespace) if expression else None
    return static.keys(thing) if thing is not None else []


def _as_written(key: str | bytes, quote: str, prefix: str) -> str | None:
    """A key as it is written between quotes, or None if it can't be."""
    text = repr(key).removeprefix("b")[1:-1]
    if quote in text or "\\" in text:
        if "r" in prefix.lower() or len(text) > 200:
            return None
        text = text.replace("\\'", "'").replace(quote, "\\" + quote)
    return text


def closed(written: str, quote: str, after: str) -> str:
    """A key with what ends the subscript, as far as it is not there yet."""
    if after.startswith(quote + "]"):
        return written
    return f"{written}{quote}]" if not after.strip() or after[0] in ")],:\n " else written
