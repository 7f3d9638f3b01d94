"""The environment: `env`, `set_env`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gshell.magics.registry import Given, magic, magics
from gshell.shell.errors import UsageError
from gshell.streams import show

if TYPE_CHECKING:
    from gshell.shell.shell import Shell


@magic("env", "[NAME | NAME=VALUE | NAME VALUE]")
def env(shell: Shell, given: Given) -> dict[str, str] | str | None:
    """The environment, or one variable of it; or set one."""
    name, separator, value = _assignment(given.rest)
    if not name:
        return dict(os.environ)
    if separator:
        _set_env(name, value)
        return None
    if name not in os.environ:
        raise UsageError(f"the environment has no {name}")
    return os.environ[name]


@magic("set_env", "NAME=VALUE")
def set_env(shell: Shell, given: Given) -> None:
    """Set a variable of the environment: `set_env NAME=VALUE` or `set_env NAME VALUE`."""
    name, separator, value = _assignment(given.rest)
    if not name or not separator:
        raise magics["set_env"].error("a name and a value")
    _set_env(name, value)


def _assignment(text: str) -> tuple[str, str, str]:
    """A name, "=" or " " or "", and a value."""
    for place, letter in enumerate(text):
        if letter == "=" or letter.isspace():
            return text[:place], letter, text[place + 1 :].removeprefix("=").strip()
    return text, "", ""


def _set_env(name: str, value: str) -> None:
    try:
        os.environ[name] = value
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from None
    show(f"env: {name}={value}")
