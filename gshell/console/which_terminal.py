"""Which terminal there is, if there is one: asked before anything is loaded for it."""

from __future__ import annotations

import os


def is_plain(term: str | None) -> bool:
    """Whether a terminal with this TERM has nothing that moves its cursor."""
    return term in (None, "", "dumb", "unknown")


def can_show_prompt() -> bool:
    """Whether standard input and output are a terminal that can edit, and that has this job in its foreground."""
    try:
        return os.tcgetpgrp(0) == os.getpgrp() and os.isatty(1) and not is_plain(os.environ.get("TERM"))
    except OSError:  # there is none, or standard input is closed
        return False
