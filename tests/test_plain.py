"""A terminal that can only print lines."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import Start
from tests.terminal import wait_until


def test_plain_prompt(start: Start) -> None:
    shell = start("--no-gui", env={"TERM": "dumb"})
    assert shell.value("6 * 7") == "42"
    shell.type("for i in range(2):\r    print('item', i)\r\r")
    shell.wait_for("^item 1$")
    shell.wait_for_prompt()
    shell.type("x = input('name? ')\r")
    shell.wait_for(r"^name\?")
    shell.type("abc\r")
    assert shell.value("x") == "'abc'"
    shell.type("def f(:")
    shell.wait_for(r"def f\(:$")
    shell.press("c-c")
    wait_until(lambda: shell.text().count("In [5]:") == 2, "the prompt once more")
    assert shell.value("7") == "7"
    shell.submit("import time; print('be' 'gun'); time.sleep(1000)")
    shell.wait_for_call()
    shell.press("c-c")
    shell.wait_for("^KeyboardInterrupt")
    shell.run("import threading; threading.Timer(0.3, print, ['from a thread']).start()")
    shell.wait_for("^from a thread$")
    assert shell.value("8") == "8"
    assert b"\x1b" not in shell.raw
    shell.press("c-d")
    shell.wait(10)


def test_plain_prompt_keeps_a_history(start: Start) -> None:
    first = start("--no-gui", env={"TERM": "dumb"})
    first.run("plain_name = 1")
    assert first.end() == 0
    second = start("--no-gui")
    second.press("up")
    second.wait_for(r"^In \[1\]: plain_name = 1$")


BREAKS = """
import threading, time
def work(n):
    total = n
    breakpoint()
    total += 1
    print('total', total)
"""


def test_breakpoints_in_threads(start: Start, home: Path) -> None:
    """Beside the prompt, beside a command, and two at a time; Ctrl-C and Ctrl-D are the debugger's then."""
    (home / "breaks.py").write_text(BREAKS)
    shell = start("--no-gui", env={"TERM": "dumb"})
    shell.run("run breaks.py")

    def asks() -> None:
        wait_until(lambda: shell.cursor_line() == "(Pdb)", "the debugger's prompt")

    for n, beside in enumerate(("", "", "; time.sleep(0.5)", "; time.sleep(0.5)")):
        shell.submit(f"threading.Thread(target=work, args=[1], name='T{n}').start(){beside}")
        shell.wait_for(f"^--Thread T{n}--$")
        asks()
        shell.type(f"total = 4{n}0\r")
        shell.wait_for(rf"^\(Pdb\) total = 4{n}0$")
        asks()
        if not beside:  # else it is the command's
            shell.press("c-c")
            wait_until(lambda n=n: shell.text().count("--KeyboardInterrupt--") == n + 1, "its answer")  # type: ignore[misc]
        asks()
        shell.type("c\r")
        shell.wait_for(f"^total 4{n}1$")
        shell.wait_for_prompt()
        assert shell.value("6 * 7") == "42"
    shell.submit("_ = [threading.Thread(target=work, args=[n]).start() for n in (10, 20)]")
    for ended in (1, 2):
        asks()
        shell.type("c\r")
        wait_until(lambda ended=ended: len(re.findall("^total [12]1$", shell.text(), re.M)) == ended, "its end")  # type: ignore[misc]
    shell.wait_for_prompt()
    shell.submit("threading.Thread(target=work, args=[1]).start()")
    asks()
    shell.press("c-d")
    shell.wait_for_prompt()
    assert shell.value("6 * 7") == "42"
    assert "Traceback" not in shell.text()
    assert shell.end() == 0


def test_what_is_typed_at_the_prompt_is_not_for_a_breakpoint(start: Start, home: Path) -> None:
    (home / "breaks.py").write_text(BREAKS)
    shell = start("--no-gui", env={"TERM": "dumb"})
    shell.run("run breaks.py")
    shell.run("go = threading.Event(); threading.Thread(target=lambda: (go.wait(), work(1))).start()")
    shell.type("if True:\r    go.set(); x = 1\r")
    shell.type("\r")
    shell.wait_for("--Thread ")  # behind the prompts of the lines that were typed ahead, perhaps
    wait_until(lambda: shell.cursor_line() == "(Pdb)", "the debugger's prompt")
    shell.type("c\r")
    shell.wait_for("^total 2$")
    shell.wait_for_prompt()
    assert shell.value("x") == "1"
