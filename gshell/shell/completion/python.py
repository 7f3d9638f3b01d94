"""Completion in Python: attributes, names, arguments of the call that is being typed, keys in brackets."""

from __future__ import annotations

import builtins
import keyword
import re

from gshell.shell.completion import static
from gshell.shell.completion.found import NOTHING, Completion, Found, Magics, Namespace, matching
from gshell.shell.completion.imports import in_import
from gshell.shell.completion.scan import Scan, replaced_field, scan
from gshell.shell.completion.signatures import parameters_of
from gshell.shell.completion.strings import closed, in_string, is_whole, keys_here
from gshell.shell.transform import CALL

_WORDS = re.compile(r"(?<![\w.])[^\W\d]\w*")


def python(
    before: str, offset: int, after: str, namespace: Namespace, magics: Magics, seen: Scan | None = None
) -> Found:
    """What can follow code: `before`, which starts at `offset` of the text."""
    seen = seen or scan(before)
    if seen.comment:
        return NOTHING
    if seen.string is not None:
        field = replaced_field(before, seen.string)
        if field is not None:
            return python(before[field:], offset + field, after, namespace, magics)
        return in_string(before, offset, after, namespace, seen)
    if imports := in_import(before, offset, seen):
        return imports
    start = seen.word_start()
    prefix = before[start:]
    if prefix[:1].isdigit():
        return NOTHING
    dot = before[:start].rstrip(" \t")
    if dot.endswith("."):
        return _attributes(seen.expression_before(len(dot) - 1), prefix, offset + start, offset, namespace)
    found = _names(before, start, prefix, offset, after, namespace, seen)
    if prefix and before[:start].rpartition("\n")[2].strip() == "":
        found.completions.extend(_magics_without_mark(prefix, offset + start, found.completions, magics))
    return found


def _attributes(expression: str, prefix: str, start: int, offset: int, namespace: Namespace) -> Found:
    if not expression or expression.isdigit():
        return NOTHING
    thing = static.resolve(expression, namespace)
    if thing is None:
        return Found([], offset)
    names = matching(static.names(thing), prefix)
    return Found([Completion(name, start, kind) for name, kind in static.kinds(names)])


def _names(before: str, start: int, prefix: str, offset: int, after: str, namespace: Namespace, seen: Scan) -> Found:
    at = offset + start
    found: dict[str, Completion] = {}
    unresolved: int | None = None
    callee = seen.expression_before(seen.brackets[-1]) if seen.bracket == "(" else ""
    if callee and not keyword.iskeyword(callee) and not _is_value(before[:start]):
        thing = static.resolve(callee, namespace)
        parameters = None if thing is None else parameters_of(thing)
        if parameters is None:
            unresolved = offset
        given = set(re.findall(r"(\w+)\s*=(?!=)", before[seen.brackets[-1] :]))
        left = [f"{name}=" for name in parameters or () if name not in given]
        found.update({name: Completion(name, at, "param") for name in matching(dict.fromkeys(left), prefix)})
    if seen.bracket == "[" and not prefix and before[:start].rstrip(" ")[-1:] in ("[", ","):
        for key in keys_here(before, start, namespace, seen):
            if type(key) in (str, int, bytes, bool, float):
                shut = closed(repr(key), "", after) if is_whole(before, start, seen) else repr(key)
                found[repr(key)] = Completion(shut, at, "key", repr(key))
    ours = static.written(namespace)
    words = {word: static.MISSING for word in _WORDS.findall(before[:start]) if not keyword.iskeyword(word)}
    built_in = {**dict.fromkeys((*keyword.kwlist, *keyword.softkwlist), static.MISSING), **builtins.__dict__}
    built_in.pop(CALL, None)
    # Under the same name: what is in the namespace comes first, and is what the name means.
    for names in (ours, words, built_in):
        for name, kind in static.kinds(matching(names, prefix)):
            found.setdefault(name, Completion(name, at, "keyword" if keyword.iskeyword(name) else kind))
    return Found(list(found.values()), unresolved)


def _magics_without_mark(prefix: str, at: int, found: list[Completion], magics: Magics) -> list[Completion]:
    """The magics that can begin a line, without those that a name in `found` hides."""
    hidden = {each.text for each in found}
    names = matching({name: magic for name, magic in magics.items() if magic.line and not magic.marked}, prefix)
    return [Completion(name, at, "magic") for name in names if name.isidentifier() and name not in hidden]


def _is_value(before: str) -> bool:
    """Whether what follows is the value of an argument that has a name, or the rest of an expression."""
    return before.rstrip()[-1:] not in ("(", ",")
