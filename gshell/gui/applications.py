"""Whether a program of the user's builds an application of a toolkit: then it runs on the GUI thread."""

from __future__ import annotations

import ast


def builds_application(names: str, source: bytes) -> str:
    """The name by which a program builds or runs an application; empty if it does not.

    `names` are those that count, with their module or (in any module) without, as Toolkit.applications has them.
    """
    wanted = names.split()
    if not any(all(part.encode() in source for part in name.split(".")[-2:]) for name in wanted):
        return ""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return ""
    program = _Program(wanted)
    for node in ast.walk(tree):  # from the outside inwards, so that a name comes before its use
        program.learn(node)
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    found = next((found for call in calls if (found := program.application(call.func))), "")
    return ".".join(found.split(".")[-2:])


class _Program:
    """What the names of a program mean."""

    def __init__(self, wanted: list[str]) -> None:
        self._wanted = wanted
        self._meanings: dict[str, str] = {}  # of its own names: where they come from, or what they are derived from

    def application(self, node: ast.expr) -> str:
        """Which of the wanted names that is, if any."""
        first, _, rest = _dotted(node).partition(".")
        whole = ".".join(filter(None, (self._meanings.get(first, first), rest)))
        return next((name for name in (whole, whole.rpartition(".")[2]) if name in self._wanted), "")

    def learn(self, node: ast.AST) -> None:
        """Learn what an import or a class statement says."""
        meanings = self._meanings
        if isinstance(node, ast.Import):
            meanings.update({each.asname: each.name for each in node.names if each.asname})
        elif isinstance(node, ast.ImportFrom):
            for each in node.names:
                meanings[each.asname or each.name] = f"{node.module}.{each.name}"
            if node.names[0].name == "*":
                whole = [(name, *name.rpartition(".")) for name in self._wanted]
                meanings.update((last, name) for name, module, _, last in whole if module == node.module)
        elif isinstance(node, ast.ClassDef):
            meanings.update((node.name, found) for base in node.bases if (found := self.application(base)))


def _dotted(node: ast.expr) -> str:
    """`QtWidgets.QApplication` for that; only the last name of what has no name before it."""
    if isinstance(node, ast.Attribute):
        return ".".join(filter(None, (_dotted(node.value), node.attr)))
    return node.id if isinstance(node, ast.Name) else ""
