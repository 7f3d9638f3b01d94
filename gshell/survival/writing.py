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
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import NoneType

from gshell.survival.contents import Contents
from gshell.survival.draft import Draft
from gshell.survival.draft import NoRoom as NoRoom  # what write() raises
from gshell.survival.files import Aside
from gshell.survival.folder import Folder
from gshell.survival.manifest import USERS, Buffer, Group, LeftOut, Manifest, Place, Reference, Unreadable, digest
from gshell.survival.pickling import Dump, dump
from gshell.survival.reasons import package_version, reason
from gshell.survival.references import reference
from gshell.survival.spool import Spool

PACKS = 8
"""Files of small pickles that a snapshot refers to at most; else they are put together anew."""
_PACK = "pack-"

Key = tuple[str, str]
"""A space, and a name in it."""

Culprit = tuple[str, str, int]
"""A value while it is pickled: a space, a name in it, and the value's id."""

ATOMS = (NoneType, bool, int, float, complex, str, bytes)
"""Types of values that share nothing."""
TINY = 2**12
"""Bytes of such a value; all that are not larger are in one pickle."""

_Value = tuple[object, list[Key]]
"""A value, and all names that it has."""


@dataclass
class _Pickled:
    """Values in one pickle, and which names they have."""

    names: list[list[Key]]
    dump: Dump
    spool: Spool


class Writer:
    """Writes one snapshot.  In a process that has the values and nothing else to do."""

    def __init__(
        self, folder: Folder, contents: Contents, limit: int, tell: Callable[[Culprit | None], object]
    ) -> None:
        """`limit`: bytes that the session may have on the disk; `tell()` is called before a value is pickled, and with
        None before something is written that is in nobody's hands any more."""
        folder.prune()  # what a process has left that was ended
        self._folder = folder
        self._contents = contents
        self._tell = tell
        self._left_out: list[LeftOut] = []
        self._views = {id(value) for names in contents.values.values() for value in names.values()}
        self._number = max(folder.numbers(), default=0) + 1
        self._draft = Draft(folder, self._number, limit)
        self._known = self._find_known()

    def _find_known(self) -> dict[str, Place]:
        """The pickles of the snapshot before, which need not be written again, by their digests."""
        try:
            groups = self._folder.last().groups
        except Unreadable:
            return {}
        packs = {group.place.file for group in groups if group.place.file.startswith(_PACK)}
        anew = packs if len(packs) >= PACKS else ()
        return {group.place.digest: group.place for group in groups if group.place.file not in anew}

    def write(self, skip: Mapping[Culprit, str], why: str, running: str) -> Manifest:
        """Write it; return its manifest.  `skip`: what is left out, with reasons, as long as it is the same value.

        Raises OSError; NoRoom if there is none.  Then there is no snapshot, and the one before is as it was.
        """
        try:
            references, values = self._sorted(skip)
            groups = self._stored(self._pickled(values))
            manifest = self._manifest(groups, references, why, running)
            self._folder.add(manifest)
        except BaseException as error:
            self._draft.give_up(error)
            raise
        self._draft.done()
        return manifest

    def _manifest(self, groups: list[Group], references: list[Reference], why: str, running: str) -> Manifest:
        packages = {each for group in groups for each in group.packages}
        return Manifest(
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

    def _sorted(self, skip: Mapping[Culprit, str]) -> tuple[list[Reference], list[_Value]]:
        """What is known by a name, and the values, each with all names that it has."""
        references, values = list[Reference](), dict[int, _Value]()
        for space, names in self._contents.values.items():
            for name, value in names.items():
                if (why := skip.get((space, name, id(value)))) is not None:
                    self._leave_out([(space, name)], why)
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

    def _pickled(self, values: list[_Value]) -> list[_Pickled]:
        """All of them, in pickles: those that share objects in one, and those that are tiny."""
        tiny, others = list[_Value](), list[_Value]()
        for value, keys in values:
            is_tiny = type(value) in ATOMS and sys.getsizeof(value) <= TINY
            (tiny if is_tiny else others).append((value, keys))
        of_user = [each for each in tiny if any(space in USERS for space, _ in each[1])]
        of_shell = [each for each in tiny if not any(space in USERS for space, _ in each[1])]
        pickles = [self._pickle(each) for each in (of_user, of_shell) if each]
        alone = [(each, pickle) for each in others if (pickle := self._pickle([each])) is not None]
        for group in _sharing([pickle.dump.shared for _, pickle in alone]):
            if len(group) == 1:
                pickles.append(alone[group[0]][1])
                continue
            for index in group:
                alone[index][1].spool.discard()
            pickles.append(self._pickle([alone[index][0] for index in group]))
        return [each for each in pickles if each is not None]

    def _pickle(self, values: list[_Value]) -> _Pickled | None:
        """Values in one pickle; None if that can't be: they are left out then."""
        names = [keys for _, keys in values]
        self._tell((*names[0][0], id(values[0][0])))
        spool, done = Spool(self._draft), None
        try:
            done = dump([value for value, _ in values], spool, self._contents.live, self._views)
        except BaseException as error:  # the user's code may even exit
            spool.discard()
            why = reason(error, TypeError, OSError)
        if self._draft.problem is not None:
            raise self._draft.problem
        if done is None:
            self._leave_out([key for keys in names for key in keys], why)
            return None
        return _Pickled(names, done, spool)

    # Files.

    def _stored(self, pickles: list[_Pickled]) -> list[Group]:
        """Have all of it in files."""
        pack: Aside | None = None
        pack_name = f"{_PACK}{self._number}"
        groups = []
        for each in pickles:
            self._tell(None)
            spool, name = each.spool, each.spool.digest
            place = self._known.get(name) or Place(name, 0, spool.size, name)
            if self._draft.has(place.file, place.offset + place.size):
                spool.discard()
            elif spool.file is not None:
                self._draft.finish(spool.file, name)
                place = Place(name, 0, spool.size, name)
            else:
                pack = pack or self._draft.new_file()
                place = Place(pack_name, pack.size, spool.size, name)
                self._draft.write(pack, spool.data)
            buffers = [self._stored_buffer(buffer.raw()) for buffer in each.dump.buffers]
            names = [[list(key) for key in keys] for keys in each.names]
            groups.append(Group(names, place, buffers, sorted(each.dump.packages), each.dump.has_code))
        if pack is not None:
            self._draft.finish(pack, pack_name)
        return groups

    def _stored_buffer(self, memory: memoryview) -> Buffer:
        self._tell(None)
        name, size = digest(memory), memory.nbytes
        if not self._draft.has(name, size):
            file = self._draft.new_file()
            self._draft.write(file, memory)
            self._draft.finish(file, name)
        return Buffer(name, size, memory.readonly)


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


def _here() -> str:
    try:
        return os.getcwd()
    except OSError:  # it was deleted
        return ""
