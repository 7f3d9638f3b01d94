"""What is said about an object: how to call it, its docstrings, its type, its text, where it comes from."""

from __future__ import annotations

import inspect
import reprlib
from collections.abc import Callable, Iterator

from gshell.magics.inspecting.sources import file_of, is_function, source
from gshell.shell.attempt import attempt

LONGEST = 400
"""Characters of an object's text that are shown."""
WIDEST = 80
"""Characters of a signature that are shown in one line."""

Fields = list[tuple[str, str]]
"""Titles, and what is to be said under them."""


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
    short.maxlevel = 4
    short.maxlist = short.maxtuple = short.maxset = short.maxfrozenset = short.maxdict = 40
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
