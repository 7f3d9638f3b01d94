"""A snapshot is read: those groups that can be, and a line for each that can't."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any

import xxhash

from gshell.survival.files import CHUNK, NotOurs, check_directory, mapped, open_own
from gshell.survival.folder import Folder
from gshell.survival.manifest import Buffer, Group, Manifest, Reference, Unreadable, digest
from gshell.survival.pickling import Spaces, load
from gshell.survival.reasons import package_version, reason
from gshell.survival.references import resolve
from gshell.survival.writing import Key


@dataclass
class Restored:
    """What was read."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By space and name."""
    missing: dict[Key, str] = field(default_factory=dict)
    """What could not be, and why; also what was never kept."""


def read(
    folder: Folder,
    manifest: Manifest,
    live: Spaces,
    is_wanted: Callable[[Group], bool] = lambda group: True,
    known: Container[Reference] = (),
) -> Restored:
    """The values of a snapshot, of those groups that are wanted, but for `known` references.

    `live` are the names in which functions of the spaces will live.  In the worker: the user's code runs.  Raises
    nothing but KeyboardInterrupt.
    """
    restored = Restored()
    for left in manifest.left_out:
        restored.missing[left.space, left.name] = left.reason
    for each in manifest.references:
        if each in known:
            continue
        try:
            restored.values.setdefault(each.space, {})[each.name] = resolve(each)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # code of the user's may even exit
            restored.missing[each.space, each.name] = reason(error)
    for group in manifest.groups:
        if not is_wanted(group):
            continue
        try:
            values = _group(folder, manifest, group, live)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            why = _why(error, manifest, group)
            for space, name in (key for keys in group.names for key in keys):
                restored.missing[space, name] = why
        else:
            for keys, value in zip(group.names, values, strict=True):
                for space, name in keys:
                    restored.values.setdefault(space, {})[name] = value
    return restored


def group_digest(group: Group) -> str:
    """The same for two groups of the same content."""
    return digest(" ".join([group.place.digest, *(each.digest for each in group.buffers)]).encode())


def _group(folder: Folder, manifest: Manifest, group: Group, live: Spaces) -> list[Any]:
    here = platform.python_version_tuple()[:2]
    if group.has_code and tuple(manifest.python.split(".")[:2]) != here:
        raise Unreadable(f"it has code of Python {manifest.python}, which this one can't run")
    with _object(folder, group.place.file, group.place.offset + group.place.size) as file:
        file.seek(group.place.offset)
        data = file.read(group.place.size)
    if digest(data) != group.place.digest:
        raise Unreadable("its file is damaged")
    values = load(BytesIO(data), [_buffer(folder, each) for each in group.buffers], live)
    if not isinstance(values, list) or len(values) != len(group.names):
        raise Unreadable("its file is damaged")
    return values


def _object(folder: Folder, name: str, size: int) -> IO[bytes]:
    """A file that the manifest refers to, of so many bytes at least.  Raises OSError, Unreadable."""
    try:
        check_directory(folder.objects)
        file = open_own(folder.objects / name)
    except FileNotFoundError:
        raise Unreadable("its file is gone") from None
    except NotOurs as error:
        raise Unreadable(str(error)) from None
    if os.fstat(file.fileno()).st_size < size:
        file.close()
        raise Unreadable("its file is shorter than it was")
    return file


def _buffer(folder: Folder, buffer: Buffer) -> memoryview:
    with _object(folder, buffer.digest, buffer.size) as file:
        memory = mapped(file, buffer.size)
    return memory.toreadonly() if buffer.readonly else memory


def _why(error: BaseException, manifest: Manifest, group: Group) -> str:
    others = [
        f"{name} was {then} then, and is {now}"
        for name in group.packages
        if (then := manifest.packages.get(name)) and (now := package_version(name)) != then and now
    ]
    return "; ".join([reason(error, Unreadable), *others])


def damaged(folder: Folder, manifest: Manifest) -> list[Key]:
    """Which values have big arrays whose content is not what was written: read() does not look at it.

    Reads all of them; from any thread.
    """
    return [
        (space, name)
        for group in manifest.groups
        if not all(_is_sound(folder, each) for each in group.buffers)
        for keys in group.names
        for space, name in keys
    ]


def _is_sound(folder: Folder, buffer: Buffer) -> bool:
    found, left = xxhash.xxh3_128(), buffer.size
    try:
        with _object(
            folder, buffer.digest, buffer.size
        ) as file:  # where a disk fails, to look at a mapped file is a SIGBUS
            while left and (data := file.read(min(left, CHUNK))):
                found.update(data)
                left -= len(data)
    except Unreadable:  # the value was not read at all, which was said
        return True
    except OSError:
        return False
    return found.hexdigest() == buffer.digest
