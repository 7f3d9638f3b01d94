"""The object that a name means, and the names that match a pattern."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections.abc import Mapping
from typing import Any

from gshell.shell.attempt import attempt

_PARTS = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Slice, ast.Tuple, ast.UnaryOp, ast.USub, ast.Load)


class NotFound(LookupError):
    """There is no object of that name."""


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
