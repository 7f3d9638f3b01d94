"""The file that an object is from, and its source."""

from __future__ import annotations

import ast
import inspect
import linecache
import os
import sys
from collections.abc import Iterator
from typing import Any

from gshell.shell.attempt import attempt

_FUNCTIONS = (inspect.isroutine, inspect.isfunction, inspect.ismethod)
_WITH_CODE = (inspect.isfunction, inspect.ismethod, inspect.isclass, inspect.ismodule, inspect.iscode)


def file_of(value: object) -> str:
    """Where an object was defined, as the user would write it; empty if that is not known."""
    path = attempt(lambda: path_of(value), "")
    home = os.path.expanduser("~")
    return f"~{path[len(home) :]}" if path.startswith(home + os.sep) else path


def path_of(value: object) -> str:
    """The file that an object was defined in; empty if that is not known.  May raise what the object raises."""
    value = _definition(value)
    if _is_frozen(value):
        return str(sys.modules[value.__module__].__file__)
    try:
        return inspect.getsourcefile(value) or inspect.getfile(value)  # type: ignore[arg-type]
    except (TypeError, OSError):
        return next(iter(_files_of_methods(value)), "") if inspect.isclass(value) else ""


def _definition(value: object) -> object:
    """What the source of an object is the source of: the function in a property, a partial or a decorated one."""
    if isinstance(value, property):
        return value.fget
    return attempt(lambda: inspect.unwrap(value), value)  # type: ignore[arg-type]


def source(value: object) -> str:
    """The source of an object, of its class if it is an instance; empty if there is none."""
    value = _definition(value)
    if not any(attempt(lambda kind=kind: kind(value), False) for kind in _WITH_CODE):  # type: ignore[misc]
        if is_function(value) or type(value).__module__ == "builtins":
            return ""
        value = type(value)
    text = attempt(lambda: _source_of_frozen(value) if _is_frozen(value) else inspect.getsource(value), "")  # type: ignore[arg-type]
    if not text and inspect.isclass(value):
        text = attempt(lambda: _source_of_class(value), "")
    return text


def _is_frozen(value: Any) -> bool:
    """Whether a function's code is in the interpreter itself, as that of os.path is; its file is there all the same."""
    return inspect.isfunction(value) and value.__code__.co_filename.startswith("<frozen ")


def _source_of_frozen(function: Any) -> str:
    lines = linecache.getlines(path_of(function))
    return "".join(inspect.getblock(lines[function.__code__.co_firstlineno - 1 :]))


def _files_of_methods(value: type) -> Iterator[str]:
    for each in vars(value).values():
        code = getattr(each, "__code__", None)
        if code is not None:
            yield code.co_filename


def _source_of_class(value: type) -> str:
    """The source of a class of `__main__`: a cell, or a script that was run.

    inspect looks for it in the file of its module, and `__main__` has none.
    """
    cells = sorted((name for name in list(linecache.cache) if name.startswith("<In [")), key=len)
    for file in [*_files_of_methods(value), *reversed(cells)]:
        lines = linecache.getlines(file)
        text = "".join(lines)
        if f"class {value.__name__}" not in text:
            continue
        for node in ast.walk(attempt(lambda text=text: ast.parse(text), ast.Module([], []))):  # type: ignore[misc]
            if isinstance(node, ast.ClassDef) and node.name == value.__name__:
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                return "".join(lines[first - 1 : node.end_lineno])
    return ""


def is_function(value: object) -> bool:
    """Whether it is a function, a method, or one of NumPy's."""
    return any(attempt(lambda kind=kind: kind(value), False) for kind in _FUNCTIONS)  # type: ignore[misc]
