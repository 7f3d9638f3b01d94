"""What can follow at the cursor: names, attributes, keys, arguments, modules, paths, magics.

complete() is quick, and knows the living objects; it runs no code of theirs (see static/).  What it can't know that
way (`unresolved`), deduced.py reads out of the sources, with jedi, which may take seconds.  Both may be called in any
thread; neither belongs on one that reads keys.

    scan.py        where in a text of Python the cursor is
    commands.py    lines that are not Python: magics, commands of the system
    python.py      attributes, names, arguments
    imports.py     import statements
    strings.py     keys and paths
    files.py       names of files, modules and programs
    signatures.py  the call that the cursor is in, and its parameters
    static/        what objects are and have
    deduced.py     what only jedi can know
"""

from gshell.shell.completion.commands import command
from gshell.shell.completion.found import Completion, Found, Magics, Namespace
from gshell.shell.completion.python import python
from gshell.shell.completion.scan import scan

__all__ = ["Completion", "Found", "complete"]


def complete(text: str, cursor: int, namespace: Namespace, magics: Magics, automagic: bool = True) -> Found:
    """What can follow in `text` at `cursor`.

    `namespace` must not change meanwhile (a copy of the session's); `automagic` says whether `magics` work without %.
    Runs no code of the objects in it.
    """
    before = text[:cursor]
    seen = scan(before)
    found = command(before, seen, namespace, magics, automagic)
    return found or python(before, 0, text[cursor:], namespace, magics, seen)
