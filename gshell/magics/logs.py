"""`%logstart` and its like: what is typed is written into a file, too, which can be run."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from gshell.magics.registry import Given, magic, magics
from gshell.shell.errors import UsageError, here
from gshell.shell.macro import Macro
from gshell.streams import show

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

NAME = "gshell_log.py"
MODES = ("append", "backup", "global", "over", "rotate")

_RUN_OTHERS = ("rerun", "rep", "recall", "edit", "paste", "cpaste", "load", "logstart", "logstop", "logon", "logoff")


class Log:
    """A file that what is typed goes to.  In the worker."""

    def __init__(self, shell: Shell, path: Path, mode: str, given: Given) -> None:
        """Raises OSError if the file can't be written."""
        self.path = path
        self.mode = mode
        self._on = True
        self.raw, self.times, self.outputs = (option in given.options for option in ("-r", "-t", "-o"))
        self._shell = shell
        self._file: TextIO = open(_make_room(path, mode), "a", encoding="utf-8", errors="replace")
        self._write(f"# gshell, {time.strftime('%Y-%m-%d %H:%M:%S')}")

    def input(self, text: str) -> None:
        """Write a cell, unless it begins with a space: it may be a password (history.py).

        One that runs other texts is a comment: they are written themselves.
        """
        if not self._on or text.startswith(" "):
            return
        if self.times:
            self._write(time.strftime("# %Y-%m-%d %H:%M:%S"))
        names = self._shell.namespace
        word = text.strip().lstrip("%").partition(" ")[0]
        if (word in _RUN_OTHERS and word not in names) or type(names.get(text.strip())) is Macro:
            self._write(f"# {text.strip()}".replace("\n", "\n# "))
        else:
            self._write((text if self.raw else self._shell.cells.transform(text)).rstrip("\n"))

    def output(self, text: str) -> None:
        """Write the text of a value that was shown, as a comment."""
        if self._on and self.outputs:
            self._write(f"#[Out]# {text}".replace("\n", "\n#[Out]# "))

    @property
    def on(self) -> bool:
        """Whether anything is written at present."""
        return self._on

    def switch(self, on: bool) -> None:
        """Write from now on, or write nothing."""
        self._on = on

    def close(self) -> None:
        """End it."""
        self._on = False
        self._file.close()

    def _write(self, text: str) -> None:
        try:
            self._file.write(f"{text}\n")
            self._file.flush()
        except OSError as error:
            self._on = False
            show(f"{self.path}: {error.strerror}; what is typed is logged no more", file=sys.stderr)


class Logbook:
    """The log that a session has, if it has one."""

    def __init__(self) -> None:
        self._log: Log | None = None

    @property
    def log(self) -> Log | None:
        """What %logstart has begun."""
        return self._log

    def get(self) -> Log:
        """The same.  Raises UsageError if nothing is logged."""
        if self._log is None:
            raise UsageError("nothing is logged; %logstart begins")
        return self._log

    def begin(self, shell: Shell, log: Log) -> None:
        """Write from now on what is typed, and what is shown."""
        self._log = log
        shell.cells.typed.listen(log.input)
        shell.display.shown.listen(log.output)

    def end(self, shell: Shell) -> Log:
        """Do so no more.  Raises UsageError if nothing is logged."""
        log = self.get()
        self._log = None
        shell.cells.typed.ignore(log.input)
        shell.display.shown.ignore(log.output)
        log.close()
        return log


def _make_room(path: Path, mode: str) -> Path:
    """Do with the file that is there what the mode says."""
    if not path.is_file():
        return path  # there is none, or a directory, which open() refuses
    if mode == "backup":
        os.replace(path, f"{path}~")
    elif mode == "over":
        path.unlink()
    elif mode == "rotate":
        old = next(name for n in range(1, 10_000) if not (name := Path(f"{path}.{n:03}~")).exists())
        os.replace(path, old)
    return path


@magic("logstart", "[-o] [-r] [-t] [-q] [file [mode]]")
def logstart(shell: Shell, given: Given) -> None:
    """Write what is typed, from the session's beginning on, into a file (gshell_log.py): Python that can be run here.

    -o with the values that are shown from now on, as comments; -r as it was typed; -t with the time; -q without a word.
    The mode says what becomes of a file that is there: append; backup, its name gets a ~; global, appended to in the
    home directory; over, it is overwritten; rotate (that is so without a mode), it gets a number.
    """
    usage = magics["logstart"]
    logbook = shell.magics.state(Logbook)
    if logbook.log is not None:
        raise UsageError(f"what is typed is logged to {logbook.log.path} already; %logstop ends that")
    name, mode, *more = [*given.words(), *[NAME, "rotate"][len(given.words()) :]]
    if mode not in MODES or more:
        raise usage.error(f"the mode is one of {', '.join(MODES)}")
    path = Path(Path.home() if mode == "global" else here(), os.path.expanduser(name))
    try:
        log = Log(shell, path, mode, given)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    for number, text in shell.history.own.items():
        if number != shell.display.number:
            log.input(text)
    logbook.begin(shell, log)
    if "-q" not in given.options:
        show(_state(log))


def _state(log: Log) -> str:
    what = [
        word for flag, word in ((log.raw, "as typed"), (log.outputs, "with values"), (log.times, "with times")) if flag
    ]
    return (
        f"logging to {log.path} ({', '.join([f'mode {log.mode}', *what])}){'' if log.on else ': off, %logon goes on'}"
    )


@magic("logstop")
def logstop(shell: Shell, given: Given) -> None:
    """End the log that %logstart has begun."""
    show(f"{shell.magics.state(Logbook).end(shell).path} is complete")


@magic("logoff")
def logoff(shell: Shell, given: Given) -> None:
    """Log nothing until %logon."""
    shell.magics.state(Logbook).get().switch(on=False)


@magic("logon")
def logon(shell: Shell, given: Given) -> None:
    """Go on with the log after %logoff."""
    shell.magics.state(Logbook).get().switch(on=True)


@magic("logstate")
def logstate(shell: Shell, given: Given) -> None:
    """Say what is logged, and where."""
    log = shell.magics.state(Logbook).log
    show("nothing is logged" if log is None else _state(log))
