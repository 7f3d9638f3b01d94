"""What can only be read out of sources: jedi's part.

jedi has an Interpreter, which takes the living namespace.  It is not used: whatever its settings say it calls dir(),
bool(), iter() and repr() of the objects, and gets their attributes, all on a thread where nothing could break the
user's code.  Instead jedi sees a script: what was typed, behind a few lines that say what the names in it are (`import
numpy as np`; `df: DataFrame`; the cells that functions came from).  That is as good, since what living objects have is
known already when jedi is asked (static.py), and it can't run anything of the user's.
"""

from __future__ import annotations

import errno
import linecache
import os
import re
import sys
import types
from _thread import allocate_lock
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from gshell.paths import cache_dir, is_private, make_private
from gshell.shell.completion import static
from gshell.shell.completion.found import Completion
from gshell.shell.completion.signatures import Call, Shown
from gshell.shell.completion.static import MISSING

T = TypeVar("T")

_NAMES = re.compile(r"(?<![\w.])[^\W\d]\w*")
_ALIAS = "_gshell_"  # begins the names that are not the user's
_importing = allocate_lock()
_asking = allocate_lock()  # jedi has caches, and is for one thread


def load() -> Any:
    """Import jedi, and return it.  Takes a moment the first time."""
    with _importing:
        # It sets the limit to 3000 when it is imported, for the user's code as well.
        limit = sys.getrecursionlimit()
        import jedi

        sys.setrecursionlimit(limit)
        # What it would import, and so run, instead of reading: "gi", from wherever that is found.
        jedi.settings.auto_import_modules = []
        if jedi.settings.cache_directory != _cache():
            jedi.settings.cache_directory = _cache()
        return jedi


@lru_cache
def _cache() -> str:
    """A directory of our own for what jedi has parsed: what is broken there may be removed, see _retrying().

    Where it can't be made (a home that can only be read: jedi would fail then) one for this session; and where somebody
    else can write to it: what jedi reads there are pickles, which run code.
    """
    path = cache_dir() / "jedi"
    try:
        make_private(path)
        if not is_private(path):
            raise PermissionError(errno.EPERM, "not the user's own", str(path))
        os.close(os.open(path / "writable", os.O_WRONLY | os.O_CREAT | os.O_NONBLOCK, 0o600))
    except OSError:
        import tempfile

        return tempfile.mkdtemp(prefix="gshell-")
    return str(path)


def _retrying(query: Callable[[], T]) -> T:
    """Ask jedi, when no other thread does, and once more without its cache, if that is broken.

    A file there is half written if another shell writes it now, or if one was ended while it did.  jedi fails for that,
    and would for good.
    """
    import pickle
    import shutil

    with _asking:
        try:
            return query()
        except (EOFError, pickle.UnpicklingError, AttributeError):
            load().cache.clear_time_caches(delete_all=True)
            shutil.rmtree(_cache(), ignore_errors=True)
            return query()


def complete(code: str, cursor: int, offset: int, namespace: Mapping[str, Any]) -> list[Completion]:
    """What can follow in `code` at `cursor`; the code starts at `offset` of the text.  May take seconds."""
    return _retrying(lambda: _complete(code, cursor, offset, namespace))


def _complete(code: str, cursor: int, offset: int, namespace: Mapping[str, Any]) -> list[Completion]:
    script, line, column = _script(code, cursor, namespace)
    prefix = re.search(r"\w*\Z", code[:cursor])
    typed = prefix[0] if prefix else ""
    line_before = code[: cursor - len(typed)].rpartition("\n")[2]
    names = not line_before.rstrip().endswith(".") and not re.search(r"\bimport\b", line_before)
    found = []
    for each in script.complete(line, column):
        name = each.name_with_symbols
        if name.startswith(_ALIAS) or (name.startswith("_") and not typed.startswith("_")):
            continue
        if name.startswith("__") and not typed.startswith("__"):
            continue
        if names and each.type != "param":
            continue  # complete() has found them
        found.append(Completion(name, offset + cursor - len(typed), each.type))
    exact = [each for each in found if each.text.startswith(typed)]
    return sorted(exact or found, key=lambda each: (each.kind != "param", each.text.lower()))


def signature(call: Call, code: str, cursor: int, namespace: Mapping[str, Any]) -> Shown | None:
    """The signature of the call that the cursor is in.  May take seconds."""
    return _retrying(lambda: _signature(call, code, cursor, namespace))


def _signature(call: Call, code: str, cursor: int, namespace: Mapping[str, Any]) -> Shown | None:
    script, line, column = _script(code, cursor, namespace)
    for each in script.get_signatures(line, column):
        parameters = tuple(" ".join(parameter.to_string().split()) for parameter in each.params)
        return Shown(call.callee, parameters, -1 if each.index is None else each.index)
    return None


def _script(code: str, cursor: int, namespace: Mapping[str, Any]) -> tuple[Any, int, int]:
    jedi = load()
    from jedi.api.environment import InterpreterEnvironment

    before = introduction(code, namespace)
    project = jedi.Project(".", sys_path=[path for path in list(sys.path) if type(path) is str], smart_sys_path=False)
    # In this process: another one would be ended by Ctrl-C, and could not know what the user has installed meanwhile.
    script = jedi.Script(before + code, project=project, environment=InterpreterEnvironment())
    above, _, line = (before + code[:cursor]).rpartition("\n")
    return script, above.count("\n") + 2 if before or "\n" in code[:cursor] else 1, len(line)


def introduction(code: str, namespace: Mapping[str, Any]) -> str:
    """Lines of Python that say what the names in the code are."""
    lines: list[str] = []
    described: set[str] = set()
    _describe(code, namespace, lines, described)
    return "".join(f"{line}\n" for line in lines)


def _describe(code: str, namespace: Mapping[str, Any], lines: list[str], described: set[str]) -> None:
    for name in dict.fromkeys(_NAMES.findall(code)):
        value = namespace.get(name, MISSING)
        if value is MISSING or name in described:
            continue
        described.add(name)
        cell = _cell(value)
        if cell and cell not in described:
            described.add(cell)
            source = "".join(linecache.getlines(cell))
            _describe(source, namespace, lines, described)
            lines.append(source)
        elif not cell:
            lines += _statement(name, value)


def _cell(value: Any) -> str:
    """The name of the cell that a function or class was defined in, or ""."""
    functions = [value, *static.class_dict(value).values()] if static.is_class(value) else [value]
    for each in functions:
        if type(each) is types.FunctionType:
            file = each.__code__.co_filename
            return file if file.startswith("<In [") and len(linecache.cache.get(file, ())) == 4 else ""
    return ""


def _statement(name: str, value: Any) -> list[str]:
    if type(value) is types.ModuleType:
        module = static.instance_dict(value).get("__name__")
        if type(module) is str and sys.modules.get(module) is value and re.fullmatch(r"\w+(\.\w+)*", module):
            return [f"import {module} as {name}"]
        return []
    if place := _importable(value):
        return [f"from {place[0]} import {place[1]} as {name}"]
    kind = type(value)
    place = _importable(kind)
    if place is None:
        return []
    alias = f"{_ALIAS}{name}"
    lines = [f"from {place[0]} import {place[1]} as {alias}"]
    if place[0] == "builtins":  # jedi knows what list[...] is by this name only
        lines, alias = [], place[1]
    if static.one_of(kind, (list, tuple)) and value and (element := _importable(type(value[0]))):
        inside = f"{_ALIAS}{name}"
        lines.append(f"from {element[0]} import {element[1]} as {inside}")
        return [*lines, f"{name}: {alias}[{inside}{', ...' if kind is tuple else ''}]"]
    return [*lines, f"{name}: {alias}"]


def _importable(value: Any) -> tuple[str, str] | None:
    """The module and the name that a class or function can be imported from, or None."""
    if static.is_class(value):
        module, name = static.class_module(value), static.class_name(value)
    elif static.one_of(type(value), (types.FunctionType, types.BuiltinFunctionType)):
        module, name = value.__module__, value.__name__
    elif static.is_a(type(value), module="numpy", name="ufunc"):
        module, name = "numpy", value.__name__
    else:
        return None
    if type(module) is not str or type(name) is not str or module == "__main__":
        return None
    loaded = sys.modules.get(module)
    found = static.instance_dict(loaded).get(name) if type(loaded) is types.ModuleType else None
    return (module, name) if found is value and name.isidentifier() else None
