"""The call at the cursor, and the parameters of its function, without running any code of the function's.

inspect.signature() asks an object for `__signature__`, `__wrapped__` and `__call__`, and a default value for its repr:
all of that may be code of the user's.  So it is used for functions only, after a look at what it would find there.
"""

from __future__ import annotations

import functools
import re
import sys
import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gshell.shell.completion import static
from gshell.shell.completion.scan import scan
from gshell.shell.completion.static import MISSING, Known

if TYPE_CHECKING:
    from inspect import Signature

_ARGUMENT = re.compile(r"\s*(\w+)\s*=(?!=)")
_DOCUMENTED = re.compile(r"^ *(\w+(?:, \w+)*) ?: ", re.MULTILINE)
_HEADING = re.compile(r"^ *(\w[\w ]*)\n *-{3,}\n", re.MULTILINE)
_FOLLOWED = 20  # functions that wrap each other


@dataclass(frozen=True)
class Call:
    """A call that is being typed."""

    callee: str
    start: int
    """Where its bracket is."""
    position: int
    """How many arguments stand before the cursor's."""
    name: str = ""
    """The name of the argument, if it was given by name."""


@dataclass(frozen=True)
class Shown:
    """A signature, as it is shown."""

    name: str
    parameters: tuple[str, ...]
    current: int = -1
    """Which parameter the cursor is at, or -1."""


def call_at(text: str, cursor: int) -> Call | None:
    """The innermost call that the cursor is in."""
    seen = scan(text[:cursor])
    if seen.comment:
        return None
    for place in reversed(range(len(seen.brackets))):
        opened = seen.brackets[place]
        callee = seen.expression_before(opened) if text[opened] == "(" else ""
        if callee and not _defines(text[:opened], callee):
            inner = seen.brackets[place + 1] if place + 1 < len(seen.brackets) else cursor
            arguments = _split(text, opened + 1, inner, seen.starts)
            match = _ARGUMENT.match(text[arguments[-1] : cursor])
            return Call(callee, opened, len(arguments) - 1, match[1] if match else "")
    return None


def _defines(before: str, callee: str) -> bool:
    """Whether this is no call, but the head of a definition, or a keyword with a bracket."""
    import keyword

    return keyword.iskeyword(callee) or re.search(rf"\b(def|class)\s+{re.escape(callee)}\s*\Z", before) is not None


def _split(text: str, start: int, end: int, starts: Mapping[int, int]) -> list[int]:
    """Where the arguments start in text[start:end]."""
    inside = sorted((begin, stop) for stop, begin in starts.items() if begin >= start and stop <= end)
    found = [start]
    at = start
    for begin, stop in [*inside, (end, end)]:
        found += [at + match.end() for match in re.finditer(",", text[at:begin])] if begin >= at else []
        at = max(at, stop)
    return found


def signature_of(thing: Known) -> Signature | None:
    """The signature of what is called, or None."""
    import inspect

    value = thing.value
    if value is MISSING:
        return None
    try:
        found: Signature | None = _signature(value, inspect)
        return found
    except (ValueError, TypeError, RecursionError):  # what C code does not tell
        return None


def _signature(value: Any, inspect: Any) -> Any:
    kind = type(value)
    if kind is types.FunctionType:
        return _of_function(value, inspect)
    if kind is types.MethodType:
        return _without_first(_signature(value.__func__, inspect))
    if static.one_of(kind, _C_FUNCTIONS):
        return inspect.signature(value)
    if static.one_of(kind, (classmethod, staticmethod)):
        return _signature(value.__func__, inspect)
    if static.is_class(value):
        return _of_class(value, inspect)
    if kind is functools.partial and type(value.func) is types.FunctionType:
        return inspect.signature(functools.partial(_plain(value.func), *value.args, **value.keywords))
    if static.is_a(kind, module="numpy", name="ufunc"):
        said = getattr(value, "__signature__", None)  # numpy's own code, since 2.4
        return said if type(said) is inspect.Signature else None
    # What a decorator has made of a function: functools.cache, numpy's dispatcher
    wrapped = static.instance_dict(value).get("__wrapped__")
    if type(wrapped) is types.FunctionType:
        return _of_function(wrapped, inspect)
    call = static.class_attribute(kind, "__call__")
    return _without_first(_of_function(call, inspect)) if type(call) is types.FunctionType else None


_C_FUNCTIONS = (
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
    types.WrapperDescriptorType,
    types.MethodWrapperType,
)


def _of_function(function: Any, inspect: Any) -> Any:
    """The signature of a function, or of the function that it wraps."""
    for _ in range(_FOLLOWED):
        said = function.__dict__.get("__signature__")
        if type(said) is inspect.Signature:
            return said
        wrapped = function.__dict__.get("__wrapped__")
        if type(wrapped) is not types.FunctionType:
            break
        function = wrapped
    return inspect.signature(_plain(function))


def _plain(function: types.FunctionType) -> types.FunctionType:
    """The same function without what others have put on it."""
    plain = types.FunctionType(function.__code__, {}, function.__name__, function.__defaults__, function.__closure__)
    plain.__kwdefaults__ = function.__kwdefaults__
    return plain


def _of_class(cls: type, inspect: Any) -> Any:
    said = static.class_dict(cls).get("__signature__")
    if type(said) is inspect.Signature:
        return said
    for base in static.mro(cls):
        for name in ("__init__", "__new__"):
            made = static.class_dict(base).get(name)
            made = made.__func__ if type(made) is staticmethod else made
            if type(made) is types.FunctionType:
                return _without_first(_of_function(made, inspect))
    if static.class_dict(type(cls)).get("__text_signature__") is None and type(cls) is type:
        return inspect.signature(cls)  # a class that C code has made
    return None


def _without_first(signature: Signature | None) -> Signature | None:
    if signature is None:
        return None
    parameters = list(signature.parameters.values())
    if parameters and parameters[0].kind in (parameters[0].POSITIONAL_ONLY, parameters[0].POSITIONAL_OR_KEYWORD):
        parameters = parameters[1:]
    return signature.replace(parameters=parameters)


def parameters_of(thing: Known) -> list[str] | None:
    """The names of the parameters that can be given by name, or None if that is not known."""
    signature = signature_of(thing)
    if signature is None:
        return None
    found = []
    for each in signature.parameters.values():
        if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY):
            found.append(each.name)
        elif each.kind == each.VAR_KEYWORD:
            found += _documented(thing.value) + (_of_figures() if each.name == "fig_kw" else [])
    return list(dict.fromkeys(found))


def _documented(function: Any) -> list[str]:
    """What **kwargs can be, in a library whose docstrings say it: `plot(x, y, alpha=...)`."""
    function = function.__func__ if type(function) is types.MethodType else function
    if type(function) is not types.FunctionType or type(function.__doc__) is not str:
        return []
    if not str(function.__module__).startswith(("matplotlib.", "mpl_toolkits.")):
        return []
    first, *sections = _HEADING.split(function.__doc__)
    takes = first + "".join(body for title, body in zip(sections[::2], sections[1::2], strict=True) if "Param" in title)
    found = [name for names in _DOCUMENTED.findall(takes) for name in names.split(", ")]
    return [name for name in found if name.islower() and name not in ("args", "kwargs", "note", "returns", "data")]


def _of_figures() -> list[str]:
    """What plt.subplots(**fig_kw) gives to plt.figure()."""
    figure = static.attribute(static.known(sys.modules["matplotlib"]), "figure")
    made = figure and static.attribute(figure, "Figure")
    return (made and parameters_of(made)) or []


def show(call: Call, thing: Known) -> Shown | None:
    """The signature of a call, ready to be shown, or None if it is not known without running code."""
    signature = signature_of(thing)
    if signature is None:
        return None
    shown, current = [], -1
    kinds = [each.kind for each in signature.parameters.values()]
    for index, each in enumerate(signature.parameters.values()):
        if each.kind == each.KEYWORD_ONLY and each.VAR_POSITIONAL not in kinds[:index] and "*" not in shown:
            shown.append("*")
        if current < 0 and _is_current(each, call, index):
            current = len(shown)
        shown.append(_parameter(each))
    return Shown(call.callee, tuple(shown), current)


def _is_current(parameter: Any, call: Call, index: int) -> bool:
    if call.name:
        return bool(parameter.name == call.name or parameter.kind == parameter.VAR_KEYWORD)
    if parameter.kind == parameter.VAR_POSITIONAL:
        return index <= call.position
    return index == call.position and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)


def _parameter(parameter: Any) -> str:
    if parameter.kind == parameter.VAR_POSITIONAL:
        return f"*{parameter.name}"
    if parameter.kind == parameter.VAR_KEYWORD:
        return f"**{parameter.name}"
    return str(parameter.name) + ("" if parameter.default is parameter.empty else f"={_default(parameter.default)}")


def _default(value: Any) -> str:
    """The repr of a default, for those kinds whose repr is no code of the user's."""
    if static.one_of(type(value), (int, float, complex, bool, bytes, type(None), type(...))):
        return repr(value)
    if type(value) is str:
        return repr(value if len(value) <= 30 else value[:29] + "…")
    if static.one_of(type(value), (tuple, list)) and len(value) <= 4:
        inside = ", ".join(_default(each) for each in value)
        return f"({inside}{',' * (len(value) == 1)})" if type(value) is tuple else f"[{inside}]"
    if static.is_class(value):
        return static.class_name(value)
    if static.one_of(type(value), (types.FunctionType, types.BuiltinFunctionType)):
        return str(value.__name__)
    return "…"
