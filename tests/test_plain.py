"""A terminal that can only print lines."""

from __future__ import annotations

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
