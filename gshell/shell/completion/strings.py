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
    if "f" not in string.prefix.lower():
        kind = bytes if "b" in string.prefix.lower() else str
        keys = [key for key in keys_here(before, string.start, namespace, seen) if type(key) is kind]
        found = []
        for key in keys:
            written = _as_written(key, string.quote, string.prefix)
            if written is not None and written.startswith(typed):
                shut = closed(written, string.quote, after) if is_whole(before, string.start, seen) else written
                found.append(Completion(shut, offset + string.inside, "key", written))
        if found:
            return Found(found)
    if len(string.quote) == 3 or "\n" in typed:
        return NOTHING
    start = offset + string.inside + typed.rfind("/") + 1
    names = [name for name in paths(typed) if string.quote not in name and "\\" not in name]
    return Found([Completion(name, start, "path") for name in names])


def keys_here(before: str, end: int, namespace: Namespace, seen: Scan) -> list[Any]:
    """The keys that can be meant by what begins at `end`: in `d[`, in `df[["a", `, `df.loc[rows, `, `df.groupby(`."""
    brackets = seen.brackets
    if not brackets:
        return []
    opened, place = brackets[-1], _commas(before, brackets[-1], end, seen)
    within_list = before[opened] == "[" and not seen.expression_before(opened)
    if within_list:
        if len(brackets) < 2:
            return []
        opened, end = brackets[-2], opened
        place = _commas(before, opened, end, seen)
    if before[opened] == "[":
        return _keys_of(seen.expression_before(opened), place, namespace)
    return _columns_for(seen.expression_before(opened), namespace) if before[opened] == "(" else []


def _keys_of(expression: str, place: int, namespace: Namespace) -> list[Any]:
    """The keys of what an expression stands for, as far as that is known; behind `place` commas."""
    of, dot, indexer = expression.rpartition(".")
    thing = static.resolve(of, namespace) if dot and indexer in ("loc", "at") else None
    if thing is not None and static.kind_of_table(thing):
        return static.labels(thing, ("index", "columns")[place]) if place < 2 else []
    thing = static.resolve(expression, namespace) if expression and not place else None
    return static.keys(thing) if thing is not None else []


def _columns_for(callee: str, namespace: Namespace) -> list[Any]:
    """The columns of a table that are meant by an argument of its methods: all of them but those that write files."""
    of, _, method = callee.rpartition(".")
    of = of.removesuffix(".plot")  # df.plot.scatter(x=, but df.plot(x=, too
    thing = static.resolve(of, namespace) if of else None
    if thing is None or static.kind_of_table(thing) != "DataFrame" or method.startswith("to_"):
        return []
    return static.labels(thing)


def _commas(before: str, opened: int, end: int, seen: Scan) -> int:
    """How many commas there are between an open bracket and a place, without those in closed brackets and strings."""
    count, at = 0, end
    while at > opened + 1:
        if at in seen.starts:
            at = seen.starts[at]
            continue
        at -= 1
        count += before[at] == ","
    return count


def is_whole(before: str, start: int, seen: Scan) -> bool:
    """Whether a key that begins here is all that stands in the brackets of a subscript: it can be closed, then."""
    opened = seen.brackets[-1] if seen.bracket == "[" else -1
    if opened < 0 or not seen.expression_before(opened):
        return False
    indexer = seen.expression_before(opened).rpartition(".")[2]
    return not before[opened + 1 : start].strip() and indexer not in ("loc", "at")


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
