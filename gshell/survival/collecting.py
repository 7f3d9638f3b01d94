"""What a session consists of at this moment, taken from the shell's parts."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from gshell.shell.live_names import is_for_both
from gshell.shell.namespace import is_shells_name
from gshell.shell.shell import Shell
from gshell.survival.contents import FIGURES, NAMES, OUT, RANDOM, SCRIPT, SHELL, Contents
from gshell.survival.references import reference


class Figures(Protocol):
    """The figures that pyplot knows."""

    def open(self) -> Mapping[int | str, object]:
        """They, by their numbers; the current one last.  From any thread."""

    def let_go(self) -> None:
        """In the child: have them know nothing of windows."""

    def reopen(self, figures: Iterable[tuple[int | str, Any]]) -> None:
        """Give figures windows again, with these numbers: instead of those that have them.  In the worker."""


@dataclass(frozen=True)
class Remembered:
    """Something that a part of the shell remembers, and can be told."""

    get: Callable[[], object]
    set: Callable[[Any], object]


def collect(
    shell: Shell, figures: Figures, remembered: Mapping[str, Remembered], states: Mapping[str, object]
) -> Contents:
    """What there is.  In the child, where nothing changes.

    `states`: random_states() in the parent, as `random` gives a child other numbers.
    """
    script, running = running_script(shell)
    open_figures = figures.open()
    figures.let_go()
    inputs = shell.cells.inputs
    values: dict[str, Mapping[str, object]] = {
        NAMES: {name: value for name, value in shell.names.session.items() if _is_kept(shell, name, value)},
        SCRIPT: {name: value for name, value in script.items() if is_for_both(name)},
        OUT: {str(number): value for number, value in shell.display.outputs.items()},
        FIGURES: {str(number): figure for number, figure in open_figures.items()},
        RANDOM: states,
        SHELL: {
            "In": inputs,
            "running": running,
            **{name: each.get() for name, each in remembered.items()},
        },
    }
    return Contents(values, {NAMES: shell.names.session, SCRIPT: script}, inputs, list(open_figures))


def running_script(shell: Shell) -> tuple[dict[str, Any], bool]:
    """The names of the script that runs, or else was run last, and whether it runs.  From any thread."""
    main = sys.modules.get("__main__")
    if main is not None and main is not shell.names.module and "__file__" in vars(main):
        return vars(main), True
    return shell.live.script, False


def what_runs(shell: Shell) -> str:
    """What the command is that runs: a script's name, or the first line that was typed.  From any thread."""
    script, running = running_script(shell)
    if running:
        return os.path.basename(str(script["__file__"]))
    line = shell.cells.inputs[-1].strip().partition("\n")[0]
    shared = re.match(r"%?run\s.*?([^\s/]+\.i?py)\b", line)
    return shared[1] if shared else line[:60]


def is_anything(shell: Shell, figures: Figures) -> bool:
    """Whether there is anything that would be lost.  From any thread."""
    script, running = running_script(shell)
    return bool(shell.names.made() or figures.open() or (running and script))


def _is_kept(shell: Shell, name: object, value: object) -> bool:
    if not isinstance(name, str) or is_shells_name(name) or (name.startswith("__") and name.endswith("__")):
        return False
    # Functions that every session begins with: pylab's, those of startup files.  What is known by its module is kept:
    # the next session may be one without pylab.
    given = shell.names.is_hidden(name, value) and callable(value)
    return not given or reference(NAMES, name, value) is not None
