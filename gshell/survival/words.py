"""How sessions are spoken of."""

from __future__ import annotations

import time

from gshell.streams import visible
from gshell.survival.manifest import Manifest
from gshell.units import in_units

LEFT = "left"
"""Why a snapshot was taken: the user has left the shell."""
IT_WAS_TIME = "it was time"
"""Why one was taken while the session went on."""
ASKED = "asked for"


def amount(variables: int, figures: int) -> str:
    """So many, in words."""
    words = [f"{variables} variable{'s' * (variables != 1)}"]
    return ", ".join(words + [f"{figures} figure{'s' * (figures != 1)}"] * bool(figures))


def when(seconds: float) -> str:
    """A time of this day, or a day."""
    then = time.localtime(seconds)
    today = time.strftime("%Y-%m-%d") == time.strftime("%Y-%m-%d", then)
    return time.strftime("%H:%M" if today else "%Y-%m-%d %H:%M", then)


def description(manifest: Manifest, *, goes_on: bool = False) -> str:
    """A session in a line: when, how much, and how it has come to its end, unless it `goes_on`."""
    figures = sum(space == "figures" for group in manifest.groups for keys in group.names for space, _ in keys)
    text = f"session of {when(manifest.taken)}, {amount(len(manifest.variables), figures)}, {in_units(manifest.size)}"
    return visible(text if goes_on else f"{text}, {_end(manifest)}")


def _end(manifest: Manifest) -> str:
    running = f" while running {manifest.running}" if manifest.running else ""
    if manifest.why == LEFT:
        return "left"
    if manifest.why == ASKED:
        return "saved"
    return f"killed{running}" if manifest.why == IT_WAS_TIME else f"ended by {manifest.why}{running}"
