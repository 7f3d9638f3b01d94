"""The session itself: which magics there are, settings, extensions, colours."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from gshell.magics.aliases import aliases
from gshell.magics.paging import page
from gshell.magics.registry import Given, Magic, magic, magics
from gshell.shell.errors import UsageError
from gshell.streams import to_terminal

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

_BUILT_IN = ("autoreload",)
"""Extensions of IPython's whose magics are there anyway."""

QUICK_REFERENCE = """\
obj?  ?obj  obj??          what an object is; with its source
np.*load*?                 names that match
run script.py ARGS         a script, as python does; -i with the session's names
_  __  ___  _5  Out[5]     earlier values            In[5]  earlier input
!command                   a command of the system   x = !command  its output, as a list of lines
%magic  %%magic            a magic for the line, for the cell; without % where no variable has its name
  lsmagic                  all of them               magic?  one of them
  time  timeit  prun       how long it takes, and where
  who  whos  reset         your variables
  cd  ls  pwd  env         directories, files, the environment
  %%bash  %%writefile      a cell for the system's shell, or for a file
  config  colors           the settings
Tab completes; Ctrl-R searches the history; Ctrl-C stops any code, and your data stay; Ctrl-D leaves.
"""


@magic("lsmagic")
def lsmagic(shell: Shell, given: Given) -> None:
    """List the magics with what each does, and the aliases."""
    page(shell, "\n".join(_listing()))


def _listing() -> Iterator[str]:
    groups: dict[str, list[Magic]] = {}
    for name in sorted(magics, key=str.lower):
        if name not in aliases:
            module = magics[name].function.__module__
            groups.setdefault(
                (getattr(sys.modules.get(module), "__doc__", None) or module).partition("\n")[0], []
            ).append(magics[name])
    for title, group in sorted(groups.items(), key=lambda item: item[0].strip("`%")):
        yield title
        for each in group:
            meaning = (each.function.__doc__ or "").strip().partition("\n")[0]
            both = f"{each.spelling} %%{each.name}" if each.line and each.cell else each.spelling
            yield f"  {both:<24} {meaning}"
        yield ""
    yield "Aliases (commands of the system)"
    yield f"  {'  '.join(sorted(aliases))}"


@magic("magic")
def magic_(shell: Shell, given: Given) -> None:
    """Show the help of all magics."""
    page(shell, "\n\n\n".join(magics[name].help for name in sorted(magics) if name not in aliases))


@magic("quickref")
def quickref(shell: Shell, given: Given) -> None:
    """Show what can be typed here, on one page."""
    page(shell, QUICK_REFERENCE)


# Settings.


@magic("config", "[NAME [= VALUE]]")
def config(shell: Shell, given: Given) -> None:
    """List the settings, show one, or set one for this session: `config max_lines = 100`.

    A value is written as in gshell.toml: true, 100, "text"; a text needs no quotes.
    """
    name, value = _name_and_value(given.rest)
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
    shell.settings.automagic = words[word] if word else not shell.settings.automagic
    print(f"Automagic is {'on' if shell.settings.automagic else 'off: magics need their %'}.")


@magic("precision", "[DIGITS]")
def precision(shell: Shell, given: Given) -> None:
    """Show floats, and NumPy's arrays, with so many digits after the point; without a number: as Python does."""
    if given.rest and not (given.rest.isdecimal() and int(given.rest) < 100):
        raise magics["precision"].error("how many digits?")
    import numpy

    numpy.set_printoptions(precision=int(given.rest) if given.rest else 8)
    shell.display.digits = int(given.rest) if given.rest else None


@magic("clear")
def clear(shell: Shell, given: Given) -> None:
    """Clear the screen, as Ctrl-L does at the prompt."""
    if to_terminal():
        sys.stdout.flush()
        # Not by sys.stdout: the console would take this for an unfinished line, and end it before the prompt.
        os.write(sys.stdout.fileno(), b"\x1b[H\x1b[2J")


@magic("cls")
def cls(shell: Shell, given: Given) -> None:
    """Clear the screen."""
    clear(shell, given)


# Extensions.


@magic("load_ext", "MODULE")
def load_ext(shell: Shell, given: Given) -> None:
    """Load an extension: import a module, and call its function load_gshell_extension(shell).

    There it can add magics with gshell.magics.registry.magic, and names to shell.namespace.
    """
    name = _extension("load_ext", given)
    if name in _BUILT_IN:
        return  # it is there
    if name in shell.extensions:
        print(f"{name} is loaded; reload_ext {name} loads it anew")
        return
    shell.extensions[name] = _loaded(shell, name)


@magic("unload_ext", "MODULE")
def unload_ext(shell: Shell, given: Given) -> None:
    """Call an extension's function unload_gshell_extension(shell), if it has one."""
    name = _extension("unload_ext", given)
    if name not in shell.extensions:
        raise UsageError(f"{name} is not loaded")
    _unload(shell, name)


@magic("reload_ext", "MODULE")
def reload_ext(shell: Shell, given: Given) -> None:
    """Unload an extension, load its module anew, and load it again."""
    name = _extension("reload_ext", given)
    if name in _BUILT_IN:
        return
    if name in shell.extensions:
        module = shell.extensions[name]
        _unload(shell, name)
        importlib.reload(module)
    shell.extensions[name] = _loaded(shell, name)


def _extension(magic: str, given: Given) -> str:
    if not given.rest:
        raise magics[magic].error("which module?")
    return module_name(given.rest)


def module_name(name: str) -> str:
    """A name that import takes.  Raises UsageError."""
    if not all(part.isidentifier() for part in name.split(".")):
        raise UsageError(f"{name} is not the name of a module")
    return name


def _loaded(shell: Shell, name: str) -> Any:
    """The module of an extension, after its function was called.  Raises UsageError if it is not one."""
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise  # something else that it needs
        raise UsageError(f"there is no module {name}") from None
    load: Callable[[Shell], object] | None = getattr(module, "load_gshell_extension", None)
    if load is None:
        other = " (it is one of IPython's)" if hasattr(module, "load_ipython_extension") else ""
        raise UsageError(f"{name} is no extension of gshell's{other}: it has no load_gshell_extension")
    load(shell)
    return module


def _unload(shell: Shell, name: str) -> None:
    module = shell.extensions.pop(name)
    unload: Callable[[Shell], object] | None = getattr(module, "unload_gshell_extension", None)
    if unload is not None:
        unload(shell)
