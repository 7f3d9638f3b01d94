"""What the user can do with sessions: `%session`."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable

from gshell.shell.errors import UsageError
from gshell.streams import show
from gshell.survival.folder import Folder
from gshell.survival.keeper import Keeper, Wanted
from gshell.survival.lock import Holder
from gshell.survival.manifest import Manifest, Unreadable
from gshell.survival.restoring import Restoring
from gshell.survival.sessions import Sessions
from gshell.survival.words import ASKED, description, when
from gshell.units import in_units

WRITING = 30.0
"""Seconds to wait for the last snapshot of a session whose shell has ended."""


class SessionCommands:
    """The commands about sessions.  In the worker, as the user's code; what they have to say, they print."""

    def __init__(self, sessions: Sessions, keeper: Callable[[], Keeper], restoring: Restoring) -> None:
        self._sessions = sessions
        self._keeper = keeper
        self._restoring = restoring
        self._position: Manifest | None = None  # the snapshot that undo() has gone back to

    def save(self, name: str) -> None:
        """Keep the session as it is now: under a name, or as it is kept anyway.  Raises UsageError."""
        if name:
            self._folder(name)
        report = self._keeper().take(Wanted(ASKED, name))
        if not report.written:
            raise UsageError(f"not saved: {report.problem}")
        own = self._keeper().folder
        shown = name or (own.name if own else "")
        show(f"saved as {shown}: {report.values} variable{'s' * (report.values != 1)}, {in_units(report.size)}")
        for (space, key), reason in report.left_out:
            show(f"  left out: {key if space in ('names', 'script') else f'{space}[{key}]'} ({reason})")

    def restore(self, name: str) -> None:
        """Have the values of a session beside those that there are; of the last one without a name.

        Raises UsageError.
        """
        folder = self.find(name)
        show("\n".join(self.bring_back(folder)[0]))
        try:
            folder.note_known()
        except OSError:  # the disk is full, or the like: it is told of again
            pass

    def find(self, name: str) -> Folder:
        """The session of this name; the last one that has ended, if it is empty.  Raises UsageError.

        If the shell has ended that had it, but its last snapshot is still being written, that is waited for.
        """
        folder = self._folder(name) if name else self._last()
        end = time.monotonic() + WRITING
        while folder.holder is Holder.ENDING and time.monotonic() < end:
            time.sleep(0.05)
        return folder

    def bring_back(self, folder: Folder) -> tuple[list[str], bool]:
        """Have a session's values.  Raises UsageError.

        Returns lines that say which, and whether it is all that was ever kept of it.
        """
        manifest = self.manifest(folder)
        older = self._older(folder, manifest)
        lines, whole = self._restoring.restore(folder, manifest)
        self._keeper().check(folder, manifest)
        return older + lines, whole and not older

    def _older(self, folder: Folder, manifest: Manifest) -> list[str]:
        """A line if this is not the session's last snapshot: that can't be read."""
        try:
            last = max(folder.numbers())
            if last != manifest.number:
                folder.manifest(last)
        except Unreadable as error:
            return [f"{folder.name}: the last snapshot can't be read ({error}); this is that of {when(manifest.taken)}"]
        except OSError:  # somebody deletes it
            pass
        return []

    def undo(self) -> None:
        """Have the values as they were in the snapshot before.  Raises UsageError."""
        report = self._keeper().take(Wanted(ASKED))
        folder = self._keeper().folder
        if not report.written or folder is None:
            raise UsageError(f"there is no snapshot: {report.problem}")
        now = self._snapshot(folder, report.number)
        if self._position is None or self._position.content != now.content:  # something has changed since
            self._position = now
        for number in reversed([each for each in folder.numbers() if each < self._position.number]):
            before = self._snapshot(folder, number)
            if before.content != now.content:
                self._position = before
                show("\n".join([f"as of {when(before.taken)}", *self._restoring.put_back(folder, now, before)]))
                self._keeper().take(Wanted(ASKED))  # what comes next can be undone, too
                return
        raise UsageError("there is no earlier snapshot that is different")

    def list_all(self) -> None:
        """Say which there are."""
        rows = []
        own = self._keeper().folder
        for folder in self._all():
            is_own = own is not None and folder.name == own.name
            goes_on = is_own or folder.holder is Holder.SHELL
            try:
                text = description(folder.last(), goes_on=goes_on)
            except Unreadable as error:
                text = str(error)
            if goes_on:
                text = f"{'this one' if is_own else 'in use'}; {text}"
            rows.append((folder.name, in_units(folder.size), text))
        if not rows:
            show("no sessions are kept")
            return
        width = max(len(name) for name, _, _ in rows)
        show("\n".join(f"{name:<{width}}  {space:>9}  {text}" for name, space, text in rows))

    def show(self, name: str) -> None:
        """Say what is in one: the last, without a name.  Raises UsageError."""
        own = self._keeper().folder
        folder = self._folder(name) if name else (own or self._last())
        manifest = self.manifest(folder)
        goes_on = folder is own or folder.holder is Holder.SHELL
        lines = [
            f"{folder.name}: {description(manifest, goes_on=goes_on)}",
            f"  in {manifest.directory}, Python {manifest.python}",
        ]
        lines += [f"  snapshots: {', '.join(when(self._snapshot(folder, each).taken) for each in folder.numbers())}"]
        for group in sorted(manifest.groups, key=lambda group: -group.size):
            names = sorted({key if space in ("names", "script") else f"{space}[{key}]"
                            for keys in group.names for space, key in keys})  # fmt: skip
            text = ", ".join(names)
            room = max(20, shutil.get_terminal_size().columns - 16)
            lines.append(f"  {in_units(group.size):>9}  {text if len(text) <= room else text[: room - 3] + '...'}")
        for each in manifest.left_out:
            shown = each.name if each.space in ("names", "script") else f"{each.space}[{each.name}]"
            lines.append(f"  left out: {shown} ({each.reason})")
        show("\n".join(lines))

    def delete(self, name: str) -> None:
        """Delete one.  Raises UsageError."""
        folder = self._folder(name)
        self._must_be_there(folder)
        if folder.in_use:
            raise UsageError(f"a shell has the session {name}")
        try:
            folder.delete()
        except OSError as error:
            raise UsageError(f"{name}: {error.strerror}") from None

    # Finding them.

    def _folder(self, name: str) -> Folder:
        try:
            return self._sessions.folder(name)
        except ValueError as error:
            raise UsageError(str(error)) from None

    def _all(self) -> list[Folder]:
        try:
            return self._sessions.all()
        except OSError as error:
            raise UsageError(str(error)) from None

    def _last(self) -> Folder:
        try:
            folder = self._sessions.last()
        except OSError as error:
            raise UsageError(str(error)) from None
        if folder is None:
            raise UsageError("there is no session that could be restored")
        return folder

    def manifest(self, folder: Folder) -> Manifest:
        """What was kept last.  Raises UsageError."""
        self._must_be_there(folder)
        try:
            return folder.last()
        except Unreadable as error:
            raise UsageError(f"{folder.name}: {error}") from None

    def _snapshot(self, folder: Folder, number: int) -> Manifest:
        try:
            return folder.manifest(number)
        except Unreadable as error:
            raise UsageError(f"{folder.name}, snapshot {number}: {error}") from None

    def _must_be_there(self, folder: Folder) -> None:
        if not folder.path.is_dir():
            raise UsageError(f"there is no session {folder.name}; %session list shows which there are")
