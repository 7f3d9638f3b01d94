"""The prompt beside a running command (console/beside.py), in a terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import psutil
import pytest

from tests.conftest import Start
from tests.kept import few
from tests.terminal import LIMIT, GShell, wait_until
from tests.xserver import XServer

PROMPT = "beside>"

SCRIPT = """
losses, scale, go_on = [], 2, True
def work(number):
    i = 0
    while go_on and i < number:
        i += 1
        x = i * scale
        if i % 1000 == 0:
            losses.append(1 / i)
    print("work is", "done", i)
    return x
result = work(10**12)
"""


def open_beside(shell: GShell) -> None:
    """Open it as soon as the command runs."""
    wait_until(lambda: shell.prompt_number() == 0, "the command")
    shell.press("c-g")
    wait_for_beside(shell)


def wait_for_beside(shell: GShell) -> None:
    wait_until(lambda: shell.cursor_line().rstrip() == PROMPT, "the prompt beside the command")


def ask(shell: GShell, text: str) -> str:
    """Type something at the prompt beside the command; return what is shown until it is there again."""
    wait_for_beside(shell)
    before = len(entered(shell))
    shell.type(text)
    shell.press("enter")
    wait_until(
        lambda: len(entered(shell)) > before and shell.cursor_line().rstrip() == PROMPT, f"the prompt after {text}"
    )
    lines = shell.lines()
    start = entered(shell)[-1]
    end = next(index for index in range(start + 1, len(lines)) if lines[index].startswith(PROMPT))
    return "\n".join(lines[start + 1 : end]).strip("\n")


def entered(shell: GShell) -> list[int]:
    """The lines in which something was entered there."""
    return [index for index, line in enumerate(shell.lines()) if re.match(rf"{PROMPT} .", line)]


@pytest.fixture
def plain(shell: GShell) -> GShell:
    return shell


@pytest.fixture
def script(plain: GShell, home: Path) -> GShell:
    """A shell in which the script runs, with the prompt beside it open."""
    (home / "script.py").write_text(SCRIPT)
    plain.submit("run script.py")
    open_beside(plain)
    return plain


def close(shell: GShell) -> None:
    wait_for_beside(shell)
    shell.press("enter")
    wait_until(lambda: not shell.cursor_line().startswith(PROMPT), "the prompt to go")


def stop(shell: GShell) -> None:
    """Close the prompt beside the command, and stop that."""
    number = shell.number
    close(shell)
    shell.press("c-c")
    shell.wait_for_end_of(number)


def test_look_at_the_names_of_the_running_function(script: GShell) -> None:
    assert ask(script, "x == i * scale or x == (i - 1) * scale") == "True"
    first, second = (int(ask(script, "len(losses)")) for _ in range(2))
    assert second >= first >= 0
    assert ask(script, "[each for each in range(4) if each < scale]") == "[0, 1]"
    assert ask(script, "print('out'); 'text'") == "out\n'text'"
    assert ask(script, "scale;") == ""
    assert ask(script, "None") == ""
    stop(script)
    assert script.value("1 + 1") == "2"


def test_assignments_reach_the_function_and_its_module(script: GShell) -> None:
    assert ask(script, "scale = 7") == ""
    assert ask(script, "scale, made = scale, 5") == ""
    assert ask(script, "scale, made") == "(7, 5)"
    number = script.number
    script.type("number = i")
    script.press("enter")
    script.wait_for_end_of(number)
    assert re.search(r"^work is done \d+$", script.text(), re.MULTILINE)
    assert script.value("made, scale, result == 7 * int(losses[-1] and result / 7)") == "(5, 7, True)"


def test_magics_of_a_look_know_its_names(plain: GShell) -> None:
    plain.run("x, mine = 1, 2")
    plain.run("def f():\n    x, inner = [5], {6}\n    print('be' 'gun')\n    while x: pass\n    return x, inner\n\n")
    plain.submit("f()")
    plain.wait_for("^begun$")
    open_beside(plain)
    assert re.search(r"^inner +set .*\nmine +int .*(\n.*)*^x +list ", ask(plain, "%whos"), re.MULTILINE)
    assert "{6}" in ask(plain, "inner?")
    assert "1 loop" in ask(plain, "%timeit -n 1 -r 1 inner.add(7)")
    assert ask(plain, "%time inner").splitlines()[-1] == "{6, 7}"
    assert ask(plain, "_ | {8}") == "{6, 7, 8}"
    assert ask(plain, "%whos -x") == "%whos: no option -x; usage: %whos [TYPE...]"
    assert ask(plain, "x = 3 +").splitlines()[0] == '  File "<beside>", line 1'
    plain.type("x.clear()\r")
    plain.wait_for_end_of(plain.number)
    assert plain.value("sorted(name for name in globals() if name in ('inner', 'mine', 'x', '_1'))") == (
        "['mine', 'x']"
    )


def test_a_name_of_an_outer_function(plain: GShell) -> None:
    plain.run("def inner():\n    while True: pass\n\n")
    plain.run("def outer():\n    losses = [1]\n    print('be' 'gun')\n    inner()\n\n")
    plain.submit("outer()")
    plain.wait_for("^begun$")
    open_beside(plain)
    assert ask(plain, "losses").splitlines()[-1].startswith("gshell: there is a losses in <In [2]>:4 in outer")
    ask(plain, "%up")
    assert ask(plain, "losses") == "[1]"
    stop(plain)


def test_its_own_commands_are_completed(plain: GShell) -> None:
    plain.submit("go_on = thens = True\nwhile go_on: pass\n")
    open_beside(plain)

    def complete(typed: str, to: str) -> None:
        plain.type(f"{typed}\t")
        wait_until(lambda: plain.cursor_line().endswith(to), f"{typed} to be {to}")

    complete("%wat", "> %watch")
    complete(" go_", "> %watch go_on")
    plain.press("enter")
    plain.wait_for("^watch 1: go_on$")
    complete("the", "> thens")  # and not %then, which wants its mark
    plain.press("c-c")
    ask(plain, "%watch -1")
    stop(plain)


def test_the_debugger_in_a_look(plain: GShell) -> None:
    """There is none, and one line says what there is."""
    plain.run("def work():\n    while True: x = 6 * 7\n")
    plain.submit("work()")
    open_beside(plain)
    for code in ("breakpoint()", "import pdb; pdb.set_trace()", "import pdb; pdb.run('1')"):
        assert ask(plain, code) == "no debugger in a look; %debug stops the command in one, at its next line"
    assert int(ask(plain, "x")) == 42
    stop(plain)


def test_long_help_in_a_look(plain: GShell) -> None:
    """It is printed: a pager would keep the terminal, and the command with it."""
    plain.submit("x = 6 * 7\nwhile True: pass\n")
    open_beside(plain)
    plain.type("%quickref\rx\r")
    plain.wait_for(f"^{PROMPT} x\n42\n{PROMPT}")
    stop(plain)


def test_pylab_in_a_look(plain: GShell) -> None:
    """Its names are the session's, but for those that are there; the function has what it had."""
    plain.run("def work():\n    step = 1\n    while True: x = step + 1\n")
    plain.submit("norm = 5; work()")
    open_beside(plain)
    ask(plain, "%pylab")
    assert ask(plain, "step, x, norm") == "(1, 2, 5)"
    assert ask(plain, "linspace(0, 1, 3).tolist()") == "[0.0, 0.5, 1.0]"
    stop(plain)
    assert plain.value("callable(step), norm") == "(True, 5)"


def test_what_a_look_raises_touches_nothing(script: GShell) -> None:
    assert "ZeroDivisionError" in ask(script, "1 / 0")
    assert "SyntaxError" in ask(script, "1 +")
    assert "NameError: a variable of a function that runs can't be deleted: x" in ask(script, "del x")
    assert "%stop stops it" in ask(script, "raise SystemExit")
    assert int(ask(script, "i")) < int(ask(script, "i"))
    stop(script)
    assert "ZeroDivisionError" not in script.output(script.number).partition("KeyboardInterrupt")[2]


def test_frames(plain: GShell) -> None:
    plain.submit("def outer(a):\n    b = 2\n    inner(a + b)\n\ndef inner(c):\n    while True: c += 1\n\n\nouter(1)\n")
    open_beside(plain)
    shown = ask(plain, "%where").splitlines()
    assert [line[0] for line in shown] == [" ", " ", ">"]
    assert " in outer " in f"{shown[1]} " and " in inner" in shown[2]
    assert " in outer" in ask(plain, "%up")
    assert ask(plain, "a, b") == "(1, 2)"
    assert " in inner" in ask(plain, "%down")
    assert int(ask(plain, "c")) > 3
    assert "NameError" in ask(plain, "b")
    stop(plain)


def test_a_frame_stays_whatever_it_calls(plain: GShell) -> None:
    """What is assigned after %up is that function's, however deep its calls are just then."""
    plain.submit(
        "def deep(n):\n    return n and deep(n - 1)\n\n"
        "def train():\n    rate = 0.05\n    while rate < 1: deep(5), deep(9)\n    print('rate', 'was', rate)\n\n"
        "def outer():\n    train()\n    while True: pass\n\n\nouter()\n"
    )
    open_beside(plain)
    wait_until(lambda: "-> outer" in ask(plain, "%up"), "the outermost frame")
    ask(plain, "%down")
    assert " in train" in ask(plain, "%down")
    for _ in range(10):
        assert ask(plain, "rate") == "0.05"
    assert "> " in ask(plain, "%where") and re.search(r"^> .* in train", plain.text(), re.MULTILINE)
    ask(plain, "rate = 7")
    plain.wait_for("^rate was 7$")
    assert "has ended; now it is the innermost" in ask(plain, "rate")
    assert "NameError" in ask(plain, "rate")
    stop(plain)
    assert "NameError" in plain.run("rate")


def test_a_value_begins_a_line(plain: GShell) -> None:
    plain.submit(
        "import time\nfor i in range(10**9):\n    print(f'\\r{i} of many', end='', flush=True)\n    time.sleep(0.01)\n"
    )
    open_beside(plain)
    for _ in range(5):
        assert "'ab'" in ask(plain, "'a' 'b'").splitlines()
    stop(plain)


def test_a_progress_bar_is_not_held_up(plain: GShell) -> None:
    """It has no end of a line, so nothing of it is ever printed above the prompt; nor may it fill what may wait."""
    plain.submit("i = 0\nwhile True:\n    i += 1\n    print(f'\\r{i:>1000}', end='', flush=True)\n")
    open_beside(plain)
    wait_until(lambda: int(ask(plain, "i").split()[-1]) > 2000, "two million characters")
    stop(plain)


def test_a_long_value_is_cut_and_that_is_said(plain: GShell) -> None:
    plain.submit("while True: pass\n")
    open_beside(plain)
    assert "(cut, see max_lines in %config" in ask(plain, "list(range(3000))")
    stop(plain)


BUSY = {
    "sleep": "import time; here = 5; time.sleep(1000)",
    "a lock": "import threading; here = 5; threading.Event().wait()",
    "regular expression": "here = 5; import re\nwhile True: re.match('(a+)+b', 'a' * 18)\n",
    "numpy": "import numpy as np; here = 5; a = np.ones((1500, 1500))\nwhile True: a @ a\n",
    "recursion": ("here = 5\ndef down(n):\n    if n: down(n - 1)\n\nwhile True: down(200)\n"),
    "an exception each time": "here = 5\nwhile True:\n    try: 1 / 0\n    except ZeroDivisionError: pass\n",
    "prints": "import time; here = 5\nwhile True: print('x' * 70); time.sleep(0.005)\n",
    "a thread that waits": (
        "import threading; here = 5; t = threading.Thread(target=threading.Event().wait, daemon=True)\n"
        "t.start(); t.join()\n"
    ),
}


@pytest.mark.parametrize("name", BUSY)
def test_look_at_what_blocks_and_computes(plain: GShell, name: str) -> None:
    plain.submit(BUSY[name])
    open_beside(plain)
    plain.type("'look', here + 1")
    plain.press("enter")
    plain.wait_for(r"^\('look', 6\)$")
    wait_for_beside(plain)
    stop(plain)
    assert plain.value("here") == "5"


SLEEPS, COMPUTES = "import time; time.sleep(1000)", "while True: pass"


@pytest.mark.parametrize(
    ("name", "look"),
    [("sleep", COMPUTES), ("an exception each time", SLEEPS), ("an exception each time", COMPUTES)],
)
def test_ctrl_c_ends_the_look_only(plain: GShell, name: str, look: str) -> None:
    plain.submit(BUSY[name])
    number = plain.number
    open_beside(plain)
    plain.type(look)
    plain.press(*["enter"] * (1 + look.startswith("while")))
    plain.wait_for("that takes its time; Ctrl-C ends it, and not the command")
    plain.press("c-c")
    plain.wait_for("KeyboardInterrupt: the look has ended, the command goes on")
    assert ask(plain, "here") == "5"
    assert plain.prompt_number() == 0
    stop(plain)
    assert plain.number == number


@pytest.mark.own_process
@pytest.mark.parametrize("look", few(["", SLEEPS, COMPUTES], "", SLEEPS))
@pytest.mark.parametrize("name", ["sleep", "an exception each time"])
def test_terminal_that_is_closed(plain: GShell, name: str, look: str) -> None:
    plain.submit(BUSY[name])
    open_beside(plain)
    if look:
        plain.type(look)
        plain.press(*["enter"] * (1 + look.startswith("while")))
        plain.wait_for("that takes its time")
    process = psutil.Process(plain.pid)
    plain.hang_up()
    process.wait(LIMIT)


def test_stop(script: GShell) -> None:
    number = script.number
    script.type("%stop")
    script.press("enter")
    script.wait_for_end_of(number)
    assert "KeyboardInterrupt" in script.text()
    assert script.value("scale") == "2"


def test_hold_and_go(script: GShell) -> None:
    assert "held" in ask(script, "%hold")
    assert ask(script, "i") == ask(script, "i")
    script.wait_for("work.* held$")
    assert ask(script, "i = 3; scale = 4; i") == "3"
    assert ask(script, "i, scale") == "(3, 4)"
    assert "it goes on" in ask(script, "%go")
    wait_until(lambda: int(ask(script, "i")) > 3, "the loop to go on")
    assert "not held" in ask(script, "%go")
    ask(script, "%hold")
    close(script)
    script.wait_for("the command goes on")
    open_beside(script)
    assert int(ask(script, "i")) < int(ask(script, "i"))
    stop(script)


def test_hold_what_blocks(plain: GShell) -> None:
    plain.submit("import time\nfor i in range(10**9): time.sleep(2)\n")
    open_beside(plain)
    assert "held" in ask(plain, "%hold")
    assert ask(plain, "i") == ask(plain, "i")
    stop(plain)


def test_then(script: GShell) -> None:
    assert ask(script, "%then") == "nothing runs then"
    assert ask(script, "%then first = result") == "then 1: first = result"
    assert ask(script, "%then 1 / 0") == "then 1: first = result\nthen 2: 1 / 0"
    assert ask(script, "%then second = 6 * 7") == "then 1: first = result\nthen 2: 1 / 0\nthen 3: second = 6 * 7"
    assert ask(script, "%then -2") == "then 1: first = result\nthen 2: second = 6 * 7"
    number = script.number
    script.type("go_on = False")
    script.press("enter")
    wait_until(lambda: script.prompt_number() == number + 3, "all that was to run then")
    assert re.search(r"^In \[\d+\]: second = 6 \* 7$", script.text(), re.MULTILINE)
    assert script.value("first == result, second") == "(True, 42)"


def test_ctrl_c_drops_what_was_to_run_then(script: GShell) -> None:
    ask(script, "%then print('not ' 'this')")
    stop(script)
    script.wait_for("dropped by Ctrl-C, arrow up brings it back: print")
    script.press("up")
    wait_until(lambda: script.cursor_line().endswith("]: print('not ' 'this')"), "what was dropped")
    script.press("c-c")
    assert script.value("1 + 1") == "2"
    assert "not this" not in script.text()


def test_stop_drops_it_too(script: GShell) -> None:
    number = script.number
    ask(script, "%then print('not ' 'this')")
    script.type("%stop\r")
    script.wait_for("dropped by Ctrl-C, arrow up brings it back: print")
    script.wait_for_end_of(number)
    assert script.value("1 + 1") == "2"
    assert "not this" not in script.text()


def test_what_was_typed_blindly(plain: GShell) -> None:
    """Lines run then; the last one, which has no end yet, is there to be edited."""
    plain.submit("import time; time.sleep(1000)")
    wait_until(lambda: plain.prompt_number() == 0, "the command")
    plain.type("a = 1\rb = 2\rha")
    plain.wait_for("ha")
    plain.press("c-g")
    wait_until(lambda: plain.cursor_line().rstrip() == "beside> ha", "what was typed")
    assert "then 1: a = 1\nthen 2: b = 2" in plain.text()
    plain.press("c-c")
    stop(plain)


def test_the_end_of_the_command(plain: GShell) -> None:
    """What was half typed is at the next prompt."""
    plain.submit("go_on = True\nwhile go_on: pass\n")
    number = plain.number
    open_beside(plain)
    plain.type("go_on = False\r6 * ")
    plain.wait_for_end_of(number)
    plain.type("7\r")
    plain.wait_for(r"^Out\[\d+\]: 42$")


def test_the_end_of_the_command_before_others(plain: GShell) -> None:
    """What was half typed is not for them, but for the prompt after them."""
    plain.submit("go_on = True\nwhile go_on: pass\n")
    number = plain.number
    open_beside(plain)
    ask(plain, "%then 'af' 'ter'")
    plain.type("go_on = False\r6 * ")
    plain.wait_for_end_of(number + 1)
    plain.wait_for("^Out.* 'after'$")
    wait_until(lambda: plain.cursor_line().endswith("6 *"), "what was half typed")
    plain.type("7\r")
    plain.wait_for(r"^Out\[\d+\]: 42$")


def test_half_typed_when_the_command_reads(plain: GShell) -> None:
    """It is not for the command, but for the next prompt, this one or the ordinary one."""
    plain.submit("while 'again' not in (name := input('who? ')): __import__('time').sleep(0.7)\n")
    for key in ("\x07", ""):
        plain.wait_for(r"^who\?$")
        plain.type("me" + "again" * (not key) + "\r" + key)
        if not key:
            break
        wait_for_beside(plain)
        plain.type("6 * ")
        plain.wait_for("the prompt beside it is closed")
    wait_until(lambda: plain.cursor_line().endswith("6 *"), "what was half typed")
    plain.type("7\r")
    plain.wait_for(r"^Out\[\d+\]: 42$")
    assert plain.value("name") == "'meagain'"


def test_input_in_the_command(plain: GShell) -> None:
    plain.submit("ready = False\nwhile not ready: pass\nname = input('who? ')\n")
    number = plain.number
    open_beside(plain)
    plain.type("ready = True")
    plain.press("enter")
    plain.wait_for("the prompt beside it is closed")
    plain.wait_for(r"^who\?$")
    plain.type("me")
    plain.press("enter")
    plain.wait_for_end_of(number)
    assert plain.value("name") == "'me'"


def test_child_of_the_command(plain: GShell) -> None:
    plain.submit("ready = False\nwhile not ready: pass\n!cat\n")
    number = plain.number
    open_beside(plain)
    plain.type("ready = True\r")
    plain.wait_for("the prompt beside it is closed")
    wait_until(lambda: "cat" in plain.children(), "the child")
    plain.type("text\r")
    plain.wait_for("^text\ntext$")
    plain.press("c-d")
    plain.wait_for_end_of(number)


def test_children_that_do_not_read_the_terminal(plain: GShell) -> None:
    """And those of other threads: the prompt stays."""
    plain.run("import subprocess, threading; count = others = 0; go = threading.Event()")
    plain.run("def other():\n    global others\n    while go.wait(): subprocess.run(['true']); others += 1\n")
    plain.run("threading.Thread(target=other, daemon=True).start()")
    plain.submit("while True:\n    if go.is_set(): subprocess.run(['true'], stdin=subprocess.DEVNULL); count += 1\n")
    open_beside(plain)
    ask(plain, "go.set()")
    wait_until(lambda: ask(plain, "count > 3 and others > 3").endswith("True"), "the children")
    ask(plain, "go.clear()")
    assert "is closed" not in plain.text()
    stop(plain)


def test_input_in_a_look(script: GShell) -> None:
    assert "RuntimeError: input() in a look: the prompt has" in ask(script, "input()")
    assert int(ask(script, "i")) > 0
    stop(script)


def test_debug(script: GShell) -> None:
    script.type("%debug")
    script.press("enter")
    script.wait_for(r"^\(Pdb\)$")
    script.type("p x == i * scale or x\r")
    script.wait_for(r"^\(Pdb\) p x == .*\n(True|\d+)$")
    script.type("p 6 * 7\r")
    script.wait_for(r"^42$")
    script.type("c\r\x07")  # Ctrl-G in the moment in which the debugger's prompt ends
    wait_for_beside(script)
    assert int(ask(script, "i")) < int(ask(script, "i"))
    stop(script)


def test_there_again_after_the_debugger(plain: GShell) -> None:
    """Not between its steps."""
    plain.submit("stops = 0\nwhile True:\n    if stops: stops -= 1; breakpoint()\n    x = 6 * 7\n")
    open_beside(plain)
    for turn in range(2):
        plain.type("stops = 1\r")
        plain.wait_for(r"^\(Pdb\)$")
        for step in range(3):
            plain.type(f"n\rp 'step {turn}{step}'\r")
            plain.wait_for(f"^'step {turn}{step}'\n\\(Pdb\\)$")
        plain.type("c\r")
        assert int(ask(plain, "x")) == 42
    stop(plain)
    assert not re.search(rf"^{PROMPT}\s*$", plain.text(), re.MULTILINE)


def test_typed_behind_the_debuggers_line(plain: GShell) -> None:
    """It is for the prompt that is there again; and what was half typed there before is there, too."""
    plain.submit("stops = 0\nwhile True:\n    if stops: stops -= 1; breakpoint()\n    x = 6 * 7\n")
    open_beside(plain)
    plain.type("import threading; threading.Timer(0.3, exec, ['stops = 1', globals()]).start()\r6 * ")
    plain.wait_for(r"^\(Pdb\)$")
    plain.type("c\r7\r'en' 'tered'\r")
    plain.wait_for(f"^{PROMPT} 6 \\* 7\n42$")
    plain.wait_for("^'entered'$")
    assert ask(plain, "%then") == "nothing runs then"
    stop(plain)


def test_not_there_again_if_it_was_closed_before_the_debugger(plain: GShell) -> None:
    plain.submit("stops = 0\nwhile True:\n    if stops: stops -= 1; breakpoint()\n    x = 6 * 7\n")
    open_beside(plain)
    plain.type("import threading; threading.Timer(0.2, exec, ['stops = 1', globals()]).start()\r\x04")
    plain.wait_for(r"^\(Pdb\)$")
    plain.type("c\r")
    plain.press("c-c")
    plain.wait_for_end_of(plain.number)
    assert not re.search(rf"^{PROMPT}\s*$", plain.text(), re.MULTILINE)


def test_nothing_stays_of_one_that_was_only_closed(plain: GShell) -> None:
    plain.submit("while True: pass\n")
    for key in ("enter", "c-d", "enter"):
        open_beside(plain)
        plain.press(key)
        wait_until(lambda: PROMPT not in plain.text(), "the prompt to go")
    open_beside(plain)
    assert ask(plain, "6 * 7") == "42"
    stop(plain)
    assert not re.search(rf"^{PROMPT}\s*$", plain.text(), re.MULTILINE)
    assert plain.value("6 * 8") == "48"


def test_keys_behind_the_one_that_opens_it(plain: GShell) -> None:
    """They are for it, also if they come at once; and what comes before is not."""
    plain.submit("x = 7\nwhile True: pass\n")
    wait_until(lambda: plain.prompt_number() == 0, "the command")
    plain.type("\x07\x04" * 15)
    plain.type("y = 1\r\x07x * 6\r")
    plain.wait_for(r"^42\nbeside>$")
    assert ask(plain, "%then") == "then 1: y = 1"
    plain.type("\x04\x14\x07'af' 'ter'\r")
    plain.wait_for(r"^'after'\nbeside>$")
    assert "Ctrl-G looks at it" in plain.text()
    stop(plain)


def test_cells_that_were_pasted_before(plain: GShell) -> None:
    """They run then; not here and now."""
    plain.type("\x1b[200~go_on = True; print('be' 'gun')\nwhile go_on: pass\n\x1b[201~\r\x1b[200~go_on\x1b[201~\r")
    plain.wait_for("^begun$")
    open_beside(plain)
    assert ask(plain, "%then") == "then 1: go_on"
    plain.type("go_on = False\r")
    plain.wait_for(r"^Out\[2\]: False$")


def test_debug_stops_in_the_users_code(plain: GShell) -> None:
    """The next line that runs is one of the library."""
    plain.run("import statistics")
    plain.run("def f():\n    print('be' 'gun')\n    while True: statistics.mean([1, 2])\n\n")
    plain.submit("f()")
    plain.wait_for("^begun$")
    open_beside(plain)
    plain.type("%debug\r")
    plain.wait_for(r"^\(Pdb\)$")
    assert re.search(r"^> <In \[2\]>\(3\)f\(\)", plain.text(), re.MULTILINE)
    plain.type("q\r")
    plain.wait_for_end_of(plain.number)


def test_watch(script: GShell) -> None:
    assert ask(script, "%watch scale * 100") == "watch 1: scale * 100"
    script.wait_for(r"scale \* 100 = 200")
    ask(script, "scale = 3")
    script.wait_for(r"scale \* 100 = 300")
    assert ask(script, "%watch 1 / 0").endswith("watch 2: 1 / 0")
    script.wait_for(r"1 / 0 = ZeroDivisionError")
    assert ask(script, "%watch -5") == "there is no watch 5"
    close(script)
    open_beside(script)
    script.wait_for(r"scale \* 100 = 300  1 / 0 = ZeroDivisionError")
    assert ask(script, "%watch -1") == "watch 1: 1 / 0"
    assert ask(script, "%watch -1") == "nothing is watched"
    stop(script)
    assert "is for the prompt beside a running command" in script.run("%watch scale")


def test_a_watch_stays_with_its_function(plain: GShell) -> None:
    plain.run("def inner(i):\n    for _ in range(10**5): pass\n\n")
    plain.run("def outer():\n    i = 'mine'\n    print('be' 'gun')\n    while True: inner('not mine')\n\n")
    plain.submit("outer()")
    plain.wait_for("^begun$")
    open_beside(plain)
    ask(plain, "%up")
    ask(plain, "%watch i * 2")
    plain.wait_for(r"i \* 2 = 'minemine'")
    for _ in range(3):
        ask(plain, "%down")
        assert "NameError" not in ask(plain, "%watch")
        plain.wait_for(r"i \* 2 = 'minemine'")
    stop(plain)


def test_output_goes_on_above(plain: GShell) -> None:
    plain.submit("import time\nfor i in range(10**9):\n    print('line', i)\n    time.sleep(0.02)\n")
    open_beside(plain)
    plain.type("'typed'")
    at = len(re.findall(r"^line \d+$", plain.text(), re.MULTILINE))
    wait_until(lambda: len(re.findall(r"^line \d+$", plain.text(), re.MULTILINE)) > at + 20, "more lines")
    wait_until(lambda: plain.cursor_line().rstrip() == "beside> 'typed'", "what was typed")
    plain.press("enter")
    wait_for_beside(plain)
    stop(plain)
    numbers = [int(each) for each in re.findall(r"^line (\d+)$", plain.text(), re.MULTILINE)]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_the_end_of_a_line_that_the_prompt_has_ended(plain: GShell) -> None:
    plain.submit("go = False; print('ha' 'lf', end='', flush=True)\nwhile not go: pass\nprint(); print('then')\n")
    plain.wait_for("^half")
    plain.press("c-g")
    wait_for_beside(plain)
    plain.type("go = True\r")
    plain.wait_for(r"^half\nbeside> go = True\nthen$")
    plain.run("print('1', end='')")
    plain.run("print(); print('2')")
    assert re.search(r"print\('2'\)\n\n2$", plain.text(), re.MULTILINE)
    plain.run("import threading; threading.Timer(0.2, print, ['le' 'ft'], {'end': '', 'flush': True}).start()")
    plain.wait_for("^left$")
    plain.run("print(); print('3')")
    assert re.search(r"print\('3'\)\n\n3$", plain.text(), re.MULTILINE)


def test_ctrl_c_after_a_look_is_left_to_a_command_that_polls(plain: GShell) -> None:
    """Also before it has come to its next ipbreak()."""
    plain.submit(
        "import time; from gshell import ipbreak; ends = []\nwhile True:\n    ipbreak(); ends.append(0)\n"
        "    print('be' 'gun'); end = time.monotonic() + 1.5\n"
        "    while time.monotonic() < end: pass\n    ends[-1] = 1\n"
    )
    plain.wait_for("^begun\n(.*\n)*begun$")
    open_beside(plain)
    assert int(ask(plain, "len(ends)")) >= 2
    close(plain)
    plain.press("c-c")
    plain.wait_for_end_of(plain.number)
    assert "KeyboardInterrupt" not in plain.text()
    assert plain.value("min(ends)") == "1"


@pytest.mark.parametrize("rest", ["", ' {"█" * (os.get_terminal_size().columns - 11)}'], ids=["short", "wide"])
def test_progress_bar(plain: GShell, rest: str) -> None:
    """It is one line above the prompt, which moves; also one that is as wide as the terminal."""
    plain.submit(
        "import os, time, sys\nfor i in range(10**9):\n"
        f"    sys.stdout.write(f'\\rstep {{i:05}}{rest}'); sys.stdout.flush()\n    time.sleep(0.05)\n"
    )
    open_beside(plain)
    first = plain.wait_for(r"step (\d+)[ █]*\nbeside>")
    wait_until(
        lambda: any(int(n) > int(first[1]) + 5 for n in re.findall(r"step (\d+)[ █]*\nbeside>", plain.text())),
        "the bar",
    )
    for typed, said in {"6 * 7": "42", "print(6 * 7, end='')": "42", "%then": "nothing runs then"}.items():
        shown = ask(plain, typed)
        assert re.fullmatch(rf"{said}\nstep \d+[ █]*", shown), shown
    plain.wait_for(r"step \d+[ █]*\nbeside>")
    assert len(re.findall(r"^step", plain.text(), re.MULTILINE)) == 1  # and no old state of it anywhere
    close(plain)
    plain.press("c-t")
    plain.wait_for("looks at it\nstep ")
    plain.press("c-c")
    plain.wait_for_end_of(plain.number)


def test_lines_that_are_written_in_parts(plain: GShell) -> None:
    """They are whole, also where a line of a progress bar has ended before them; and dots are seen as they come."""
    plain.submit(
        "import time\ngo_on = True\nfor i in range(10**9):\n"
        "    print(f'\\r{i} of many', end='', flush=True); time.sleep(0.02)\n"
        "    if i % 5 == 4: print('\\nepoch', i, 'has ended')\n    if not go_on: break\n"
    )
    open_beside(plain)
    assert "42" in ask(plain, "6 * 7").splitlines()
    plain.wait_for("^epoch 99 has ended$")
    plain.type("go_on = False\r")
    plain.wait_for_end_of(plain.number)
    lines = [line for line in plain.lines() if ("epoch" in line or "has ended" in line) and "print" not in line]
    assert lines and all(re.fullmatch(r"epoch \d+ has ended", line.strip()) for line in lines)
    plain.submit("for _ in range(10**9): print('.', end='', flush=True); time.sleep(0.02)\n")
    open_beside(plain)
    plain.wait_for(f"^\\.{{20,}}\n{PROMPT}")
    stop(plain)


POINTS = {
    "consistent()": "while True:\n    with gshell.consistent():\n        a += 1; b = work(a)\n",
    "safepoint()": "while True:\n    gshell.safepoint()\n    a += 1; b = work(a)\n",
}


@pytest.mark.parametrize("name", POINTS)
def test_consistent_points(plain: GShell, name: str) -> None:
    plain.submit(
        f"import gshell\na = b = 0\ndef work(n):\n    for _ in range(1000): pass\n    return n\n\n{POINTS[name]}\n"
    )
    open_beside(plain)
    for _ in range(10):
        assert ask(plain, "a == b") == "True"
    stop(plain)


def test_a_figure_from_a_look(start: Start, display: XServer) -> None:
    shell = start("--qt")
    shell.submit(
        "import matplotlib.pyplot as plt; losses = []; print('be' 'gun')\nwhile True: losses.append(len(losses))\n"
    )
    shell.wait_for("^begun$")
    open_beside(shell)
    ask(shell, "line, = plt.plot(losses[:5], 'o-');")
    window = display.wait_for_window("Figure 1")
    wait_until(lambda: display.picture(window).getcolors(1 << 20) is not None, "a picture")
    before = display.picture(window).tobytes()
    ask(shell, "line.set_ydata([4, 3, 2, 1, 0])")
    wait_until(lambda: display.picture(window).tobytes() != before, "the figure to change")
    stop(shell)
    assert shell.value("plt.get_fignums()") == "[1]"


WAITING = ["pause(1000)", "ginput(timeout=0)", "waitforbuttonpress()", "show(block=True)"]


@pytest.mark.parametrize("waiting", few(WAITING, "pause(1000)", "show(block=True)"))
def test_a_look_while_the_command_awaits_events(plots: GShell, waiting: str) -> None:
    """What waits is called by matplotlib, which may not be looked at; but so long it is the user's code that waits."""
    plots.run("fig, ax = subplots()")
    plots.run(f"def f(a):\n    print('wait' 'ing')\n    {waiting}\n    return a\n\n")
    plots.submit("f(1)")
    plots.wait_for("^waiting$")
    open_beside(plots)
    assert ask(plots, "a + 1") == "2"
    ask(plots, "a = 3; ax.set_title('b');")
    assert ask(plots, "a, ax.get_title()") == "(3, 'b')"
    stop(plots)


INVARIANTS = {
    "in consistent()": (
        "while True:\n    with gshell.consistent():\n        a += 1\n        for _ in range(99): pass\n        b = a\n",
        "a == b",
    ),
    "at safepoint()": (
        "while True:\n    a += 1\n    for _ in range(99): pass\n    b = a\n    gshell.safepoint()\n",
        "a == b or a == 1",  # in the first round nobody knows yet that it will call that
    ),
    "in a call of matplotlib": (
        "while True:\n    a += 1\n    line.set_data([a, a], [a, a])\n",
        "len({*line.get_xdata(), *line.get_ydata()}) == 1",
    ),
    "beside draws": (
        "while True:\n    a += 1\n    line.set_data([a, a], [a, a])\n    fig.canvas.draw_idle()\n",
        "len({*line.get_xdata(), *line.get_ydata()}) == 1",
    ),
    "beside pauses": (
        "while True:\n    a += 1\n    line.set_data([a, a], [a, a])\n    pause(0.001)\n",
        "len({*line.get_xdata(), *line.get_ydata()}) == 1",
    ),
}
"""Loops, and what is always true where they may be looked at."""


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("count", [200, pytest.param(25_000, marks=pytest.mark.stress)])
@pytest.mark.parametrize("name", INVARIANTS)
def test_many_looks_at_an_invariant(plots: GShell, home: Path, name: str, count: int) -> None:
    """None sees the middle of a consistent() block, nor of a call of matplotlib's."""
    loop, expression = INVARIANTS[name]
    seen = home / "seen.json"
    plots.run("import gshell; fig, ax = subplots(); line, = ax.plot([0, 0], [0, 0]); a = b = 0")
    plots.run(f"from tests.many_looks import begin; begin({expression!r}, {count}, {str(seen)!r})")
    plots.submit(loop)
    wait_until(seen.exists, "the looks", 1000)
    assert json.loads(seen.read_text()) == {"True": count}
    plots.press("c-c")
    plots.wait_for_end_of(plots.number)


def test_embed_in_the_command(plain: GShell) -> None:
    """Its prompt takes the place of the one beside the command, and commands there can be looked at, too."""
    plain.submit(
        "import gshell\ndef f():\n    ready = False; inside = 5\n    while not ready: pass\n    gshell.embed()\n\nf()\n"
    )
    open_beside(plain)
    plain.type("ready = True\r")
    plain.wait_for("the prompt beside it is closed")
    plain.run("inside")
    plain.submit("while True: inside += 1\n")
    open_beside(plain)
    assert int(ask(plain, "inside")) >= 5
    assert "at the prompt beside a running command" in ask(plain, "gshell.embed()")
    stop(plain)
    plain.press("c-d")
    plain.run("1 + 1")


def test_embed_in_plain_python(start: Start, home: Path) -> None:
    (home / "program.py").write_text("import gshell\nmine = 1\ngshell.embed()\nprint('the', 'end')\n")
    shell = start(program=["program.py"])
    shell.submit("while mine: mine += 1\n")
    open_beside(shell)
    assert int(ask(shell, "mine")) > 1
    number = shell.number
    shell.type("mine = -1\r")
    shell.wait_for_end_of(number)
    shell.press("c-d")
    shell.wait_for("^the end$")


def test_key_of_the_settings(start: Start, home: Path) -> None:
    path = home / ".config" / "gshell" / "gshell.toml"
    path.parent.mkdir(parents=True)
    path.write_text('beside_key = "c-y"\n')
    shell = start("--no-gui")
    shell.submit("here = 5\nwhile True: pass\n")
    wait_until(lambda: shell.prompt_number() == 0, "the command")
    shell.press("c-t")
    shell.wait_for("; Ctrl-Y looks at it$")
    shell.press("c-y")
    assert ask(shell, "here") == "5"
    stop(shell)
    assert shell.value("here") == "5"
