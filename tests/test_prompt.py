"""The prompt: cells, values, tracebacks, history, output of others."""

from __future__ import annotations

import os
import re
import signal
import stat
import sys
from pathlib import Path

import pytest

from tests.conftest import Start
from tests.terminal import ROOT, GShell, Terminal, wait_until


def test_value_of_the_last_expression(shell: GShell) -> None:
    assert shell.run("6 * 7") == "Out[1]: 42"
    assert shell.run("x = 5") == ""
    assert shell.run("x; x + 1") == "Out[3]: 6"
    assert shell.value("_ + Out[1]") == "48"
    assert shell.value("In[2]") == "'x = 5'"
    assert shell.run("None") == ""


def test_multi_line_input_knows_when_python_is_complete(shell: GShell) -> None:
    shell.submit("def f(x):")
    shell.wait_for(r"^\s*\.\.\.:")
    shell.type("y = x + 1\r")
    shell.type("return y\r")
    assert shell.prompt_number() == 0
    shell.press("enter")
    shell.wait_for(r"^In \[2\]:$")
    assert shell.value("f(1)") == "2"
    shell.type("if f(1) == 3:\rprint('three')\r")
    shell.press("backspace")
    shell.type("else:\rprint('two')\r\r")
    shell.wait_for("^two$")


def test_pasted_block_is_one_cell(shell: GShell) -> None:
    block = "for i in range(3):\n    if i:\n        print('item', i)\n"
    shell.type(f"\x1b[200~{block}\x1b[201~\r")
    shell.wait_for(r"^item 2$")
    shell.wait_for(r"^In \[2\]:$")


def test_indented_paste(shell: GShell) -> None:
    shell.run("    x = 1\n    y = 2\n    print(x + y)")
    shell.wait_for("^3$")


def test_closed_streams(shell: GShell) -> None:
    shell.run("import os, sys")
    shell.run("sys.stdout.close(); sys.stderr.close()")
    assert shell.value("6 * 7") == "42"
    shell.run("sys.stdout = sys.stderr = None")
    assert "ZeroDivisionError: division by zero" in shell.run("1 / 0")
    shell.run("sys.stderr.close(); raise SystemExit(3)")
    shell.run("class E(BaseException):\n    __traceback__ = property(lambda self: 1 / 0)\n")
    shell.run("raise SystemExit(type('S', (), {'__str__': lambda self: 1 / 0})())")
    assert shell.value("6 * 7") == "42"


def test_traceback_has_no_frame_of_the_shell(shell: GShell) -> None:
    output = shell.run("def f(): return 1/0\n")
    output = shell.run("f()")
    assert "ZeroDivisionError: division by zero" in output
    assert "def f(): return 1/0" in output
    assert "gshell" not in output
    assert len(re.findall("File ", output)) == 2
    assert b"\x1b[" in shell.raw.partition(b"Traceback")[2].partition(b"division by zero")[0]  # in colour


def test_syntax_error(shell: GShell) -> None:
    output = shell.run("x = = 1")
    assert "SyntaxError" in output
    assert "gshell" not in output
    assert shell.value("1") == "1"


def test_system_exit_does_not_end_the_shell(shell: GShell) -> None:
    shell.run("raise SystemExit")
    shell.run("import sys; sys.exit(3)")
    assert shell.value("1") == "1"


def test_hostile_exceptions_and_reprs(shell: GShell) -> None:
    shell.run("class E(Exception):\n    def __str__(self): raise RuntimeError('no')\n")
    shell.run("raise E")
    shell.run("class R:\n    def __repr__(self): raise SystemExit('from repr')\n")
    shell.run("R()")
    assert shell.value("'alive'") == "'alive'"


def test_history_over_sessions(start: Start, home: Path) -> None:
    first = start("--no-gui")
    first.run("first_session = 1")
    assert first.end() == 0
    second = start("--no-gui")
    second.press("up")
    second.wait_for(r"^In \[1\]: first_session = 1$")
    file = home / ".local" / "state" / "gshell" / "history.sqlite"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_history_that_cannot_be_kept(start: Start, home: Path) -> None:
    (home / ".local").write_text("a file where a directory should be")
    shell = start("--no-gui")
    shell.wait_for("^gshell: this session's history is not kept")
    assert shell.value("1") == "1"


def test_output_of_a_thread_is_above_the_prompt(shell: GShell) -> None:
    shell.run("import threading")
    shell.run("go = threading.Event(); t = threading.Thread(target=lambda: (go.wait(), print('from the thread')))")
    shell.run("t.start(); threading.Timer(0.2, go.set).start()")
    shell.type("x = 12")
    shell.wait_for("^from the thread$")
    shell.type("3\r")
    assert shell.value("x") == "123"
    shell.run("threading.Timer(0.1, lambda: 1/0).start()")
    shell.wait_for("^ZeroDivisionError")
    shell.wait_for_prompt()


def test_many_lines_from_a_thread_lose_nothing(shell: GShell) -> None:
    shell.run("import threading")
    shell.run("t = threading.Thread(target=lambda: [print('line', n) for n in range(2000)]); t.start()")
    shell.wait_for("^line 1999$")
    shell.wait_for_prompt()
    numbers = [int(match) for match in re.findall(r"^line (\d+)$", shell.text(), re.MULTILINE)]
    assert numbers == list(range(2000))


def test_output_without_newline_keeps_the_prompt_apart(shell: GShell) -> None:
    for command in ("print('abc', end='')", "!printf abc", "import os; _ = os.write(1, b'abc')"):
        assert shell.run(command) == "abc"


def test_type_ahead(shell: GShell) -> None:
    shell.submit("import time; time.sleep(1); print('slept')")
    wait_until(lambda: shell.prompt_number() != 1 or shell.cursor_line() == "", "the command to run")
    shell.type("'typed' + ' ahead'\r")
    shell.wait_for(r"^Out\[2\]: 'typed ahead'")
    lines = shell.lines()
    assert lines.index("slept") == lines.index("In [1]: import time; time.sleep(1); print('slept')") + 1


def test_input_gets_the_terminal(shell: GShell) -> None:
    shell.submit("name = input('who? ')")
    shell.wait_for(r"^who\? $|^who\?$")
    shell.type("Adax\x7f\r")
    shell.wait_for(r"^who\? Ada$")
    assert shell.value("name") == "'Ada'"
    shell.submit("import sys; print('go'); line = sys.stdin.readline()")
    shell.wait_for("^go$")
    shell.type("a line\r")
    assert shell.value("line") == "'a line\\n'"


def test_child_gets_the_terminal(shell: GShell) -> None:
    assert shell.run("!stty -a | grep -c -w -e -echo -e -icanon") == "0"
    assert shell.run("!echo to the terminal; exit 3") == "to the terminal"
    assert shell.value("_exit_code") == "3"
    shell.submit("!echo ready; exec cat")
    shell.wait_for("^ready$")
    shell.type("one\r")
    shell.wait_for("^one\n+one$")
    shell.press("c-d")
    shell.wait_for(r"^In \[5\]:$")


@pytest.mark.parametrize("ending", ["c-d", "exit(3)\r", "import os; os.kill(os.getpid(), 15)\r"])
def test_terminal_is_restored(home: Path, ending: str) -> None:
    script = f"stty -g; {sys.executable} -m gshell --no-gui; stty -g; echo end"
    env = {"PYTHONPATH": str(ROOT), "HOME": str(home)}
    with Terminal(["sh", "-c", script], env=env, size=(40, 200)) as terminal:
        terminal.wait_for(r"^In \[1\]:")
        terminal.press(ending)
        terminal.wait_for("^end$")
        modes = re.findall("^[0-9a-f:]{40,}$", terminal.text(), re.MULTILINE)
        assert len(modes) == 2
        assert modes[0] == modes[1]


def test_resize(shell: GShell) -> None:
    shell.resize(30, 70)
    assert shell.value("__import__('shutil').get_terminal_size()[0]") == "70"
    shell.type("'" + "x" * 100)
    wait_until(lambda: len([line for line in shell.lines() if "xxxx" in line]) == 2, "the line wrapped at 70")


def test_fork_ends_with_its_command(shell: GShell) -> None:
    output = shell.run("import os, sys; pid = os.fork(); status = os.waitpid(pid, 0)[1] if pid else print('child')")
    assert output == "child"
    assert shell.value("status") == "0"
    shell.run("status = os.waitstatus_to_exitcode(os.waitpid(os.fork() or sys.exit(7), 0)[1])")
    assert shell.value("status") == "7"


def test_suspend_and_continue(shell: GShell) -> None:
    shell.run("x = 1")
    os.kill(shell.pid, signal.SIGSTOP)
    os.kill(shell.pid, signal.SIGCONT)
    assert shell.value("x") == "1"


def test_warnings_of_the_compiler_come_once(shell: GShell) -> None:
    output = shell.run("1 is 1")
    assert output.count("SyntaxWarning") == 1


def test_thread_that_prints_without_end_leaves_the_prompt_usable(shell: GShell) -> None:
    shell.run("import threading; stop = False; n = 0")
    shell.run("def flood():\n    global n\n    while not stop:\n        n += 1; print('line', n)\n")
    shell.run("thread = threading.Thread(target=flood)")
    shell.submit("thread.start()")
    shell.wait_for("^line 2000$")
    shell.type("stop = True\r")
    shell.wait_for_end_of(shell.number + 1)
    shell.run("thread.join()")
    printed = int(shell.value("n"))
    lines = [int(line.split()[1]) for line in shell.lines() if re.fullmatch(r"line \d+", line)]
    assert sorted(set(range(lines[0], printed + 1)) - set(lines)) == []
