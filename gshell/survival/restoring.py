"""A snapshot becomes the session again: names, values that were shown, figures, and what else there was."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from types import ModuleType

from gshell.shell.shell import Shell
from gshell.survival.collecting import Figures, Remembered
from gshell.survival.contents import FIGURES, NAMES, OUT, RANDOM, SCRIPT, SHELL, set_random_states
from gshell.survival.folder import Folder
from gshell.survival.manifest import USERS, Group, Manifest
from gshell.survival.reading import Restored, group_digest, read
from gshell.survival.words import amount
from gshell.survival.writing import ATOMS, Key


class Restoring:
    """Brings sessions back into a shell.  In the worker, as the user's code."""

    def __init__(self, shell: Shell, figures: Figures, remembered: Mapping[str, Remembered]) -> None:
        self._shell = shell
        self._figures = figures
        self._remembered = remembered

    def restore(self, folder: Folder, manifest: Manifest) -> tuple[list[str], bool]:
        """Have the session's values beside those that there are.

        Returns lines that say what is there, and what is not; and whether all is there that was kept.
        """
        shell = self._shell
        self._go_to(manifest)
        script = ModuleType("__main__")
        has_script = any(space == SCRIPT for group in manifest.groups for keys in group.names for space, _ in keys)
        live = {NAMES: shell.names.session, SCRIPT: vars(script) if has_script else shell.names.session}
        found = read(folder, manifest, live)
        if has_script:
            vars(script).update(found.values.get(SCRIPT, {}), __builtins__=__builtins__)
            shell.live.connect(script, shell.names.session)
        names = found.values.get(NAMES, {})
        if not found.values.get(SHELL, {}).get("running", False):
            shell.names.session.update(names)
        else:  # what the script had was not yet at the prompt
            shell.names.session.update({name: value for name, value in names.items() if name not in vars(script)})
        shell.live.exchange()
        self._remember(found)
        self._reopen(manifest, found)
        set_random_states(found.values.get(RANDOM, {}))
        whole = found.missing.keys() <= {(each.space, each.name) for each in manifest.left_out}
        return [self._summary(manifest, found), *self._missing(manifest, found)], whole

    def put_back(self, folder: Folder, now: Manifest, before: Manifest) -> list[str]:
        """Have the values as they were in an earlier snapshot of this session; `now` says what is the same.

        Returns lines that say what has changed.
        """
        shell = self._shell
        script = shell.live.script
        live = {NAMES: shell.names.session, SCRIPT: script}
        found = read(folder, before, live, _Changes(now, before).has, set(now.references))
        # What a script had that ran then is at the prompt when it has ended.
        gone = names_in(now, NAMES) - names_in(before, NAMES, SCRIPT) - {each.name for each in before.left_out}
        for name in gone:
            shell.names.session.pop(name, None)
        then = found.values.get(SCRIPT, {}) | found.values.get(NAMES, {})
        back = sorted(name for name, value in then.items() if not _is_same(shell.names.session.get(name, found), value))
        script.update(found.values.get(SCRIPT, {}))
        shell.names.session.update(then)
        self._reopen(before, found)
        words = [f"back: {', '.join(back)}" * bool(back), f"gone: {', '.join(sorted(gone))}" * bool(gone)]
        return ["; ".join(filter(None, words)) or "no variable has changed", *self._missing(before, found)]

    def _reopen(self, manifest: Manifest, found: Restored) -> None:
        """Show the figures that were read, in the order in which they were current."""
        figures = found.values.get(FIGURES, {})
        self._figures.reopen((number, figures[str(number)]) for number in manifest.figures if str(number) in figures)

    def _go_to(self, manifest: Manifest) -> None:
        """First: what is imported for the values may be found from there."""
        sys.path.extend(each for each in manifest.path if each not in sys.path and os.path.exists(each))
        try:
            os.chdir(manifest.directory or ".")
        except OSError:  # it is gone
            pass

    def _remember(self, found: Restored) -> None:
        """What the shell itself remembers, if it has nothing of its own to remember yet."""
        kept = found.values.get(SHELL, {})
        if self._shell.cells.next_number == 1 and isinstance(kept.get("In"), list):
            self._shell.cells.go_on_after(kept["In"])
            outputs = found.values.get(OUT, {})
            self._shell.display.bring_back({int(number): value for number, value in outputs.items()})
            for name, each in self._remembered.items():
                if kept.get(name) is not None:
                    each.set(kept[name])

    def _summary(self, manifest: Manifest, found: Restored) -> str:
        names = {name for space in (NAMES, SCRIPT) for name in found.values.get(space, {})}
        return f"restored: {amount(len(names & set(manifest.variables)), len(found.values.get(FIGURES, {})))}"

    def _missing(self, manifest: Manifest, found: Restored) -> list[str]:
        lines = []
        cells: dict[tuple[str, str], list[str]] = {(each.space, each.name): each.cells for each in manifest.left_out}
        told: set[str] = set()
        for (space, name), reason in found.missing.items():
            if space in (NAMES, SCRIPT) and name in told:
                continue
            told |= {name} if space in (NAMES, SCRIPT) else set()
            shown = name if space in (NAMES, SCRIPT) else f"{space}[{name}]"
            lines.append(f"  not restored: {shown} ({reason})")
            lines += [f"    made by: {line}" for text in cells.get((space, name), [])[-1:] for line in _first(text)]
        return lines


def _is_same(value: object, other: object) -> bool:
    """Whether two values are certainly the same: those of these types are kept in one pickle with others."""
    return type(value) is type(other) and isinstance(value, ATOMS) and value == other


def names_in(manifest: Manifest, *spaces: str) -> set[str]:
    """The names that these spaces have in it."""
    values = {key for group in manifest.groups for keys in group.names for space, key in keys if space in spaces}
    return values | {each.name for each in manifest.references if each.space in spaces}


class _Changes:
    """Which groups of a snapshot are not what there is now: a name may stand for something else of the same content."""

    def __init__(self, now: Manifest, before: Manifest) -> None:
        self._now = _contents(now)
        self._before = _contents(before)

    def has(self, group: Group) -> bool:
        """Whether one of the names in it stands for something else now."""
        return any(self._is_other(space, name) for keys in group.names for space, name in keys if space in USERS)

    def _is_other(self, space: str, name: str) -> bool:
        if space == FIGURES:
            return self._now.get((space, name)) != self._before[space, name]
        shown = _shown(self._now, name)
        return shown != _shown(self._before, name) or self._now.get((space, name), shown) != self._before[space, name]


def _contents(manifest: Manifest) -> dict[Key, tuple[str, int]]:
    """By space and name, which content a value has: that of its group, and the place in that."""
    return {
        (space, name): (group_digest(group), index)
        for group in manifest.groups
        for index, keys in enumerate(group.names)
        for space, name in keys
    }


def _shown(contents: Mapping[Key, tuple[str, int]], name: str) -> tuple[str, int] | None:
    """What a name stands for at the prompt, when no script runs."""
    return contents.get((NAMES, name), contents.get((SCRIPT, name)))


def _first(text: str) -> list[str]:
    lines = text.strip().splitlines()
    return [*lines[:3], "..."] if len(lines) > 3 else lines
