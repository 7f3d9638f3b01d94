"""Registers the shell's own magics: imports the files that they are in."""

from gshell.shell import pylab, script, system
from gshell.shell.magics import (
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
    reload,
    session,
    timing,
)

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
