"""Help: `obj?` and its relatives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gshell.magics import inspecting
from gshell.magics.aliases import find
from gshell.magics.paging import page
from gshell.magics.registry import Given, Magic, magic, magics
from gshell.shell.attempt import attempt
from gshell.shell.colouring import coloured, wants_colours
from gshell.shell.default_colours import END, TITLE
from gshell.shell.errors import UsageError

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

_WIDTH = 13


@magic("pinfo", "NAME", verbatim=True)
def pinfo(shell: Shell, given: Given) -> None:
    """Say what an object is: how to call it, its docstring, its type, where it comes from.  `NAME?` is short for it.

    NAME may be a variable, an attribute or an element (`a.b[0].c`), a magic (`%timeit`), or a pattern (`np.*load*`).
    """
    show(shell, given.rest, with_source=False)


@magic("pinfo2", "NAME", verbatim=True)
def pinfo2(shell: Shell, given: Given) -> None:
    """The same as %pinfo, with the source.  `NAME??` is short for it."""
    show(shell, given.rest, with_source=True)


@magic("pdef", "NAME", verbatim=True)
def pdef(shell: Shell, given: Given) -> None:
    """Show how a function or class is called."""
    text = inspecting.signature(_find(shell, "pdef", given.rest), given.rest)
    if not text:
        raise UsageError(f"{given.rest} has no signature that could be shown")
    page(shell, coloured(shell.settings, text))


@magic("pdoc", "NAME", verbatim=True)
def pdoc(shell: Shell, given: Given) -> None:
    """Show the docstrings of an object."""
    fields = list(inspecting.docs(_find(shell, "pdoc", given.rest)))
    page(shell, _layout(shell, fields))


@magic("psource", "NAME", verbatim=True)
def psource(shell: Shell, given: Given) -> None:
    """Show the source of an object."""
    text = inspecting.source(_find(shell, "psource", given.rest))
    if not text:
        raise UsageError(f"there is no source of {given.rest}")
    page(shell, coloured(shell.settings, text))


@magic("pfile", "NAME", verbatim=True)
def pfile(shell: Shell, given: Given) -> None:
    """Show the file in which an object is defined."""
    import linecache

    value = _find(shell, "pfile", given.rest)
    path = attempt(lambda: inspecting.path_of(value), "")
    path = path or attempt(lambda: inspecting.path_of(type(value)), "")
    text = "".join(linecache.getlines(path)) if path else ""
    if not text:
        raise UsageError(f"there is no source file of {given.rest}")
    page(shell, coloured(shell.settings, text))


@magic("psearch", "[-a] [-c] [-i] PATTERN [TYPE]")
def psearch(shell: Shell, given: Given) -> None:
    """List the names that match a pattern: `*err*`, `np.*load*`; only those of a TYPE (`function`) if it is given.

    `*` stands for any characters, `?` for one.  -a: also names that begin with an underscore; -c: capital and small
    letters are not the same (-i: they are, which is so anyway).
    """
    words = given.rest.split()
    if not 1 <= len(words) <= 2:
        raise magics["psearch"].error("which names?")
    found = inspecting.search(
        words[0],
        shell.namespace,
        hidden="-a" in given.options,
        case="-c" in given.options,
        kind="".join(words[1:]),
    )
    if found:
        page(shell, "\n".join(found))


def show(shell: Shell, name: str, *, with_source: bool) -> None:
    """Show what is known about `name`: an object, a magic, or all that a pattern matches."""
    if not name:
        raise magics["pinfo"].error("what?")
    if "*" in name and not name.startswith("%"):
        psearch(shell, Given({}, name))
        return
    bare = name.lstrip("%")
    try:
        if bare != name:
            raise inspecting.NotFound(name)
        value = inspecting.find(name, shell.namespace)
    except inspecting.NotFound:
        magic = find(shell, bare)
        if magic is None:
            raise UsageError(f"Object `{name}` not found.") from None
        page(shell, _about_magic(shell, magic, with_source=with_source))
        return
    fields = inspecting.describe(value, name, with_source=with_source)
    page(shell, _layout(shell, fields))


def _about_magic(shell: Shell, magic: Magic, *, with_source: bool) -> str:
    text = magic.help
    if with_source:
        text += "\n\n" + coloured(shell.settings, inspecting.source(magic.function))
    return text


def _find(shell: Shell, magic: str, name: str) -> object:
    if not name:
        raise magics[magic].error("of what?")
    try:
        return inspecting.find(name, shell.namespace)
    except inspecting.NotFound:
        raise UsageError(f"Object `{name}` not found.") from None


def _layout(shell: Shell, fields: inspecting.Fields) -> str:
    """The fields as text: a short one beside its title, a long one under it."""
    blocks = []
    for title, text in fields:
        text = text.rstrip()
        if "ignature" in title or title == "Source":
            text = coloured(shell.settings, text).rstrip("\n")
        shown = f"{TITLE}{title}:{END}" if wants_colours(shell.settings) else f"{title}:"
        if title in ("Type", "String form", "Length", "File"):
            indented = re.sub(r"\n", "\n" + " " * _WIDTH, text)
            blocks.append(shown + " " * (_WIDTH - len(title) - 1) + indented)
        else:
            blocks.append(f"{shown}\n{text}" if "\n" in text else f"{shown} {text}")
    return "\n".join(blocks)
