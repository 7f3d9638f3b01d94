"""Random calls of widgets' methods, for shells that tests drive: `run(seed, count)` at the prompt, of `widgets`.

With no argument, or one of a simple type: what a method can't take is a TypeError or ValueError, and what it can take
may be nonsense, but does no harm to a toolkit that is asked in the right thread.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Any

# They wait for somebody, take the keyboard or the mouse from everybody, or end objects that others use.
_NOT = re.compile(
    r"^_|exec|grab|^delete|^destroy|^Destroy|^close|^Close|^quit|mainloop|^wait|^Wait|^ShowModal|^EndModal|^Popup|^popup"
    r"|^run|^Run|^dump|^DoModal|^tk_|^event_|^after|^update|^bell|^Yield|winId|WinId|^setParent|^SetParent|^Reparent"
    r"|^unref|^ref$|^force_floating|^thaw|^steal|weak|^emit|^stop_emission|^handler|^chain|^source_|^print|^Print"
    r"|^windowHandle|^setWindowModality|^Drag|^Capture|^Release|^Warp|^metaObject|^register|^native|^unrealize|^realize"
    r"|^AdoptAttributes|^AssociateHandle|^Dissociate|^This|^Disown|^Unreserve|^unparent|^MacIs|^on_|^do_|^moveToThread"
    r"|^image_|^option_|^winfo_pathname|^selection_|^clipboard_|^send|^deletecommand|^createcommand|^nametowidget"
)
_ARGUMENTS: tuple[tuple[Any, ...], ...] = ((), (), (), (), (), (1,), (True,), ("text",), (0.5,), (2, 3))


def run(widgets: Sequence[object], seed: int, count: int) -> tuple[int, int]:
    """Call `count` methods; return how many have returned something, and how many have refused what they were given."""
    chance = random.Random(seed)
    names = {type(each): [name for name in dir(each) if not _NOT.search(name)] for each in widgets}
    returned = refused = 0
    while returned + refused < count:
        widget = chance.choice(widgets)
        name = chance.choice(names[type(widget)])
        arguments = chance.choice(_ARGUMENTS)
        try:
            method = getattr(widget, name)
            if callable(method) and not isinstance(method, type):
                method(*arguments)
                returned += 1
        except Exception:
            refused += 1
    return returned, refused
