"""Keeps the session on the disk, as far as its settings say so, from the first command on."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from gshell.magics.run import LastRun
from gshell.paths import sessions_dir
from gshell.plotting.kept_figures import KeptFigures
from gshell.session.lazily import Lazily
from gshell.session.moment import SafePoint
from gshell.settings import Settings
from gshell.shell.errors import UsageError
from gshell.shell.outcome import Outcome
from gshell.shell.shell import Shell
from gshell.streams import show

if TYPE_CHECKING:  # what no start needs
    from gshell.survival.collecting import Remembered
    from gshell.survival.commands import SessionCommands
    from gshell.survival.contents import Contents
    from gshell.survival.keeper import Keeper

LEFT = "left"
"""Why a last snapshot is taken: the user leaves."""


class Survival:
    """What a session does to be restored."""

    def __init__(
        self,
        settings: Settings,
        shell: Callable[[], Shell],
        safe_point: SafePoint,
        say: Callable[[str], object],
        *,
        interactive: bool,
    ) -> None:
        """`interactive`: there is a prompt; a program that runs alone is not kept."""
        self._settings = settings
        self._shell = shell
        self._safe_point = safe_point
        self._say = say
        self._interactive = interactive
        self._figures = KeptFigures()
        self._keeper = Lazily(self._make_keeper)
        self._commands = Lazily(self._make_commands)

    @property
    def _wanted(self) -> bool:
        return self._interactive and (os.environ.get("GSHELL_SESSION") or self._settings.session) == "on"

    # Commands.

    def began(self) -> None:
        """A command begins.  In the worker."""
        if self._wanted:
            self._keeper.get().began()

    def ended(self) -> None:
        """It has ended.  In the worker."""
        if self._keeper.made is not None:
            self._keeper.made.ended()

    def last(self, why: str, *, wait: bool) -> None:
        """The session ends: have a last snapshot; `wait` for it, not too long.  In any thread but worker and GUI."""
        keeper = self._keeper.made
        if keeper is None or not self._wanted:
            return
        from gshell.survival.keeper import Wanted

        if keeper.folder is not None or self._is_anything():
            seconds = float(self._settings.session_seconds) if wait else 0.0
            report = keeper.take(Wanted(why, patience=min(1.0, seconds), limit=seconds))
            if report.problem and not report.left:
                show(f"gshell: the session is not kept: {report.problem}")

    def after_fork(self) -> None:
        """In a forked child of the user's."""
        if self._keeper.made is not None:
            self._keeper.made.after_fork()

    def commands(self) -> SessionCommands:
        """What the user can do with sessions.  Raises UsageError if this one is no session at a prompt."""
        if not self._interactive:
            raise UsageError("sessions are kept where there is a prompt")
        return self._commands.get()

    # The session before.

    def word(self) -> str:
        """A line about the session before, if it is worth one."""
        if not self._wanted or not sessions_dir().is_dir():
            return ""
        from gshell.survival.sessions import Sessions
        from gshell.survival.words import description

        found = Sessions(sessions_dir()).untold()
        if found is None:
            return ""
        folder, manifest = found
        crash = f"; where it crashed is in {folder.crash}" if folder.has_crashed else ""
        return f"{description(manifest)}{crash}: gshell --restore"

    def go_on(self, name: str) -> Outcome:
        """Go on with a session (empty: the last).  In the worker, as the first command."""
        return self._shell().run_function(lambda: self._go_on(name))

    def _go_on(self, name: str) -> None:
        commands = self.commands()
        folder = commands.find(name)
        try:
            folder.lock()
        except OSError as error:
            raise UsageError(str(error)) from None
        whole = False
        try:
            lines, whole = commands.bring_back(folder)
        finally:
            # What this shell can't read, another one may: it is not to be replaced by what there is here.
            if whole:
                self._keeper.get().adopt(folder)
            else:
                folder.unlock()
        if not whole:
            lines.append(f"this goes on as another session, and {folder.name} stays as it is")
        show("\n".join(lines))

    # Parts.

    def _make_keeper(self) -> Keeper:
        from gshell.survival.keeper import Keeper
        from gshell.survival.sessions import Sessions

        return Keeper(
            self._settings,
            Sessions(sessions_dir()),
            self._collect,
            self._safe_point,
            self._is_anything,
            self._what_runs,
            self._say,
        )

    # What the keeper asks.  Not imported with it: cloudpickle is behind it, and the first command waits for the keeper.

    def _collect(self, states: dict[str, object]) -> Contents:
        from gshell.survival.collecting import collect

        return collect(self._shell(), self._figures, self._remembered(), states)

    def _is_anything(self) -> bool:
        from gshell.survival.collecting import is_anything

        return self._wanted and is_anything(self._shell(), self._figures)

    def _what_runs(self) -> str:
        from gshell.survival.collecting import what_runs

        return what_runs(self._shell())

    def _make_commands(self) -> SessionCommands:
        from gshell.survival.commands import SessionCommands
        from gshell.survival.restoring import Restoring
        from gshell.survival.sessions import Sessions

        restoring = Restoring(self._shell(), self._figures, self._remembered())
        return SessionCommands(Sessions(sessions_dir()), self._keeper.get, restoring)

    def _remembered(self) -> dict[str, Remembered]:
        from gshell.survival.collecting import Remembered

        run = self._shell().magics.state(LastRun)
        return {"last run": Remembered(lambda: run.given, run.remember)}
