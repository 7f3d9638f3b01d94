"""Variables in a command: `!cp $name {directory}/copy`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_FIELD = re.compile(r"\{\{|\}\}|\{(?P<expression>[^{}]+)\}|\$\$(?=\w)|\$(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)")


def expand(text: str, names: Mapping[str, Any]) -> str:
    """Replace `{expression}` and `$name` by their values.  In the worker: evaluates user code.

    `$name` is replaced if there is such a variable, and not between single quotes; `{expression}` if all of them can be
    evaluated: to the system's shell and to awk, braces and dollars mean something else.  `{{` is a brace and `$$name` a
    dollar.
    """
    expressions = [match["expression"] for match in _FIELD.finditer(text) if match["expression"]]
    try:
        values = {each: str(eval(each.strip(), dict(names))) for each in expressions}
    except Exception:  # it is not for us
        values = {}

    def value(match: re.Match[str]) -> str:
        found = match[0]
        if found in ("{{", "}}"):
            return found[0] if values else found
        if found == "$$":
            return "$"
        if expression := match["expression"]:
            return values.get(expression, found)
        first, *attributes = match["name"].split(".")
        if first not in names or text.count("'", match.end()) % 2:
            return found
        whole = names[first]
        for attribute in attributes:
            if not hasattr(whole, attribute):
                return found
            whole = getattr(whole, attribute)
        return str(whole)

    return _FIELD.sub(value, text)
