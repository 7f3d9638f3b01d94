"""Whatever is in names, messages and files: what the shell says about them does nothing to the terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gshell.streams import visible
from tests.terminal import ROOT, GShell, Terminal, wait_until

EVIL = "\x1b]0;evil\x07\x1b[2J\x9b5nx"
"""A title, a screen that is cleared, a question that the terminal would answer as if it was typed."""


@pytest.mark.parametrize(
    ("text", "strictly", "with_colours"),
    [
        ("a\tb\nc é 漢 \N{THUMBS UP SIGN} \xa0", None, None),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m", "\x1b[31mred\x1b[0m\x1b[0m"),
        ("\x1b[38;5;1;4mred\n", "\\x1b[38;5;1;4mred\n", "\x1b[38;5;1;4mred\x1b[0m\n"),
        ("\x1b[2J\x1b[31", "\\x1b[2J\\x1b[31", "\\x1b[2J\\x1b[31"),
        ("\x1b]0;t\x07\x1bP\x1b\\", "\\x1b]0;t\\x07\\x1bP\\x1b\\", "\\x1b]0;t\\x07\\x1bP\\x1b\\"),
        ("\r\x08\x00\x7f\x9b1m\x0c\x0b", "\\r\\x08\\x00\\x7f\\x9b1m\\x0c\\x0b", "\\r\\x08\\x00\\x7f\\x9b1m\\x0c\\x0b"),
        ("\u202egnp.exe", "\\u202egnp.exe", "\\u202egnp.exe"),
        ("\x1b\x1b[1m", "\\x1b\\x1b[1m", "\\x1b\x1b[1m\x1b[0m"),
    ],
)
def test_what_is_visible(text: str, strictly: str | None, with_colours: str | None) -> None:
    assert visible(text) == (text if strictly is None else strictly)
    assert visible(text, colours=True) == (text if with_colours is None else with_colours)


def test_every_control_character_is_seen() -> None:
    for number in (*range(32), *range(127, 160)):
        character = chr(number)
        assert visible(character).isprintable() or character in "\t\n"


def obeyed(terminal: Terminal) -> list[bytes]:
    """Which of the sequences have reached the terminal as such."""
    # A title of the shell's own is the other kind, with a 2.
    return [
        each
        for each in (b"\x1b]0;evil", b"\x1b[2J\xc2", b"\x1b[2J\x9b", b"\xc2\x9b5n", b"\x9b5nx")
        if each in terminal.raw
    ]


CELLS = """
globals()[evil] = 1
%who
%whos
%psearch *x*
%who_ls
raise ValueError(evil)
raise type(evil, (Exception,), dict(__module__=evil))(evil)
raise ExceptionGroup(evil, [ValueError(evil)])
e = ValueError(1); e.add_note(evil); raise e
R = type("R", (), dict(__repr__=lambda self: evil))
R()
[R(), R()]
r = R()
%whos
r?
f = lambda x=R(): 1
f.__doc__ = f.__name__ = f.__qualname__ = evil
f?
f??
open(path, "w").write(f"def g(): return 1 / 0  # {evil}\\ng()\\n") and None
run {path}
%run -i {path}
g??
%pfile g
%psource g
%pycat {path}
%load_ext {evil}
%cd nowhere{evil}
%cd {directory}
%pwd
%pushd {directory}
%dhist
%bookmark {evil}
%bookmark -l
%env X={evil}
%set_env X={evil}
%env X
%sc -v x=printf '\\033]0;evil\\007'
!!printf '\\033]0;evil\\007'
%save -f {directory}/saved 1
%history -f {directory}/history 1
%logstart {directory}/log
%logstate
%logstop
%alias {evil} echo {evil}
%alias
%macro m 1
%config colors = {evil}
%xmode {evil}
%run {directory}/nothing
import threading; t = threading.Thread(name=evil, target=lambda: 1 / 0); t.start(); t.join()
import sys; sys.exit(evil)
%timeit raise ValueError(evil)
%time f
%prun g()
%xmode verbose
local = R(); raise ValueError(local)
%xmode context
exec(compile("1 +", evil, "exec"))
exec(compile("1 / 0", evil, "exec"))
import warnings; warnings.simplefilter("ignore")
%aimport {evil}
%rerun 1
%recall x
%pinfo {evil}
%lsmagic
"""


def test_what_the_shell_says(plots: GShell, home: Path) -> None:
    plots.run(f"evil = {EVIL!r}; import os; directory = os.path.abspath('d' + evil); os.mkdir(directory)")
    plots.run("%config pager = false")
    plots.run("path = os.path.join(directory, evil.replace('/', '') + '.py')")
    for cell in CELLS.strip().splitlines():
        number = plots.wait_for_prompt()
        plots.submit(cell)
        wait_until(lambda: plots.prompt_number() > number, f"the prompt after {cell}")  # noqa: B023
        assert not obeyed(plots), cell
        if not plots.cursor_line().endswith("]:"):  # it has put something there
            plots.press("c-c")
    plots.run(f"os.chdir({str(home)!r})")


def test_what_is_pasted_and_completed(plots: GShell, home: Path) -> None:
    plots.run(
        f"evil = {EVIL!r}; globals()['x' + evil] = 1; dictionary = {{evil: 1, evil + 'a': 2}}; open('x' + evil, 'w')"
    )
    plots.type(f"\x1b[200~pasted = '{EVIL}'\x1b[201~\r")
    plots.wait_for_prompt()
    for magic in ("%history", "%history -n -g evil", "%hist -p", "%recall pasted", "%macro -q a 1-99", "a"):
        plots.submit(magic)
        wait_until(lambda: plots.prompt_number() > plots.number, magic)
        plots.press("c-c")
    for typed in ("dictionary['", "!ls x", "run x", "x", "pas"):
        plots.wait_for_prompt()
        plots.type(typed)
        plots.press("tab", "tab")
        wait_until(plots.is_asleep, "what can follow")
        plots.press("escape", "c-c")
    plots.wait_for_prompt()
    plots.press("up", "up", "c-r")
    plots.type("evil")
    wait_until(plots.is_asleep, "a line that was found")
    plots.press("c-c", "c-c")
    plots.wait_for_prompt()
    assert not obeyed(plots)


def test_while_a_command_runs(plots: GShell, home: Path) -> None:
    """The status key, and the debugger."""
    plots.run(f"evil = {EVIL!r}; name = evil + '.py'")
    source = "print('be' 'gun'); import time\ndef f():\n    time.sleep(100)  # "
    plots.run(f"open(name, 'w').write({source!r} + evil + '\\nf()\\n') and None")
    plots.submit("run {name}")
    plots.wait_for_call()
    plots.press("c-t")
    plots.wait_for(r"CPU.*\.py:3 in f -> time\.sleep")
    plots.press("c-c")
    plots.wait_for_prompt()
    plots.submit("%debug")
    for command in ("where", "list", "ll", "p evil", "pp evil", "!1/0", "!raise ValueError(evil)", "up", "args", "q"):
        wait_until(lambda: plots.cursor_line() == "(Pdb)", "the debugger's prompt")
        plots.type(command)
        wait_until(lambda command=command: plots.cursor_line() == f"(Pdb) {command}", "the command")  # type: ignore[misc]
        plots.press("enter")
    plots.wait_for_prompt()
    assert not obeyed(plots)


def test_at_the_start(home: Path) -> None:
    settings = home / ".config" / "gshell" / "gshell.toml"
    settings.parent.mkdir(parents=True)
    name = EVIL.encode("unicode_escape").decode().replace("\\x", "\\u00")
    settings.write_text(f'"{name}" = 1\nediting = "{name}"\n')
    for words in (["-c", "1"], ["config", "--show"], [f"{EVIL}.py"], [f"--{EVIL}"], ["run", EVIL], ["--gui", EVIL]):
        argv = [sys.executable, "-m", "gshell", *words]
        with Terminal(argv, env={"PYTHONPATH": str(ROOT), "HOME": str(home)}, cwd=home) as terminal:
            terminal.wait()
            assert "evil" in terminal.text()
            assert not obeyed(terminal), words
