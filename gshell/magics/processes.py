"""Other programs: their output as a value (`x = !command`), and cells for them (`%%bash`)."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, SupportsIndex

from gshell.magics.registry import Given, Magic, magic, magics
from gshell.magics.system import system
from gshell.shell.child_process import run_and_wait
from gshell.shell.errors import UsageError
from gshell.streams import show
from gshell.threads.protection import protect

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

_SCRIPT = "[--out NAME] [--err NAME] [--no-raise-error] [--raise-error]"
_LANGUAGES = ("bash", "sh", "perl", "ruby")
_PYTHONS = ("python", "python3")


class Lines(list[str]):
    """The output of a command: a list of its lines that can also be had as text, and searched."""

    @property
    def l(self) -> list[str]:  # noqa: E743
        """The lines, as an ordinary list."""
        return list(self)

    @property
    def n(self) -> str:
        """The lines, with newlines between them."""
        return "\n".join(self)

    @property
    def s(self) -> str:
        """The lines, with blanks between them: for another command."""
        return " ".join(self)

    @property
    def p(self) -> list[Any]:
        """The lines that are names of files that exist, as pathlib.Path."""
        from pathlib import Path

        return [Path(line) for line in self if os.path.exists(line)]

    list, nlstr, spstr, paths = l, n, s, p

    def grep(
        self, pattern: str | Callable[[str], Any], prune: bool = False, field: SupportsIndex | None = None
    ) -> Lines:
        """The lines in which a regular expression is found, or for which a function is true; `prune`: the others.

        `field`: only that word of each line is looked at.
        """
        found = re.compile(pattern, re.IGNORECASE).search if isinstance(pattern, str) else pattern
        return Lines(line for line in self if bool(found(_word(line, field))) != prune)

    def fields(self, *numbers: int) -> Lines | Any:
        """These words of each line (`fields(0, -1)`), joined with blanks; without numbers: a list of lists of words."""
        words = [line.split() for line in self]
        if not numbers:
            return words
        chosen = ([row[number] for number in numbers if -len(row) <= number < len(row)] for row in words)
        return Lines(" ".join(row) for row in chosen if row)

    def sorted(self, field: int | None = None, nums: bool = False) -> Lines:
        """The lines in order, of a word in them if there is a `field`; `nums`: of the numbers in it."""

        def key(line: str) -> Any:
            text = _word(line, field)
            return int("".join(re.findall(r"\d", text)) or 0) if nums else text

        return Lines(sorted(self, key=key))


def _word(line: str, field: SupportsIndex | None) -> str:
    if field is None:
        return line
    try:
        return line.split()[field]
    except IndexError:
        return ""


@magic("!!", "command", command=True)
def output(shell: Shell, given: Given) -> Lines:
    """Run a command in the system's shell; return the lines that it writes, errors too, instead of showing them.

    The list has .n (the text), .s (the lines with blanks between them), .grep(pattern) and .fields(0, -1).  The exit
    status of the command is in _exit_code.  `x = !command` is the same.
    """
    status, out, _ = _captured(given.rest, stderr=subprocess.STDOUT)
    shell.child_ended(status)
    return Lines(out.splitlines())


@magic("sx", "command", command=True)
def sx(shell: Shell, given: Given) -> Lines:
    """Run a command in the system's shell; return the lines that it writes, as `!!command` does."""
    return output(shell, given)


@magic("sc", "[-l] [-v] NAME=command", command=True)
def sc(shell: Shell, given: Given) -> None:
    """Run a command in the system's shell and put what it writes into a variable: text, or with -l its lines.

    `NAME = !command` is the shorter way.  -v: show it, too.
    """
    name, equals, command = given.rest.partition("=")
    if not equals or not name.strip().isidentifier():
        raise magics["sc"].error("a name, = and a command")
    lines = output(shell, Given({}, command.strip()))
    value: object = lines if "-l" in given.options else lines.n
    shell.namespace[name.strip()] = value
    if "-v" in given.options:
        show(value)


def _captured(command: Any, *, stdin: Any = None, stderr: Any = subprocess.PIPE) -> tuple[int, str, str]:
    """Run a command; return its exit status and what it has written.  Ctrl-C ends it."""
    in_shell = isinstance(command, str)
    executable = os.environ.get("SHELL") or None if in_shell else None
    child: subprocess.Popen[bytes] | None = None
    try:
        with protect():  # it runs, and gets Ctrl-C, some time before Popen() returns
            child = subprocess.Popen(
                command, shell=in_shell, executable=executable, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr
            )
        out, err = child.communicate()
    except BaseException:
        if child is not None:
            # The terminal has sent Ctrl-C to it, too.  It has had its chance, and nobody reads what it writes any more.
            child.kill()
            child.wait()
        raise
    return child.returncode, _text(out), _text(err or b"")


def _text(output: bytes) -> str:
    return output.decode(errors="replace").replace("\r\n", "\n")


# Cells for other programs.


def _run_script(shell: Shell, name: str, program: list[str], given: Given) -> None:
    """Give the cell to a program as its standard input.  Raises UsageError for an exit status that is not 0."""
    import shutil
    import tempfile

    options = given.options
    if shutil.which(program[0]) is None:
        raise UsageError(f"%%{name}: there is no program {program[0]}")
    # A file, not a pipe: a program that reads only a part of it keeps nobody waiting.
    with tempfile.TemporaryFile() as file:
        file.write(((given.body or "").removesuffix("\n") + "\n").encode(errors="surrogateescape"))
        file.seek(0)
        sys.stdout.flush()
        if "--out" in options or "--err" in options:
            status, out, err = _captured(program, stdin=file)
            interrupted = False
            _keep(shell, sys.stdout, options.get("--out"), out)
            _keep(shell, sys.stderr, options.get("--err"), err)
        else:
            status, interrupted = run_and_wait(program, stdin=file)
    shell.child_ended(status)
    if interrupted:
        raise KeyboardInterrupt
    if status and "--no-raise-error" not in options:
        raise UsageError(f"%%{name}: {program[0]} {_how(status)}")


def _how(status: int) -> str:
    if status > 0:
        return f"has ended with exit status {status}"
    names: dict[int, str] = {number: number.name for number in signal.Signals}  # real-time signals have none
    return f"was ended by {names.get(-status, f'signal {-status}')}"


def _keep(shell: Shell, stream: Any, name: str | None, text: str) -> None:
    if name is None:
        stream.write(text)
    else:
        shell.namespace[name] = text


@magic("script", f"{_SCRIPT} PROGRAM [ARGS...]", line=False, cell=True, command=True)
def script(shell: Shell, given: Given) -> None:
    """Give the cell to a program, as its standard input: `%%script awk -f -`.

    --out, --err: put what it writes into variables; --no-raise-error: another exit status than 0 is no error (it is in
    _exit_code).
    """
    program = given.words()
    if not program:
        raise magics["script"].error("which program?")
    _run_script(shell, "script", program, given)


def _define(name: str, program: list[str]) -> None:
    def run(shell: Shell, given: Given) -> None:
        _run_script(shell, name, [*program, *given.words()], given)

    run.__doc__ = f"Give the cell to {name}, in a process of its own; the options are those of %%script."
    magics[name] = Magic(name, f"{_SCRIPT} [ARGS...]", run, line=False, cell=True, command=True)


for _name in _LANGUAGES:
    _define(_name, [_name])
for _name in _PYTHONS:
    _define(_name, [sys.executable, "-"])


@magic("pip", "command", command=True)
def pip(shell: Shell, given: Given) -> None:
    """Run pip for the Python of this session: `pip install numpy`."""
    system(shell, Given({}, f"{shlex.quote(sys.executable)} -m pip {given.rest}"))
    if given.rest.split()[:1] == ["install"]:
        print("A package that was imported before is used in its new version after a restart.")
