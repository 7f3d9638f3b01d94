"""The settings, and how values are shown: `config`, `colors`, `automagic`, `precision`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gshell.magics.registry import Given, magic, magics
from gshell.shell.errors import UsageError

if TYPE_CHECKING:
    from gshell.shell.shell import Shell


_OF_IPYTHON = re.compile(r"[A-Z]\w*\.\w+")


@magic("config", "[NAME [= VALUE]]")
def config(shell: Shell, given: Given) -> None:
    """List the settings, show one, or set one for this session: `config max_lines = 100`.

    A value is written as in gshell.toml: true, 100, "text"; a text needs no quotes.
    """
    name, value = _name_and_value(given.rest)
    if _OF_IPYTHON.fullmatch(name):  # a script that was made from a notebook goes on
        print(f"{name} is a setting of IPython's, and means nothing here")
        return
    if value:
        set_(shell, name, _literal(value))
        return
    rows = [row for row in shell.settings.describe() if not name or row[0] == name]
    if not rows:
        set_(shell, name, None)  # raises
    names, values = max(len(row[0]) for row in rows), max(len(_written(row[1])) for row in rows)
    for each, now, default, meaning in rows:
        changed = f" (default: {_written(default)})" if now != default else ""
        print(f"{each:<{names}} = {_written(now):<{values}}  {meaning}{changed}")


def _name_and_value(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        name, _, value = text.partition(" ")
    if equals and not value.strip():
        raise magics["config"].error("which value?")
    return name.strip(), value.strip()


def _literal(text: str) -> object:
    """A value as in TOML; as Python has them (True, 'text') too, and text without quotes."""
    import tomllib

    text = {"True": "true", "False": "false"}.get(text, text)
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _written(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)


def set_(shell: Shell, name: str, value: object) -> None:
    """Set a setting.  Raises UsageError."""
    if name == "colors" and isinstance(value, str):
        value = _style(value)
    try:
        shell.settings.set(name, value)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _style(name: str) -> str:
    """The name of a pygments style, or none.  Raises UsageError for one that there is not."""
    from difflib import get_close_matches

    from pygments.styles import get_all_styles

    if name.lower() in ("none", "nocolor"):
        return "none"
    known = list(get_all_styles())
    if name not in known:
        close = get_close_matches(name, known)
        hint = f"did you mean {' or '.join(close)}?" if close else "%colors lists them"
        raise UsageError(f"there is no style {name}; {hint}")
    return name


@magic("colors", "[STYLE]")
def colors(shell: Shell, given: Given) -> None:
    """Set the colours of code and tracebacks: a style of pygments, or none.  Without one: say which there are."""
    if given.rest:
        set_(shell, "colors", given.rest)
        return
    from pygments.styles import get_all_styles

    print(f"{shell.settings.colors}; there are: none {' '.join(sorted(get_all_styles()))}")


@magic("automagic", "[on | off]")
def automagic(shell: Shell, given: Given) -> None:
    """Whether magics work without their %; without on or off: the other way round."""
    words = {"on": True, "1": True, "true": True, "off": False, "0": False, "false": False}
    word = given.rest.lower()
    if word and word not in words:
        raise magics["automagic"].error("on or off?")
    shell.settings.set("automagic", words[word] if word else not shell.settings.automagic)
    print(f"Automagic is {'on' if shell.settings.automagic else 'off: magics need their %'}.")


@magic("precision", "[DIGITS]")
def precision(shell: Shell, given: Given) -> None:
    """Show floats, and NumPy's arrays, with so many digits after the point; without a number: as Python does."""
    if given.rest and not (given.rest.isdecimal() and int(given.rest) < 100):
        raise magics["precision"].error("how many digits?")
    import numpy

    numpy.set_printoptions(precision=int(given.rest) if given.rest else 8)
    shell.display.show_digits(int(given.rest) if given.rest else None)
