"""What is written about a snapshot: which values it has, where they are, and what could not be kept."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import xxhash

USERS = ("names", "script", "figures")
"""The spaces of what the user has made."""
FORMAT = 1
"""The version of all that is written; a shell refuses what a newer one has written."""


DAMAGED = "its list of values is damaged"


class Unreadable(ValueError):
    """A snapshot that can't be used, and why, for the user."""


class Newer(Unreadable):
    """One that a newer gshell has written."""


@dataclass(frozen=True)
class Place:
    """A piece of a file."""

    file: str
    offset: int
    size: int
    digest: str


@dataclass(frozen=True)
class Buffer:
    """The memory of a big array, in a file of its own that is named after its content."""

    digest: str
    size: int
    readonly: bool


@dataclass(frozen=True)
class Group:
    """Values that share objects, in one pickle: a list of them."""

    names: list[list[list[str]]]
    """For each value, the spaces and names that it has."""
    place: Place
    buffers: list[Buffer]
    packages: list[str]
    has_code: bool

    @property
    def size(self) -> int:
        """Bytes."""
        return self.place.size + sum(each.size for each in self.buffers)


@dataclass(frozen=True)
class LeftOut:
    """A value that could not be kept."""

    space: str
    name: str
    reason: str
    cells: list[str] = field(default_factory=list)
    """The text of those that have made it."""


@dataclass(frozen=True)
class Reference:
    """A module, or something that a module has."""

    space: str
    name: str
    module: str
    qualname: str
    """Empty for the module itself."""


@dataclass(frozen=True)
class Manifest:
    """A snapshot."""

    number: int
    """Later ones have greater ones."""
    taken: float
    """Seconds since 1970."""
    why: str
    running: str
    """What ran meanwhile; empty if nothing."""
    python: str
    packages: dict[str, str]
    """The versions of those whose objects are in it."""
    directory: str
    path: list[str]
    figures: list[int | str]
    """The numbers of those that were open, the current one last."""
    groups: list[Group]
    references: list[Reference]
    left_out: list[LeftOut]

    @property
    def size(self) -> int:
        """Bytes of the values."""
        return sum(group.size for group in self.groups)

    @property
    def variables(self) -> list[str]:
        """The names of the user's variables that are in it, sorted."""
        found = {name for group in self.groups for names in group.names for space, name in names if space == "names"}
        script = {name for group in self.groups for names in group.names for space, name in names if space == "script"}
        return sorted(found | script)

    @property
    def files(self) -> set[str]:
        """Those that it needs."""
        return {group.place.file for group in self.groups} | {
            each.digest for group in self.groups for each in group.buffers
        }

    @property
    def content(self) -> str:
        """The same for two snapshots of the same variables and figures."""
        found = []
        for group in self.groups:
            names = [[key for key in keys if key[0] in USERS] for keys in group.names]
            if any(names):
                found.append((json.dumps(names), group.place.digest, [each.digest for each in group.buffers]))
        return json.dumps(
            [sorted(found), sorted((each.space, each.name, each.module, each.qualname) for each in self.references)]
        )


def as_text(manifest: Manifest) -> bytes:
    """The manifest as it is written."""
    text = json.dumps(manifest, default=vars)
    files = sorted(manifest.files)
    return json.dumps({"format": FORMAT, "digest": _seal(files, text), "files": files, "snapshot": text}).encode()


def from_text(data: bytes) -> Manifest:
    """What as_text() has written.  Raises Unreadable."""
    text = _opened(data)[1]
    try:
        return _manifest(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unreadable(DAMAGED) from None


def files_of(data: bytes) -> set[str]:
    """The files that the manifest needs, without reading the rest.  Raises Unreadable."""
    return set(_opened(data)[0])


def _opened(data: bytes) -> tuple[list[str], str]:
    try:
        found = json.loads(data)
        if found["format"] > FORMAT:
            raise Newer("a newer gshell has written it")
        files, text = found["files"], found["snapshot"]
        if _seal(files, text) != found["digest"]:
            raise Unreadable(DAMAGED)
    except (KeyError, TypeError, AttributeError, RecursionError):
        raise Unreadable(DAMAGED) from None
    except ValueError as error:
        raise error if isinstance(error, Unreadable) else Unreadable(DAMAGED) from None
    return files, text


def _seal(files: list[str], text: str) -> str:
    return digest("\n".join([*files, text]).encode())


def _manifest(found: dict[str, Any]) -> Manifest:
    groups = [
        Group(
            each["names"],
            Place(**each["place"]),
            [Buffer(**buffer) for buffer in each["buffers"]],
            each["packages"],
            each["has_code"],
        )
        for each in found.pop("groups")
    ]
    references = [Reference(**each) for each in found.pop("references")]
    left_out = [LeftOut(**each) for each in found.pop("left_out")]
    return Manifest(groups=groups, references=references, left_out=left_out, **found)


def digest(data: bytes | memoryview) -> str:
    """What tells one content from another: 128 bits of XXH3, which is as fast as the memory is."""
    return xxhash.xxh3_128_hexdigest(data)
