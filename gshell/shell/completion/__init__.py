"""What can follow at the cursor: names, attributes, keys, arguments, modules, paths, magics.

complete() is quick, and knows the living objects; it runs no code of theirs (see static.py).  What it can't know that
way (`unresolved`), deduced.py reads out of the sources, with jedi, which may take seconds.  Both may be called in any
thread; neither belongs on one that reads keys.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from gshell.settings import Settings
from gshell.shell.completion import static
from gshell.shell.completion.files import escaped, last_word, modules, paths, programs
from gshell.shell.completion.scan import Scan, replaced_field, scan
from gshell.shell.completion.signatures import parameters_of
from gshell.shell.known_magics import KnownMagic
from gshell.shell.transform import CALL


class Completion(NamedTuple):
    """One thing that can follow."""

    text: str
    """What stands from `start` to the cursor then."""
    start: int
    kind: str = ""
    """What it is, in a word: for the menu."""
    shown: str = ""
    """What the menu shows, if that is not the text."""


@dataclass(frozen=True)
class Found:
    """What complete() has found."""

    completions: list[Completion]
    unresolved: int | None = None
    """Where the code starts that only deduced.py may know more about; None if nothing is missing."""


Namespace = Mapping[str, Any]
Magics = Mapping[str, KnownMagic]
NOTHING = Found([])

_COMMAND = re.compile(r"\s*(?:[\w\[\]., ]+=\s*)?(?P<escape>%%?|!)(?P<rest>.*)", re.DOTALL)
_AUTOMAGIC = re.compile(r"\s*(?P<name>[a-zA-Z]\w*)\s(?!\s*(?:[-+*/%&|^@<>]*=(?!=)|,|\(|\[))(?P<rest>.*)", re.DOTALL)
_FROM = re.compile(r"\s*from\s+(?P<package>[\w.]*)\Z")
_FROM_IMPORT = re.compile(r"\s*from\s+(?P<package>[\w.]+)\s+import\s+\(?(?:[\w\s,]*[,\s(])?(?P<name>\w*)\Z")
_FROM_WORD = re.compile(r"\s*from\s+[\w.]+\s+(?P<word>\w*)\Z")
_IMPORT = re.compile(r"\s*import\s+(?:[\w\s.,]*,\s*)?(?P<package>[\w.]*)\Z")
_WORDS = re.compile(r"(?<![\w.])[^\W\d]\w*")
_PATHS = re.compile(r"\b(file|files|path|paths|script|dir|directory|filename|script\.py)\b", re.IGNORECASE)


def complete(text: str, cursor: int, namespace: Namespace, magics: Magics, automagic: bool = True) -> Found:
    """What can follow in `text` at `cursor`.

    `namespace` must not change meanwhile (a copy of the session's); `automagic` says whether `magics` work without %.
    Runs no code of the objects in it.
    """
    before = text[:cursor]
    seen = scan(before)
    return _command(before, seen, namespace, magics, automagic) or _python(
        before, 0, text[cursor:], namespace, magics, seen
    )


# Python.


def _python(
    before: str, offset: int, after: str, namespace: Namespace, magics: Magics, seen: Scan | None = None
) -> Found:
    """What can follow code: `before`, which starts at `offset` of the text."""
    seen = seen or scan(before)
    if seen.comment:
        return NOTHING
    if seen.string is not None:
        field = replaced_field(before, seen.string)
        if field is not None:
            return _python(before[field:], offset + field, after, namespace, magics)
        return _in_string(before, offset, after, namespace, seen)
    if imports := _imports(before, offset, seen):
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
    names = _matching(static.names(thing), prefix)
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
        found.update({name: Completion(name, at, "param") for name in _matching(dict.fromkeys(left), prefix)})
    if seen.bracket == "[" and not prefix and before[:start].endswith("["):
        for key in _keys(seen.expression_before(seen.brackets[-1]), namespace):
            if type(key) in (str, int, bytes, bool, float):
                found[repr(key)] = Completion(_closed(repr(key), "", after), at, "key", repr(key))
    ours = static.written(namespace)
    words = {word: static.MISSING for word in _WORDS.findall(before[:start]) if not keyword.iskeyword(word)}
    built_in = {**dict.fromkeys((*keyword.kwlist, *keyword.softkwlist), static.MISSING), **builtins.__dict__}
    built_in.pop(CALL, None)
    # Under the same name: what is in the namespace comes first, and is what the name means.
    for names in (ours, words, built_in):
        for name, kind in static.kinds(_matching(names, prefix)):
            found.setdefault(name, Completion(name, at, "keyword" if keyword.iskeyword(name) else kind))
    return Found(list(found.values()), unresolved)


def _magics_without_mark(prefix: str, at: int, found: list[Completion], magics: Magics) -> list[Completion]:
    """The magics that can begin a line, without those that a name in `found` hides."""
    hidden = {each.text for each in found}
    names = _matching({name: magic for name, magic in magics.items() if magic.line}, prefix)
    return [Completion(name, at, "magic") for name in names if name.isidentifier() and name not in hidden]


def _is_value(before: str) -> bool:
    """Whether what follows is the value of an argument that has a name, or the rest of an expression."""
    return before.rstrip()[-1:] not in ("(", ",")


def _matching(names: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Those that begin with the prefix, sorted; where there are none, those that do if case does not count.

    Names that begin with an underscore are for those who type it, and the same for two.
    """
    hidden = "__" if prefix.startswith("_") and not prefix.startswith("__") else "_" if not prefix else ""
    found = [name for name in names if name.startswith(prefix) and not (hidden and name.startswith(hidden))]
    if not found and prefix:
        small = prefix.lower()
        found = [name for name in names if name.lower().startswith(small)]
    return {name: names[name] for name in sorted(found, key=lambda name: (name.lower(), name))}


def _imports(before: str, offset: int, seen: Scan) -> Found | None:
    opened = seen.brackets[0] if seen.brackets else len(before)
    line = before[max(before.rfind("\n", 0, opened), before.rfind(";", 0, opened)) + 1 :]
    if match := _FROM_IMPORT.fullmatch(line):
        return _members(match["package"], match["name"], offset + len(before))
    if match := _FROM_WORD.fullmatch(line):
        word = match["word"]
        found = [Completion("import", offset + len(before) - len(word), "keyword")] if "import".startswith(word) else []
        return Found(found)
    match = _FROM.fullmatch(line) or _IMPORT.fullmatch(line)
    if match is None:
        return None
    package, _, prefix = match["package"].rpartition(".")
    start = offset + len(before) - len(prefix)
    if match["package"].startswith("."):
        return NOTHING
    names = _matching(dict.fromkeys(modules(package)), prefix)
    return Found([Completion(name, start, "module") for name in names])


def _members(package: str, prefix: str, end: int) -> Found:
    """What can be imported from a module."""
    import sys

    loaded = sys.modules.get(package)
    names: dict[str, Any] = dict.fromkeys(modules(package), sys)
    if loaded is not None:
        thing = static.known(loaded)
        names |= static.written(static.instance_dict(loaded))
        names |= {name: what for name, what in static.names(thing).items() if name not in names and name[:2] != "__"}
    found = [Completion(name, end - len(prefix), kind) for name, kind in static.kinds(_matching(names, prefix))]
    return Found(found, None if loaded is not None else 0)


# Strings.


def _in_string(before: str, offset: int, after: str, namespace: Namespace, seen: Scan) -> Found:
    string = seen.string
    assert string is not None
    typed = before[string.inside :]
    opened = seen.brackets[-1] if seen.bracket == "[" else -1
    if opened >= 0 and not before[opened + 1 : string.start].strip() and "f" not in string.prefix.lower():
        kind = bytes if "b" in string.prefix.lower() else str
        keys = [key for key in _keys(seen.expression_before(opened), namespace) if type(key) is kind]
        found = []
        for key in keys:
            written = _as_written(key, string.quote, string.prefix)
            if written is not None and written.startswith(typed):
                found.append(Completion(_closed(written, string.quote, after), offset + string.inside, "key", written))
        if found:
            return Found(found)
    if len(string.quote) == 3 or "\n" in typed:
        return NOTHING
    start = offset + string.inside + typed.rfind("/") + 1
    names = [name for name in paths(typed) if string.quote not in name and "\\" not in name]
    return Found([Completion(name, start, "path") for name in names])


def _keys(expression: str, namespace: Namespace) -> list[Any]:
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


def _closed(written: str, quote: str, after: str) -> str:
    """A key with what ends the subscript, as far as it is not there yet."""
    if after.startswith(quote + "]"):
        return written
    return f"{written}{quote}]" if not after.strip() or after[0] in ")],:\n " else written


# Commands.


def _command(before: str, seen: Scan, namespace: Namespace, magics: Magics, automagic: bool) -> Found | None:
    """What can follow in a line that is not Python: a magic, or a command of the system."""
    start = before.rfind("\n") + 1
    line = before[start:]
    if any(opened < start for opened in seen.brackets):
        return None
    match = _COMMAND.fullmatch(line)
    if match is not None:
        at = start + match.start("rest")
        if match["escape"] == "!":
            return _system(match["rest"], at)
        if match["escape"] == "%%" and start:
            return None
        return _magic(match["rest"], at, match["escape"] == "%%", namespace, magics)
    match = _AUTOMAGIC.fullmatch(line)
    if match is None or not automagic or "\n" in before.strip("\n"):
        return None
    name = match["name"]
    magic = magics.get(name)
    if magic is None or not magic.line or name in namespace:
        return None
    return _arguments(name, match["rest"], start + match.start("rest"), namespace, magics)


def _magic(typed: str, at: int, cell: bool, namespace: Namespace, magics: Magics) -> Found:
    name, space, rest = typed.partition(" ")
    if space:
        return _arguments(name, rest, at + len(name) + 1, namespace, magics)
    names = [each for each, magic in magics.items() if (magic.cell if cell else magic.line) and each.isidentifier()]
    mark = "%%" if cell else "%"
    found = _matching(dict.fromkeys(names), name)
    return Found([Completion(mark + each, at - len(mark), "magic") for each in found])


_DIRECTORIES = ("cd", "pushd")
_FILES = (
    "run",
    "load",
    "edit",
    "save",
    "writefile",
    "logstart",
    "ls",
    "cat",
    "less",
    "more",
    "rm",
    "cp",
    "mv",
    "mkdir",
)


def _arguments(name: str, rest: str, at: int, namespace: Namespace, magics: Magics) -> Found:
    """What can follow the name of a magic."""
    magic = magics.get(name)
    word = (rest[len(rest.rstrip()) :] and "") or rest.split(" ")[-1]
    if magic is not None and word.startswith("-"):
        options = [option for option in magic.options if option.startswith(word)]
        return Found([Completion(option, at + len(rest) - len(word), "option") for option in sorted(options)])
    if name == "config":
        return _setting(rest, at)
    if name in _DIRECTORIES:
        return Found(_paths_in(rest, at, lambda name: False))
    if name == "run":
        scripts = _paths_in(rest, at, lambda name: name.endswith((".py", ".ipy", ".pyw")))
        # Its arguments may be any files.
        return Found(scripts if len(_words(rest)) <= 1 else _paths_in(rest, at))
    if name in _FILES or (magic is not None and _PATHS.search(magic.usage) and not magic.verbatim):
        return Found(_paths_in(rest, at))
    if magic is not None and magic.command:
        return _system(rest, at)
    return _python(rest, at, "", namespace, magics)


def _words(rest: str) -> list[str]:
    """The words that are no options."""
    return [word for word in (f"{rest}." if rest[-1:] in (" ", "") else rest).split() if not word.startswith("-")]


def _setting(rest: str, at: int) -> Found:
    from dataclasses import fields

    names = [each.name for each in fields(Settings) if each.name.startswith(rest)]
    return Found([Completion(name, at, "setting") for name in names])


def _system(line: str, at: int) -> Found:
    word, _, quote = last_word(line)
    command = re.split(r"[|;&]", line)[-1].lstrip()
    if "/" not in word and not quote and not re.search(r"\s", command):
        found = [Completion(name, at + len(line) - len(word), "program") for name in programs(word)] if word else []
        if found:
            return Found(found)
    return Found(_paths_in(line, at))


def _paths_in(line: str, at: int, wanted: Callable[[str], bool] = lambda name: True) -> list[Completion]:
    word, start, quote = last_word(line)
    return [Completion(escaped(name, quote), at + start, "path", name) for name in paths(word, wanted)]
