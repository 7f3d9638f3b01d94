"""Keys that were read, and that no prompt has had yet: prompt_toolkit keeps them for the next one.  Console thread."""

from __future__ import annotations

from collections.abc import Iterable

from prompt_toolkit.input import Input
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

from gshell.console.typed import as_sent


def put(keys: Input, data: bytes) -> None:
    """Have the next prompt find what was typed, behind those that there are."""
    queued = get_typeahead(keys)
    Vt100Parser(queued.append).feed_and_flush(data.decode(errors="surrogateescape").replace("\n", "\r"))
    store_typeahead(keys, queued)


def take(keys: Input) -> bytes:
    """Take all of them, as the terminal has sent them."""
    return sent(get_typeahead(keys))


def take_around_press(keys: Input) -> tuple[list[KeyPress], list[KeyPress]]:
    """Take all, also what is still on its way: up to the last Ctrl-C, and behind that."""
    queued = [*get_typeahead(keys), *keys.read_keys()]
    end = max((place for place, key in enumerate(queued, 1) if key.key in (Keys.ControlC, Keys.SIGINT)), default=0)
    return queued[:end], queued[end:]


def sent(keys: Iterable[KeyPress]) -> bytes:
    """What the terminal has sent for keys."""
    return b"".join(as_sent(key.data, paste=key.key == Keys.BracketedPaste) for key in keys)
