"""Editing at the prompt, and the settings that change it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gshell.settings import Settings, as_toml, load
from tests.conftest import Start
from tests.terminal import GShell, wait_until


def configure(home: Path, text: str) -> None:
    """Write the user's gshell.toml."""
    path = home / ".config" / "gshell" / "gshell.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def wait_for_line(shell: GShell, line: str) -> None:
    """Wait until the cursor is in this line of the screen."""
    wait_until(lambda: shell.cursor_line() == line, repr(line))


def test_indentation(shell: GShell) -> None:
    shell.type("def f(x):\rif x:\rreturn [\r1,\r2]\r")
    wanted = ["    if x:", "        return [", "            1,", "            2]"]

    def look() -> bool:
        text = [line[8:] for line in shell.text().splitlines() if line.startswith("   ...: ")]
        return text[:4] == wanted and shell.cursor_line().strip() == "...:"

    wait_until(look, f"{wanted}, and the next line")


def test_another_line_of_a_complete_cell(shell: GShell) -> None:
    shell.type("x = 1")
    shell.press("c-o")
    shell.type("x + 1\r")
    shell.wait_for(r"^Out\[1\]: 2$")


def test_history_by_prefix_and_by_search(shell: GShell) -> None:
    shell.run("alpha = 1")
    shell.run("beta = 2")
    shell.type("al")
    shell.press("up")
    wait_for_line(shell, "In [3]: alpha = 1")
    shell.press("c-c", "c-r")
    shell.type("eta")
    shell.wait_for(r"In \[3\]: beta = 2$")
    shell.press("enter")
    wait_for_line(shell, "In [3]: beta = 2")


def test_command_is_repeated_by_keys_typed_ahead(shell: GShell) -> None:
    shell.run("count = 0")
    shell.run("count += 1; print('count', count)")
    shell.submit("import sys; print('Enter?'); sys.stdout.flush(); import time; time.sleep(1)")
    shell.wait_for(r"^Enter\?$")
    shell.press("up", "up", "enter")
    shell.wait_for("^count 2$")


def test_history_after_a_cleared_search(shell: GShell) -> None:
    shell.run("alpha = 1")
    shell.run("beta = 2")
    shell.press("c-r")
    shell.type("alph")
    shell.wait_for(r"In \[3\]: alpha = 1$")
    shell.press("c-c", "up", "up", "enter")
    shell.wait_for(r"^In \[3\]: alpha = 1$")
    shell.wait_for(r"^In \[4\]:$")


def test_suggestion_from_the_history(shell: GShell) -> None:
    shell.run("a_long_name = 42")
    shell.type("a_l")
    wait_for_line(shell, "In [2]: a_long_name = 42")
    shell.press("right", "enter")
    shell.wait_for(r"^In \[3\]:$")
    assert shell.run("In[-2]") == "Out[3]: 'a_long_name = 42'"


def test_pasted_session_is_its_code(shell: GShell) -> None:
    shell.type("\x1b[200~>>> x = [1,\n...      2]\n>>> sum(x)\n3\x1b[201~")
    wait_for_line(shell, "   ...: sum(x)")
    shell.press("enter")
    shell.wait_for(r"^Out\[1\]: 3$")
    assert shell.value("In[1]") == r"'x = [1,\n     2]\nsum(x)'"
    shell.type("y = '\x1b[200~>>> z\x1b[201~'\r")  # not at the beginning: as it is
    shell.wait_for(r"^In \[4\]:$")
    assert shell.value("y") == "'>>> z'"


def test_paste_runs_nothing_before_enter(shell: GShell) -> None:
    shell.type("\x1b[200~print('ran')\nprint('too')\n\x1b[201~")
    shell.wait_for(r"print\('too'\)")
    shell.press("c-c")
    shell.wait_for_prompt()
    assert shell.value("In") == "['', 'In']"


def test_cell_in_the_editor(start: Start, home: Path) -> None:
    editor = home / "editor"
    editor.write_text("#!/bin/sh\ncase $1 in *.py) ;; *) exit 1;; esac\nsed -i s/1/2/ $1\n")
    editor.chmod(0o755)
    shell = start("--no-gui", env={"VISUAL": str(editor)})
    shell.type("x = 1")
    shell.type("\x1bOQ")  # F2
    wait_for_line(shell, "In [1]: x = 2")
    shell.type("0 + 1")
    shell.press("c-x", "c-e")  # as in the system's shells: and runs it
    shell.wait_for(r"^In \[2\]:$")
    assert shell.value("x") == "22"


def test_undo(shell: GShell) -> None:
    shell.type("first second")
    shell.press("c-w")
    wait_for_line(shell, "In [1]: first")
    shell.type("\x1f")  # Ctrl-_
    wait_for_line(shell, "In [1]: first second")


def test_matching_bracket(shell: GShell) -> None:
    shell.type("f((1) + 2)")

    def backgrounds() -> set[str]:
        with shell._lock:
            row = shell.screen.buffer[shell.screen.cursor.y]
            return {row[column].bg for column in (9, 17)}

    wait_until(lambda: shell.cursor_line() == "In [1]: f((1) + 2)", "the line")
    wait_until(lambda: "default" not in backgrounds(), "colours of both brackets")


def test_toolbar(start: Start, home: Path) -> None:
    shell = start("--no-gui")
    shell.wait_for("^no windows  emacs$")
    shell.run("import gshell")
    configure(home, "toolbar = false")
    plain = start("--no-gui")
    assert plain.value("1") == "1"
    assert "emacs" not in plain.text()


def test_vi_keys(start: Start, home: Path) -> None:
    configure(home, 'editing = "vi"')
    shell = start("--no-gui")
    shell.wait_for("  insert$")
    shell.type("x + y")
    shell.press("escape")
    shell.wait_for("  navigation$")
    shell.type("bbrzA = 3\r")
    shell.wait_for(r"^In \[1\]: z \+ y = 3$")


def test_vi_escape_closes_the_menu_and_leaves_the_insert_mode(start: Start, home: Path) -> None:
    configure(home, 'editing = "vi"')
    shell = start("--no-gui")
    shell.run("value_one = 1; value_two = 2")
    shell.type("value_\t")
    shell.wait_for("value_two +int")
    shell.type("\t")
    wait_for_line(shell, "In [2]: value_one")
    shell.press("escape")
    shell.wait_for("  navigation$")
    wait_until(lambda: "value_two  " not in shell.text(), "the menu to go")
    wait_for_line(shell, "In [2]: value_one")
    shell.press("enter")
    shell.wait_for(r"^Out\[2\]: 1$")


def test_no_colours(start: Start, home: Path) -> None:
    configure(home, 'colors = "none"')
    shell = start("--no-gui")
    assert shell.value("'text' + f'{1}'") == "'text1'"
    assert {character.fg for row in shell.screen.buffer.values() for character in row.values()} == {"default"}


def test_mouse_is_left_to_the_terminal(start: Start, home: Path) -> None:
    shell = start("--no-gui")
    assert shell.value("1") == "1"
    assert b"\x1b[?1000h" not in shell.raw
    configure(home, "mouse = true")
    mouse = start("--no-gui")
    assert mouse.value("1") == "1"
    assert b"\x1b[?1000h" in mouse.raw


def test_wrong_settings_are_named(start: Start, home: Path) -> None:
    configure(home, 'editing = "nano"\ntolbar = true\nmax_lines = -1\npager = 1\ncolors = "blue"\n')
    text = start("--no-gui", size=(40, 300)).text()
    assert "gshell.toml: editing is one of emacs, vi, not 'nano'" in text
    assert "gshell.toml: there is no setting tolbar; did you mean toolbar?" in text
    assert "gshell.toml: max_lines is a number, 0 or more, not -1" in text
    assert "gshell.toml: pager is true or false, not 1" in text
    assert "gshell.toml: colors is none or a style of pygments, not 'blue'" in text
    configure(home, "editing = [")
    shell = start("--no-gui", size=(40, 300))
    assert "gshell.toml: " in shell.text()
    assert "the settings have their defaults" in shell.text()
    assert shell.value("1") == "1"


def test_settings_that_cannot_be_read(tmp_path: Path) -> None:
    assert load(tmp_path / "missing") == (Settings(), [])
    settings, problems = load(tmp_path)
    assert settings == Settings()
    assert "Is a directory" in problems[0]
    (tmp_path / "latin").write_bytes(b'editing = "\xe4"')
    assert "can't decode" in load(tmp_path / "latin")[1][0]


def test_settings_as_toml_are_read_again(tmp_path: Path) -> None:
    settings = Settings()
    settings.set("editing", "vi")
    settings.set("max_lines", 0)
    (tmp_path / "gshell.toml").write_text(as_toml(settings))
    assert load(tmp_path / "gshell.toml") == (settings, [])
    with pytest.raises(ValueError, match="no setting"):
        settings.set("describe", 1)


def test_startup_files(start: Start, home: Path) -> None:
    startup = home / ".config" / "gshell" / "startup"
    startup.mkdir(parents=True)
    (startup / "1_first.py").write_text("first = 1\n1 / 0\n")
    (startup / "2_second.py").write_text(
        "from gshell import magic\nsecond = first + 1\n"
        "@magic('greet', '[-l] name')\n"
        "def greet(shell, given):\n"
        "    '''Say hello.'''\n"
        "    print('HELLO' if '-l' in given.options else 'hello', given.rest)\n"
    )
    (startup / "3_leaves.py").write_text("exit()\n")
    (startup / "note.txt").write_text("not Python")
    (home / "gshell.toml").write_text("editing = 'nano'")  # in the current directory: not read
    (home / "startup").mkdir()
    (home / "startup" / "x.py").write_text("print('never')")
    shell = start("--no-gui", env={"XDG_CONFIG_HOME": "."})
    assert shell.value("first, second") == "(1, 2)"
    assert "ZeroDivisionError" in shell.text()
    assert "nano" not in shell.text()
    assert "never" not in shell.text()
    assert shell.run("greet world") == "hello world"
    assert shell.run("%greet -l world") == "HELLO world"
