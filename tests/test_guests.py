"""Who wants a line from the user when the console that edits it is about to leave."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from gshell.console.guests import Guests, Request
from gshell.shell.host import NoLineEditor
from tests.terminal import LIMIT, wait_until


class Leaving:
    """A console that serves nobody any more."""

    def runs_here(self) -> bool:
        return False

    def ask_for(self, request: Request, come: Callable[[], object]) -> None:
        raise AssertionError

    def receive_soon(self) -> None:
        pass

    def come_back_soon(self) -> None:
        pass


@pytest.mark.parametrize("outlives", [False, True])
def test_who_waits_when_the_last_console_leaves(outlives: bool) -> None:
    """Gets no line where the session ends; where only its script does (`gshell run`), reads for itself."""
    guests, console, gets = Guests(), Leaving(), list[BaseException]()
    guests.enter(console)

    def ask() -> None:
        try:
            guests.read("? ", lambda text, cursor: [])
        except Exception as error:
            gets.append(error)

    asker = threading.Thread(target=ask, daemon=True)
    asker.start()
    wait_until(guests.look, "the request")
    if outlives:
        guests.outlive_consoles()
    guests.leave(console)
    asker.join(LIMIT)
    ask()  # too late for any console
    assert [*map(type, gets)] == [NoLineEditor if outlives else EOFError] * 2
