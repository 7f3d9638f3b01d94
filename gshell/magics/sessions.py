"""Sessions that are kept on the disk: `session`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gshell.magics.registry import Given, magic, magics
from gshell.magics.words import shell_words

if TYPE_CHECKING:
    from gshell.shell.shell import Shell


@magic("session", "save|restore|undo|list|show|delete [NAME]")
def session(shell: Shell, given: Given) -> None:
    """Keep your variables on the disk, and bring them back.

    The session is kept by itself: while code runs, after long commands, and at its end.  `gshell --restore` goes on
    with the last one.

    save: keep it now; with a NAME apart from the others, until you delete it.  restore: have the values of a session
    beside those that there are; without NAME, of the last one that has ended.  undo: have the values as they were in
    the snapshot before, after an accidental `x = None` or %reset.  list: say which sessions there are; show: what is in
    one, and what could not be kept.  delete: delete one.

    What is restored is code, too: it runs.  So a session is only read from a directory that nobody else can write to.
    """
    words = shell_words(given.rest) or ["show"]
    what, names = words[0], words[1:]
    kept = shell.host.kept
    name = names[0] if names else ""
    if len(names) > 1:
        raise magics["session"].error(f"{' '.join(names)} is more than one name")
    if what == "save":
        kept.save(name)
    elif what == "restore":
        kept.restore(name)
    elif what == "show":
        kept.show(name)
    elif what == "delete" and name:
        kept.delete(name)
    elif what in ("undo", "list") and not name:
        (kept.undo if what == "undo" else kept.list_all)()
    else:
        raise magics["session"].error("which session?" if what == "delete" else f"what is {given.rest}?")
