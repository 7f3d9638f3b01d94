"""Takes snapshots when they are due, in a thread of its own, which begins with the first command.

The thread sleeps until something is due, or somebody asks.  It has the child forked at a moment when the values are as
they should be (`Moment`), and waits for what the child says.  Nobody else waits, but for those who ask for a snapshot.
"""

from __future__ import annotations

import faulthandler
import os
import threading
import time
from _queue import SimpleQueue
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from queue import Empty
from typing import IO, TYPE_CHECKING, Protocol

from gshell.settings import Settings
from gshell.survival.folder import Folder
from gshell.survival.schedule import Schedule
from gshell.survival.sessions import Sessions
from gshell.survival.usage import Copying, resident
from gshell.survival.words import ASKED, IT_WAS_TIME
from gshell.units import in_units

if TYPE_CHECKING:  # imports cloudpickle
    from gshell.survival.child import Child, Report
    from gshell.survival.contents import Contents
    from gshell.survival.manifest import Manifest
    from gshell.survival.writing import Culprit

GRACE = 5.0
"""Seconds after which the end of the session does not wait for the keeper's thread any more."""
LOOK = 0.2
"""Seconds between two looks whether the session ends meanwhile."""
KILLED = "SIGKILL"
"""How a child ends that the kernel has taken."""
TRIES = 3
"""Snapshots that may fail, one after the other, each for another value."""


class Moment(Protocol):
    """When the values are as they should be."""

    def fork(self, begin: Callable[[], Child], patience: float) -> Child:
        """Call `begin()` at such a moment, or after some `patience` seconds at any.  Raises what that raises."""

    @property
    def busy(self) -> bool:
        """Whether a command runs."""


@dataclass
class Wanted:
    """A snapshot that somebody has asked for, and waits for."""

    why: str
    name: str = ""
    """The session in which it is kept; empty: the shell's own."""
    patience: float = 1.0
    """Seconds to wait for a good moment."""
    limit: float | None = None
    """For the last snapshot of the session: seconds after which nobody waits any more, and the child goes on."""
    report: SimpleQueue[Report] = field(default_factory=SimpleQueue)

    @property
    def is_last(self) -> bool:
        """Whether the session ends after it."""
        return self.limit is not None


@dataclass(frozen=True)
class _Ended:
    seconds: float


class Keeper:
    """Keeps the session.  Made when the first command begins."""

    def __init__(
        self,
        settings: Settings,
        sessions: Sessions,
        contents: Callable[[dict[str, object]], Contents],
        moment: Moment,
        is_anything: Callable[[], bool],
        what_runs: Callable[[], str],
        say: Callable[[str], object],
    ) -> None:
        """`contents(random_states())` is called in the child; `is_anything()`: whether there is anything that is to be
        kept by itself; `what_runs()`: what the command is that runs, in a few words."""
        self._settings = settings
        self._sessions = sessions
        self._contents = contents
        self._moment = moment
        self._say = say
        self._is_anything = is_anything
        self._what_runs = what_runs
        self._folder: Folder | None = None
        self._schedule = Schedule(time.monotonic())
        self._events: SimpleQueue[Wanted | _Ended | None] = SimpleQueue()
        self._skip: dict[Culprit, str] = {}
        self._told: set[Culprit] = set()
        self._problem = ""
        self._forking = False
        self._ends = False
        self._memory = 0
        self._crash: IO[bytes] | None = None
        self._began = 0.0
        self._thread = threading.Thread(target=self._run, name="snapshots", daemon=True)
        self._thread.start()

    # In any thread.

    @property
    def folder(self) -> Folder | None:
        """The session's; None if nothing was kept yet."""
        return self._folder

    def adopt(self, folder: Folder) -> None:
        """The session goes on that is in this folder, which is locked.  Before the first snapshot."""
        self._folder = folder

    def began(self) -> None:
        """A command begins."""
        self._began = time.monotonic()
        self._events.put(None)

    def ended(self) -> None:
        """It has ended."""
        self._events.put(_Ended(time.monotonic() - self._began))

    def take(self, wanted: Wanted) -> Report:
        """Have a snapshot taken; wait for it.  What is wrong is in the report."""
        self._ends |= wanted.is_last
        if wanted.is_last and self._folder is not None:  # at once: somebody may come back at once
            self._folder.note_end()
        self._events.put(wanted)
        limit = None if wanted.limit is None else wanted.limit + wanted.patience + GRACE
        try:
            return wanted.report.get(timeout=limit)
        except Empty:  # the thread stands still, or there was no memory for it
            from gshell.survival.child import Report

            return Report(problem=f"no answer within {limit:g} s")

    def check(self, folder: Folder, manifest: Manifest) -> None:
        """See whether the big arrays of a session, which nobody has read yet, are what was written; say if not.

        In a thread of its own: that may take long, and snapshots don't wait for it.
        """
        with suppress(RuntimeError):  # there is no memory for it
            threading.Thread(target=self._say_damaged, args=(folder, manifest), name="check", daemon=True).start()

    def after_fork(self) -> None:
        """In a forked child: if it is the user's, it does not hold the session."""
        if self._folder is not None and not self._forking:
            self._folder.unlock()

    # In the keeper's thread.

    def _run(self) -> None:
        busy = False
        while True:
            due = self._schedule.due(busy, self._settings.session_interval)
            try:
                event = self._events.get(timeout=None if due is None else max(0.0, due - time.monotonic()))
            except Empty:
                if self._is_anything():
                    self._take(Wanted(IT_WAS_TIME))
                else:
                    self._schedule.taken(time.monotonic(), 0)
                continue
            if isinstance(event, Wanted):
                self._take(event)
                if event.is_last:
                    return
            elif event is None:
                busy = True
            else:
                busy = False
                memory = resident()
                self._schedule.command_ended(event.seconds, memory - self._memory)
                self._memory = memory

    def _take(self, wanted: Wanted) -> None:
        """Take one, and say what went wrong, once."""
        from gshell.survival import collecting  # noqa: F401  imports cloudpickle; the child is to import nothing
        from gshell.survival.child import Report
        from gshell.survival.large_pages import collapse

        report = Report()
        begun = time.monotonic()
        if wanted.why == ASKED:
            self._skip.clear()  # they may be others by now
        skip = dict(self._skip)
        try:
            for _ in range(TRIES):
                report = self._try(wanted, skip)
                if report.culprit is None:
                    break
                skip[report.culprit] = f"saving it has ended in {report.problem}"
                if report.problem != KILLED:  # that may have come from outside, as there was no memory left
                    self._skip[report.culprit] = skip[report.culprit]
        except OSError as error:
            report = Report(problem=error.strerror or str(error))
        except BaseException as error:
            report = Report(problem=f"{type(error).__name__}: {error}")
        finally:
            wanted.report.put(report)
            self._schedule.taken(begun, report.seconds + collapse(lambda: not self._ends))
        if wanted.why == IT_WAS_TIME and not self._ends:
            self._say_what_is_wrong(report, skip)
        self._problem = report.problem
        self._told |= skip.keys()

    def _say_what_is_wrong(self, report: Report, skip: Mapping[Culprit, str]) -> None:
        if report.problem and report.problem != self._problem:
            self._say(f"gshell: there is no snapshot of the session: {report.problem}")
        for culprit in skip.keys() - self._told if report.written else ():
            self._say(f"gshell: {culprit[1]} is left out of the session's snapshots: {skip[culprit]}")

    def _say_damaged(self, folder: Folder, manifest: Manifest) -> None:
        from gshell.survival.reading import damaged

        if names := sorted({name for _, name in damaged(folder, manifest)}):
            self._say(f"gshell: their file is damaged, so these are not what they were: {', '.join(names)}")

    def _try(self, wanted: Wanted, skip: Mapping[Culprit, str]) -> Report:
        own = self._folder.name if self._folder is not None else ""
        is_other = wanted.name not in ("", own)
        folder = self._named(wanted.name) if is_other else self._own_folder()
        if wanted.is_last:  # once more: it may have had no folder yet
            folder.note_end()
        try:
            running = self._what_runs() if self._moment.busy else ""
            copying = Copying()
            begun = self._moment.fork(lambda: self._fork(folder, wanted.why, running, skip), wanted.patience)
            report = self._wait(begun, wanted)
            return replace(report, seconds=report.seconds + copying.seconds)
        finally:
            if is_other:
                folder.unlock()

    def _wait(self, child: Child, wanted: Wanted) -> Report:
        """Wait for the child's end; end it if the session ends, for the last snapshot."""
        if wanted.is_last:
            return child.wait(wanted.limit or 0.0) or child.leave()
        while (report := child.wait(LOOK)) is None:
            if self._ends:
                return child.kill("the session ends")
        return report

    def _fork(self, folder: Folder, why: str, running: str, skip: Mapping[Culprit, str]) -> Child:
        """In whatever thread the moment is found."""
        from gshell.survival import child
        from gshell.survival.contents import random_states
        from gshell.survival.in_child import write

        states = random_states()
        self._forking = True
        try:
            limit = int(self._settings.session_gb * 1e9)
            work = partial(write, folder, partial(self._contents, states), limit, skip, why, running)
            return child.begin(work, keep=folder.descriptor)
        finally:
            self._forking = False

    def _named(self, name: str) -> Folder:
        folder = self._sessions.folder(name)
        folder.make()
        folder.lock()
        return folder

    def _own_folder(self) -> Folder:
        if self._folder is None:
            limit = int(self._settings.session_gb * 1e9)
            for name, size in self._sessions.tidy(self._settings.session_days, limit):
                self._say(f"gshell: deleted the saved session {name} ({in_units(size)}), which was old")
            self._folder = self._sessions.new()
        self._folder.make()  # it may have been deleted
        self._folder.lock()
        if self._crash is None and not faulthandler.is_enabled():
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
            self._crash = os.fdopen(os.open(self._folder.crash, flags, 0o600), "wb")
            faulthandler.enable(self._crash)
        return self._folder
