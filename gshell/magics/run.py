"""Scripts: `run script.py`."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from gshell.magics.registry import Given, magic, magics
from gshell.magics.timing import profiled, reported
from gshell.magics.words import shell_words
from gshell.shell.errors import UsageError
from gshell.shell.exit import last_words, status_of
from gshell.shell.script import find_module, find_script

if TYPE_CHECKING:
    from gshell.shell.shell import Shell


class LastRun:
    """What the last `run` was given."""

    def __init__(self) -> None:
        self._given: Given | None = None

    def remember(self, given: Given) -> None:
        """It was this."""
        self._given = given

    @property
    def given(self) -> Given | None:
        """What it was given; None if nothing was run yet."""
        return self._given

    def get(self) -> Given:
        """What it was given.  Raises UsageError if nothing was run yet."""
        if self._given is None:
            raise magics["run"].error("nothing has been run yet that could be repeated")
        return self._given


@magic("run", "[-i] [-n] [-d] [-t] [-p] [-l LIMIT] [-s KEY] [-m] [--gui-thread] script.py [ARGS...]")
def run(shell: Shell, given: Given) -> None:
    """Run a script as `python script.py ARGS...` would.

    Its names are in the session afterwards, also if it was interrupted or raised.  They stay those of its functions and
    threads, too, until another script is run: what you change at the prompt, they see.  With -i the script starts with
    the session's names instead of none.  `run` alone repeats the last run.  SystemExit ends the script only.

    In ARGS, `~`, `*.csv` and `$HOME` are what they are to the system's shell, unless they are quoted.

    -m: run a module, as `python -m` does; -n: `__name__` is not "__main__", as if it was imported; -t: say how long it
    took; -p: show in which functions the time was spent, with -l and -s as for %prun; -d: under the debugger, from its
    first line on.

    A file whose name ends in .ipy is a text as it is typed at the prompt, and runs as if with -i: magics have their %
    there, `!command` and `name?` work.

    With --gui-thread it runs on the GUI thread, where windows can be made; the call that runs its event loop returns
    at once, and the windows live on.  A script that builds an application of the session's toolkit (QApplication,
    tkinter.Tk and the like) is run so in any case.
    """
    last = shell.magics.state(LastRun)
    if not given.options and not given.rest:
        given = last.get()
    try:
        words = shell_words(given.rest)
    except ValueError as error:
        raise UsageError(f"{given.rest}: {error}") from None
    if not words:
        raise magics["run"].error("which script?")
    spec = find_module(words[0]) if "-m" in given.options else None
    path = (spec.origin or "") if spec else find_script(words[0])
    last.remember(given)
    share, on_gui = "-i" in given.options, "--gui-thread" in given.options
    name = Path(path).stem if "-n" in given.options else "__main__"
    execute = shell.commands.breakpoints.debugger().run_code if "-d" in given.options else exec

    def run() -> None:
        try:
            shell.scripts.run(path, words[1:], share=share, on_gui=on_gui, name=name, spec=spec, execute=execute)
        except SystemExit as end:
            last_words(end, tell_status=True)
            shell.commands.note_status(status_of(end))

    with reported() if "-t" in given.options else nullcontext():
        if "-p" in given.options:
            profiled(shell, given.options, run)
        else:
            run()
