"""Registers the shell's own magics: imports the files that they are in."""

from gshell.magics import (
    aliases,
    capture,
    debugging,
    editing,
    files,
    gui,
    help,
    history,
    logs,
    names,
    pasting,
    processes,
    pylab,
    reload,
    session,
    system,
    timing,
)
from gshell.shell import script

__all__ = [
    "aliases",
    "capture",
    "debugging",
    "editing",
    "files",
    "gui",
    "help",
    "history",
    "logs",
    "names",
    "pasting",
    "processes",
    "pylab",
    "reload",
    "script",
    "session",
    "system",
    "timing",
]
