"""A snapshot is written: each value pickled by itself, those that share objects together.

Which values share objects the pickles tell: the pickler remembers every object that it has seen, and two values are of
the same group if it has seen one object in both.  (The groups are the co-variables of Kishu; Li et al., VLDB 2025.)

What is the same as in the snapshot before is not written again: pickles and big arrays are known by a digest of their
content.  Big arrays are written from the memory that they are in, each into a file of its own, which can be mapped.
Small pickles go into one file together, as each file costs a wait for the disk.

The user's code runs here (`__reduce__`, `__getstate__`), and may do anything: raise, exit, never return, die.  So this
is for a child process (child.py), and says before each value which one it is.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import metadata
from types import NoneType

from gshell.survival.contents import Contents
from gshell.survival.files import Aside
from gshell.survival.folder import Folder
from gshell.survival.manifest import USERS, Buffer, Group, LeftOut, Manifest, Place, Reference, Unreadable, digest
from gshell.survival.pickling import Dump, dump
from gshell.survival.references import reference
from gshell.survival.spool import SMALL, Spool

PACKS = 8
"""Files of small pickles that a snapshot refers to at most; else they are put together anew."""
ROOM = 2**28
"""Bytes that are left free on the disk."""

Key = tuple[str, str]
"""A space, and a name in it."""

ATOMS = (NoneType, bool, int, float, complex, str, bytes)
"""Types of values that share nothing; all of them are in one pickle."""


class NoRoom(OSError):
    """The disk is nearly full, or the user has set a limit."""


@dataclass
class _Pickled:
    """Values in one pickle, and which names they have."""

    values: list[object]
    names: list[list[Key]]
    dump: Dump
    spool: Spool


class Writer:
    """Writes one snapshot.  In a process that has the values and nothing else to do."""

    def __init__(self, folder: Folder, contents: Contents, limit: int, tell: Callable[[Key], object]) -> None:
        """`limit`: bytes that the session may have on the disk; `tell(key)` is called before a value is pickled."""
        self._folder = folder
        self._contents = contents
        self._limit = limit
        self._tell = tell
        self._files = 0
        self._left_out: list[LeftOut] = []
        self._views = {id(value) for names in contents.values.values() for value in names.values()}
        self._known: dict[str, Place] = {}
        self._number = 1
        self._find_known()

    def _find_known(self) -> None:
        """What the snapshot before has, need not be written."""
        try:
            before = self._folder.last()
        except Unreadable:
            numbers = self._folder.numbers()
            self._number = numbers[-1] + 1 if numbers else 1
            return
        self._number = before.number + 1
        packs = {group.place.file for group in before.groups if group.place.file.startswith("pack-")}
        self._known = {
            group.place.digest: group.place
            for group in before.groups
            if len(packs) <= PACKS or group.place.file not in packs
        }

    def write(self, skip: Iterable[tuple[Key, str]], why: str, running: str) -> Manifest:
        """Write it; return its manifest.  `skip`: what is left out, with reasons.

        Raises OSError; NoRoom if there is none.  Then there is no snapshot, and the one before is as it was.
        """
        references, values = self._sorted(dict(skip))
        pickled = self._together([each for value, keys in values if (each := self._pickled([value], [keys]))])
        groups = self._stored(pickled)
        packages = {each for group in groups for each in group.packages}
        manifest = Manifest(
            number=self._number,
            taken=time.time(),
            why=why,
            running=running,
            python=platform.python_version(),
            packages={each: version for each in sorted(packages) if (version := package_version(each))},
            directory=_here(),
            path=[each for each in sys.path if isinstance(each, str)],
            figures=list(self._contents.figures),
            groups=groups,
            references=references,
            left_out=self._left_out,
        )
        self._folder.add(manifest)
        return manifest

    def _sorted(self, skip: dict[Key, str]) -> tuple[list[Reference], list[tuple[object, list[Key]]]]:
        """What is known by a name, and the values, each with all names that it has."""
        references, values = list[Reference](), dict[int, tuple[object, list[Key]]]()
        for space, names in self._contents.values.items():
            for name, value in names.items():
                if (space, name) in skip:
                    self._leave_out([(space, name)], skip[space, name])
                elif any(value is live for live in self._contents.live.values()):
                    self._leave_out([(space, name)], "the names of the session themselves")
                elif (found := reference(space, name, value)) is not None:
                    references.append(found)
                else:
                    values.setdefault(id(value), (value, []))[1].append((space, name))
        return references, list(values.values())

    def _leave_out(self, keys: Iterable[Key], reason: str) -> None:
        for space, name in keys:
            self._left_out.append(LeftOut(space, name, reason, self._contents.made(name)))

    # Pickles.

    def _pickled(self, values: list[object], names: list[list[Key]]) -> _Pickled | None:
        """Values in one pickle; None if that can't be: they are left out then."""
        self._tell(names[0][0])
        spool = Spool(self._new_file)
        try:
            return _Pickled(values, names, dump(values, spool, self._contents.live, self._views), spool)
        except NoRoom:
            raise
        except BaseException as error:  # the user's code may even exit
            spool.discard()
            if isinstance(error, OSError) and spool.size > SMALL:  # it may be the disk
                raise
            self._leave_out([key for keys in names for key in keys], _reason(error))
            return None

    def _together(self, pickled: list[_Pickled]) -> list[_Pickled]:
        """The same with those in one pickle that share objects."""
        groups = _sharing([each.dump.shared for each in pickled])
        together: list[_Pickled] = []
        atoms = [group[0] for group in groups if len(group) == 1 and type(pickled[group[0]].values[0]) in ATOMS]
        of_user = [index for index in atoms if any(space in USERS for space, _ in pickled[index].names[0])]
        others = [index for index in atoms if index not in set(of_user)]
        for group in [of_user, others, *(group for group in groups if group[0] not in set(atoms))]:
            if len(group) == 1:
                together.append(pickled[group[0]])
            elif group:
                for index in group:
                    pickled[index].spool.discard()
                values = [pickled[index].values[0] for index in group]
                if again := self._pickled(values, [pickled[index].names[0] for index in group]):
                    together.append(again)
        return together

    # Files.

    def _new_file(self) -> Aside:
        self._files += 1
        return Aside(self._folder.objects, f"file-{self._number}-{self._files}")

    def _stored(self, pickled: list[_Pickled]) -> list[Group]:
        """Have all of it in files."""
        pack, pack_name = None, f"pack-{self._number}"
        groups = []
        for each in pickled:
            spool, name = each.spool, each.spool.digest
            place = self._known.get(name)
            if place is not None:
                spool.discard()
            elif spool.file is not None:
                self._make_room(0)
                spool.file.finish(self._folder.objects / name)
                place = Place(name, 0, spool.size, name)
            else:
                pack = pack or Aside(self._folder.objects, pack_name)
                place = Place(pack_name, pack.size, spool.size, name)
                pack.write(spool.data)
            buffers = [self._stored_buffer(buffer.raw()) for buffer in each.dump.buffers]
            names = [[list(key) for key in keys] for keys in each.names]
            packages = sorted(each.dump.packages)
            groups.append(Group(names, place, buffers, packages, each.dump.has_code))
        if pack is not None:
            self._make_room(0)
            pack.finish(self._folder.objects / pack_name)
        return groups

    def _stored_buffer(self, memory: memoryview) -> Buffer:
        name, size = digest(memory), memory.nbytes
        path = self._folder.objects / name
        if not path.exists() or path.stat().st_size != size:
            self._make_room(size)
            file = self._new_file()
            try:
                file.write(memory)
            except OSError:
                file.discard()
                raise
            file.finish(path)
        return Buffer(name, size, memory.readonly)

    def _make_room(self, size: int) -> None:
        """Raises NoRoom if there is none for so many bytes."""
        disk = os.statvfs(self._folder.path)
        if disk.f_bavail * disk.f_frsize < size + ROOM:
            raise NoRoom(f"the disk is nearly full ({self._folder.path})")
        if self._limit and self._folder.size + size > self._limit:
            raise NoRoom(f"it would take more than {self._limit / 1e9:g} GB (the setting session_gb)")


def _sharing(shared: list[dict[int, object]]) -> list[list[int]]:
    """The indices of those that have a part in each other, together."""
    leader = list(range(len(shared)))

    def find(index: int) -> int:
        while leader[index] != index:
            leader[index] = leader[leader[index]]
            index = leader[index]
        return index

    owner: dict[int, int] = {}
    for index, objects in enumerate(shared):
        for key in objects:
            leader[find(index)] = find(owner.setdefault(key, index))
    groups: dict[int, list[int]] = {}
    for index in range(len(shared)):
        groups.setdefault(find(index), []).append(index)
    return list(groups.values())


def _reason(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "there was not enough memory"
    text = str(error).strip().partition("\n")[0]
    return text if text and isinstance(error, TypeError | OSError) else f"{type(error).__name__}: {text}".rstrip(": ")


def package_version(package: str) -> str:
    """The version of a package that is loaded; empty for what has none, as the standard library."""
    if package in sys.stdlib_module_names or package == "__main__":
        return ""
    found = getattr(sys.modules.get(package), "__version__", None)
    if isinstance(found, str):
        return found
    try:
        return metadata.version(package)
    except Exception:  # no package of this name, or its metadata are broken
        return ""


def _here() -> str:
    try:
        return os.getcwd()
    except OSError:  # it was deleted
        return ""
