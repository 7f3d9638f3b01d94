"""`%edit` and `%load`: text from elsewhere that becomes a cell."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from gshell.magics.history import show_and_run
from gshell.magics.ranges import is_range, put_at_prompt, texts
from gshell.magics.registry import Given, magic, magics
from gshell.shell.child_process import run_and_wait
from gshell.shell.errors import UsageError
from gshell.shell.macro import Macro
from gshell.shell.script import find_script

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

DOWNLOAD = 10.0
"""Seconds for which a server may say nothing."""
LIMIT = 200_000
"""Characters that %load puts at the prompt unasked."""

_LINE = re.compile(r"(vi|vim|nvim|view|nano|pico|emacs|emacsclient|joe|jed|mg|micro|kak|ne|gedit|gvim)([.-].*)?")
_CELL = re.compile(r"<In \[(\d+)\]>")


class LastEdit:
    """What the last `%edit` was about."""

    def __init__(self) -> None:
        self._what: str | tuple[str, int] | None = None

    def remember(self, what: str | tuple[str, int]) -> None:
        """It was about a text, or a file and a line."""
        self._what = what

    def get(self) -> str | tuple[str, int]:
        """The text, or the file and the line.  Raises UsageError if nothing was edited yet."""
        if self._what is None:
            raise magics["edit"].error("nothing was edited yet")
        return self._what


@magic("edit", "[-p] [-x] [file, range or name]")
def edit(shell: Shell, given: Given) -> None:
    """Edit a text in $VISUAL or $EDITOR, and run it.

    A range, a macro or a variable that is a text: what is edited is a copy, and runs as a cell that is kept in the
    history (a macro is changed).  A function, a class or a module: the cell or the file that it comes from, at its
    line.  A file: it runs as with `run -i` (if its name was that of a function: only if it was changed).  Without
    anything: an empty text.

    -p edits once more what was edited last; -x does not run it.
    """
    run = "-x" not in given.options
    last = shell.magics.state(LastEdit)
    what = last.get() if "-p" in given.options else _to_edit(shell, given)
    name = given.rest.strip()
    if isinstance(what, str):
        text = _edit_text(what)
        last.remember(text)
        if type(shell.namespace.get(name)) is Macro:
            shell.namespace[name] = Macro((text,))
        elif run and text.strip():
            show_and_run(shell, text)
        return
    last.remember(what)
    path, line = what
    before = _content(path)
    _start_editor(path, line)
    changed = _content(path) != before
    if run and os.path.isfile(path) and (changed or not line):
        shell.scripts.run(path, [], share=True)


def _to_edit(shell: Shell, given: Given) -> str | tuple[str, int]:
    """A text, or a path and a line in it (0 if that does not matter)."""
    words = given.words()
    if not words:
        return ""
    word = words[0]
    if all(is_range(each) or type(shell.namespace.get(each)) is Macro for each in words):
        return "\n".join(texts(shell, words))
    if len(words) > 1:
        raise magics["edit"].error("one thing at a time")
    path = os.path.expanduser(word)
    if os.path.isfile(path) or os.sep in word or word.endswith(".py"):
        return path, 0
    if os.path.isfile(f"{path}.py"):
        return f"{path}.py", 0
    try:
        value = _look_up(shell, word)
    except LookupError:
        raise UsageError(f"{word} is no file, range of commands or name; a new file needs its .py") from None
    return value if isinstance(value, str) else _source(shell, word, value)


def _look_up(shell: Shell, name: str) -> Any:
    """The value of a name with dots.  Raises LookupError."""
    first, *rest = name.split(".")
    value = shell.namespace[first]
    for attribute in rest:
        try:
            value = getattr(value, attribute)
        except AttributeError:
            raise LookupError(name) from None
    return value


def _source(shell: Shell, name: str, value: Any) -> str | tuple[str, int]:
    """The cell, or the file and line, that an object comes from."""
    import inspect

    if isinstance(value, ModuleType):
        path, line = getattr(value, "__file__", None) or "", 1
    else:
        path, line = _definition(inspect.unwrap(value) if callable(value) else value)
    cell = _CELL.fullmatch(path)
    if cell and int(cell[1]) in shell.history.own:
        return shell.history.own[int(cell[1])]
    if not os.path.isfile(path):
        raise UsageError(f"{name}: there is no source of it")
    return path, line


def _definition(value: Any) -> tuple[str, int]:
    """The file and line in which a function or a class (or the class of a value) was defined; "" if nobody knows."""
    import inspect

    code = getattr(value, "__code__", None)
    if code is not None:
        return code.co_filename, code.co_firstlineno
    kind = value if isinstance(value, type) else type(value)
    try:
        return inspect.getsourcefile(kind) or "", inspect.getsourcelines(kind)[1]
    except (TypeError, OSError):  # built in, or a class that was typed: its functions know
        codes = [each.__code__ for each in vars(kind).values() if hasattr(each, "__code__")]
        return (codes[0].co_filename, 1) if codes else ("", 0)


def _edit_text(text: str) -> str:
    """Have the user edit a text; return it.  Raises UsageError if the editor fails: the text is in its file then."""
    import tempfile

    fd, path = tempfile.mkstemp(".py", "gshell-")  # nobody else can read it
    with open(fd, "w", encoding="utf-8", errors="replace") as file:
        file.write(f"{text}\n" if text else "")
    _start_editor(path, 0)
    edited = _content(path).decode(errors="replace")
    os.unlink(path)
    return edited.rstrip()


def _start_editor(path: str, line: int) -> None:
    """Edit a file; return when the editor has ended.  Raises UsageError if it fails."""
    editor = os.environ.get("VISUAL", "").strip() or os.environ.get("EDITOR", "").strip() or _some_editor()
    program = os.path.basename(editor.split()[0])
    at = f"+{line} " if line > 1 and _LINE.fullmatch(program) else ""
    status, _ = run_and_wait(f"{editor} {at}{shlex.quote(path)}")
    if status:
        raise UsageError(f"{editor} ended with status {status}; nothing is run, the text is in {path}")


def _some_editor() -> str:
    import shutil

    for name in ("editor", "nano", "vim", "vi"):
        if shutil.which(name):
            return name
    raise UsageError("there is no editor; set EDITOR to one")


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None


@magic("load", "[-y] file, URL, range or name")
def load(shell: Shell, given: Given) -> None:
    """Put code at the next prompt, to be edited and run.

    It is that of a file, from the web, of commands, of a macro, of a variable that is a text, or of a function.  -y: so
    it is with a text of more than 200,000 characters, too.
    """
    words = given.words()
    if not words:
        raise magics["load"].error("what?")
    text = _to_load(shell, words)
    if len(text) > LIMIT and "-y" not in given.options:
        raise UsageError(f"{given.rest} has {len(text):,} characters; -y loads it all the same")
    put_at_prompt(shell, f"# %load {given.rest}\n{text}", limit=len(text) + 10_000)


def _to_load(shell: Shell, words: list[str]) -> str:
    word = words[0]
    if re.match("https?://", word):
        return _download(word)
    names = shell.namespace
    if all(is_range(each) or type(names.get(each)) is Macro or isinstance(names.get(each), str) for each in words):
        return "\n".join(texts(shell, words))
    try:
        return _content(find_script(word)).decode(errors="replace")
    except UsageError as no_file:
        try:
            value = _look_up(shell, word)
        except LookupError:
            raise no_file from None
    import inspect

    try:
        return inspect.getsource(value)
    except (TypeError, OSError):
        raise UsageError(f"{word}: there is no source of it") from None


def _download(url: str) -> str:
    import http.client
    import urllib.request

    try:
        with urllib.request.urlopen(url, timeout=DOWNLOAD) as answer:
            data: bytes = answer.read(100 * LIMIT)
            return data.decode(answer.headers.get_content_charset() or "utf-8", errors="replace")
    # No connection, no such page; a charset that nobody knows; no address.
    except (OSError, LookupError, ValueError, http.client.HTTPException) as error:
        raise UsageError(f"{url}: {error}") from None
