"""What there is to know about an object: what `obj?` shows.

All of it asks the user's objects, so it is for the worker, as part of a command.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
import os
import re
import reprlib
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gshell.shell.attempt import attempt

LONGEST = 400
"""Characters of an object's text that are shown."""
WIDEST = 80
"""Characters of a signature that are shown in one line."""

_PARTS = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Slice, ast.Tuple, ast.UnaryOp, ast.USub, ast.Load)
_FUNCTIONS = (inspect.isroutine, inspect.isfunction, inspect.ismethod)
_WITH_CODE = (inspect.isfunction, inspect.ismethod, inspect.isclass, inspect.ismodule, inspect.iscode)

Fields = list[tuple[str, str]]
"""Titles, and what is to be said under them."""


class NotFound(LookupError):
    """There is no object of that name."""


# Finding.


def find(expression: str, namespace: Mapping[str, Any]) -> object:
    """The object that `a`, `a.b`, `a[0].b` means; of a property, the property.  Raises NotFound.

    Nothing is called that is not needed to get there: no function, no operator.
    """
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise NotFound(expression) from None
    if not all(isinstance(node, _PARTS) for node in ast.walk(tree.body)):
        raise NotFound(expression)
    missing = object()
    found = attempt(lambda: _value(tree.body, namespace), missing)
    if found is missing:
        raise NotFound(expression)
    return found


def _value(node: ast.expr, namespace: Mapping[str, Any]) -> object:
    if isinstance(node, ast.Attribute):
        owner: Any = _value(node.value, namespace)
        raw = inspect.getattr_static(type(owner), node.attr, None)
        return raw if isinstance(raw, property) else getattr(owner, node.attr)
    if isinstance(node, ast.Name):
        return namespace[node.id] if node.id in namespace else getattr(builtins, node.id)
    if isinstance(node, ast.Subscript):
        code = compile(ast.Expression(node.slice), "<subscript>", "eval")
        owner = _value(node.value, namespace)
        return owner[eval(code, {"__builtins__": {}}, dict(namespace))]
    return ast.literal_eval(node)


def search(
    pattern: str, namespace: Mapping[str, Any], *, hidden: bool = False, case: bool = False, kind: str = ""
) -> list[str]:
    """The names that match `np.*load*`: in the namespace, then in builtins, or of attributes; no property runs.

    Names that begin with `_` only if the pattern does, or with `hidden`; `kind` is the name of a type.
    """
    first, *rest = pattern.split(".")
    found: dict[str, object] = {}
    for names in (namespace, vars(builtins)):
        for name, value in list(names.items()):
            if type(name) is str and _fits(name, first, hidden, case):
                found.setdefault(name, value)
    for part in rest:
        found = {
            f"{path}.{name}": attempt(lambda owner=owner, name=name: _static(owner, name), None)  # type: ignore[misc]
            for path, owner in found.items()
            for name in _attributes(owner)
            if _fits(name, part, hidden, case)
        }
    return sorted(name for name, value in found.items() if not kind or type(value).__name__ == kind)


def _fits(name: str, pattern: str, hidden: bool, case: bool) -> bool:
    import fnmatch

    if name.startswith("_") and not (hidden or pattern.startswith("_")):
        return False
    regex = fnmatch.translate(pattern)
    return re.match(regex, name, 0 if case else re.IGNORECASE) is not None


def _attributes(owner: object) -> list[str]:
    names: list[str] = attempt(lambda: dir(owner), [])
    return [name for name in names if isinstance(name, str)]


def _static(owner: object, name: str) -> object:
    return inspect.getattr_static(owner, name)


# Describing.


def describe(value: object, name: str, *, with_source: bool) -> Fields:
    """What is known about an object.  `name` is how the user calls it."""
    fields: Fields = []

    def add(title: str, text: str) -> None:
        if text:
            fields.append((title, text))

    code = source(value) if with_source else ""
    if inspect.isclass(value):
        add("Init signature", signature(value, name))
        _add_docs(add, value, code)
        add("File", file_of(value))
        add("Type", type_name(value))
        add("Subclasses", attempt(lambda: _subclasses(value), ""))
    elif is_function(value):
        add("Signature", signature(value, name))
        _add_docs(add, value, code)
        add("File", file_of(value))
        add("Type", type_name(value))
    else:
        if callable(value):
            add("Call signature", signature(value, name))
        add("Type", type_name(value))
        add("String form", text_of(value))
        add("Length", attempt(lambda: str(len(value)) if hasattr(type(value), "__len__") else "", ""))  # type: ignore[arg-type]
        add("File", file_of(value) or file_of(type(value)))
        _add_docs(add, value, code)
    return fields


def _add_docs(add: Callable[[str, str], None], value: object, code: str) -> None:
    if code:
        add("Source", code)
    for title, text in docs(value):
        if not (code and title == "Docstring" and (inspect.isclass(value) or is_function(value))):
            add(title, text)


def docs(value: object) -> Iterator[tuple[str, str]]:
    """The docstrings that an object has: its own, its class's, and those of its __init__ and __call__."""
    own = doc(value)
    has_any = False
    if own:
        has_any = True
        yield "Docstring", own
    if inspect.isclass(value):
        init = doc(attempt(lambda: value.__init__, None))
        if init and init not in (own, doc(object.__init__), doc(type.__init__)):
            has_any = True
            yield "Init docstring", init
    elif not is_function(value):
        of_class = doc(type(value))
        if of_class and of_class != own and type(value).__module__ != "builtins":
            has_any = True
            yield "Class docstring", of_class
        if callable(value):
            call = doc(getattr(type(value), "__call__", None))  # noqa: B004
            if call and call not in (own, doc(object.__call__)):
                yield "Call docstring", call
    if not has_any:
        yield "Docstring", "<no docstring>"


def doc(value: object) -> str:
    """The docstring of an object, or of its class."""
    text = attempt(lambda: inspect.getdoc(value), None)
    return text if isinstance(text, str) and value is not None else ""


def is_function(value: object) -> bool:
    """Whether it is a function, a method, or one of NumPy's."""
    return any(attempt(lambda kind=kind: kind(value), False) for kind in _FUNCTIONS)  # type: ignore[misc]


def signature(value: object, name: str) -> str:
    """How to call it: `name(x, y=1)`, over several lines if it is long; empty if that is not known."""
    found = attempt(lambda: inspect.signature(value), None)  # type: ignore[arg-type]
    if found is None:
        return ""
    text = attempt(lambda: f"{name}{found}", "")
    if len(text) <= WIDEST:
        return text
    parts, last = list[str](), None
    for each in found.parameters.values():
        if last is not None and last.kind is each.POSITIONAL_ONLY is not each.kind:
            parts.append("/")
        if each.kind is each.KEYWORD_ONLY and (
            last is None or last.kind not in (each.KEYWORD_ONLY, each.VAR_POSITIONAL)
        ):
            parts.append("*")
        parts.append(attempt(lambda each=each: str(each), each.name))  # type: ignore[misc]
        last = each
    if last is not None and last.kind is last.POSITIONAL_ONLY:
        parts.append("/")
    result = text[text.rindex(") -> ") + 1 :] if ") -> " in text else ""
    return "\n".join([f"{name}(", *(f"    {part}," for part in parts), f"){result}"])


def type_name(value: object) -> str:
    """The name of its type."""
    return attempt(lambda: str(type(value).__name__), "?")


def text_of(value: object, longest: int = LONGEST) -> str:
    """The repr of an object, cut in its middle if it is long, or says that there is none.

    Of large objects of Python's own only the begin is looked at.
    """
    short = reprlib.Repr()
    short.maxlevel, short.maxlist, short.maxtuple, short.maxset, short.maxfrozenset, short.maxdict = (
        4,
        40,
        40,
        40,
        40,
        40,
    )
    short.maxstring = short.maxlong = short.maxother = longest
    small = type(value) in (str, list, tuple, dict, set, frozenset, int)
    failed = f"<{type_name(value)} whose repr failed>"
    if type(value) in (bytes, bytearray) and len(value) > longest:  # type: ignore[arg-type]
        value = value[:longest]  # type: ignore[index]
    text = attempt(lambda: short.repr(value) if small else repr(value), failed)
    return text if len(text) <= longest else f"{text[: longest // 2]} <...> {text[-longest // 2 :]}"


def _subclasses(value: type) -> str:
    classes: list[type] = [] if value is type else type.__subclasses__(value)
    return ", ".join(each.__name__ for each in classes[:10]) + (", ..." if len(classes) > 10 else "")


# Files and sources.


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
    cells = sorted((name for name in linecache.cache if name.startswith("<In [")), key=len)
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
