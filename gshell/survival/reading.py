"""A snapshot is read: those groups that can be, and a line for each that can't."""

from __future__ import annotations

import platform
from collections.abc import Container
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from gshell.survival.files import mapped, open_own
from gshell.survival.folder import Folder
from gshell.survival.manifest import Buffer, Group, Manifest, Reference, digest
from gshell.survival.pickling import Spaces, load
from gshell.survival.references import resolve
from gshell.survival.writing import Key, package_version


@dataclass
class Restored:
    """What was read."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By space and name."""
    missing: dict[Key, str] = field(default_factory=dict)
    """What could not be, and why; also what was never kept."""


def read(
    folder: Folder, manifest: Manifest, live: Spaces, unwanted: Container[str] = (), known: Container[Reference] = ()
) -> Restored:
    """The values of a snapshot, but for the groups that have an `unwanted` digest, and for `known` references.

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
        except Exception as error:
            restored.missing[each.space, each.name] = f"{type(error).__name__}: {error}"
    for group in manifest.groups:
        if group_digest(group) in unwanted:
            continue
        try:
            values = _group(folder, manifest, group, live)
        except Exception as error:
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
        raise ValueError(f"it has code of Python {manifest.python}, which this one can't run")
    with open_own(folder.objects / group.place.file) as file:
        file.seek(group.place.offset)
        data = file.read(group.place.size)
    if digest(data) != group.place.digest:
        raise ValueError("its file is damaged")
    values = load(BytesIO(data), [_buffer(folder, each) for each in group.buffers], live)
    if not isinstance(values, list) or len(values) != len(group.names):
        raise ValueError("its file is damaged")
    return values


def _buffer(folder: Folder, buffer: Buffer) -> memoryview:
    memory = mapped(folder.objects / buffer.digest, buffer.size)
    return memory.toreadonly() if buffer.readonly else memory


def _why(error: Exception, manifest: Manifest, group: Group) -> str:
    text = str(error) if type(error) is ValueError else f"{type(error).__name__}: {error}"
    others = [
        f"{name} was {then} then, and is {now}"
        for name in group.packages
        if (then := manifest.packages.get(name)) and (now := package_version(name)) != then and now
    ]
    return "; ".join([text, *others])


def damaged(folder: Folder, manifest: Manifest) -> list[Key]:
    """Which values have big arrays whose files are not what was written.  Reads all of them; from any thread."""
    found: list[Key] = []
    for group in manifest.groups:
        try:
            fine = all(digest(mapped(folder.objects / each.digest, each.size)) == each.digest for each in group.buffers)
        except (OSError, ValueError):
            fine = False
        if not fine:
            found += [(space, name) for keys in group.names for space, name in keys]
    return found
