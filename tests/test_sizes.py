"""Terminals of all sizes, that change while something happens, and characters that take two columns."""

from __future__ import annotations

import pytest

from tests.conftest import Start
from tests.terminal import GShell, wait_until


@pytest.mark.parametrize("size", [(5, 20), (100, 300)], ids=str)
def test_size(start: Start, size: tuple[int, int]) -> None:
    shell = start("--no-gui", size=size)
    assert shell.run("x = 6") == ""
    shell.type("for i in range(2):\rprint(i + x)\r\r")
    shell.wait_for("^6$")
    shell.wait_for("^7$")
    shell.wait_for_prompt()
    shell.type("'a' * 30\r")
    wait_until(lambda: "a" * 30 in shell.text().replace("\n", ""), "the value")
    shell.wait_for_prompt()
    assert shell.end() == 0


def test_resize_while_typing_and_while_busy(shell: GShell) -> None:
    shell.type("x = 'a long lin")
    for rows, columns in ((10, 30), (5, 20), (60, 200)):
        shell.resize(rows, columns)
        shell.type("e")
    shell.type("'\r")
    shell.wait_for_end_of(1)
    assert shell.value("x") == "'a long lineee'"
    shell.submit("import time, os\nwhile os.get_terminal_size().columns != 33: time.sleep(0.01)\n")
    shell.resize(20, 33)
    shell.wait_for_end_of(shell.number)
    shell.run("print('-' * 33)")
    shell.wait_for("^-{33}$")


def test_wide_characters(shell: GShell) -> None:
    shell.run("日本 = 'ü€ 漢字'; print(日本)")
    shell.wait_for("^ü€ 漢 ?字")
    shell.type("'漢字'x")
    shell.press("backspace", "left", "backspace", "backspace")
    shell.type("か\r")
    shell.wait_for_end_of(2)
    assert "か" in shell.output(2)
    assert shell.value("日本 == 'ü€ 漢字', _") == "(True, 'か')"
