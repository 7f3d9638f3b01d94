"""The console's thread, which always comes to its end: whatever has ended it, the session is told."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from gshell import reserve
from gshell.console.console import Console


def start(console: Console, on_end: Callable[[int], None]) -> threading.Thread:
    """Run the console in a thread of its own; `on_end(status)` is called there at its end."""

    def run() -> None:
        status = 1
        try:
            status = console.run()
        except OSError as error:  # the terminal can't be used any more, or what the prompt was redirected to is full
            with suppress(OSError):
                os.write(2, f"gshell: the session ends: {error.strerror or error}\n".encode(errors="replace"))
        except MemoryError:
            reserve.say_end()
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            on_end(status)

    thread = threading.Thread(target=run, name="console", daemon=True)
    thread.start()
    return thread
