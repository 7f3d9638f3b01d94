"""The debugger at the prompt: breakpoints, post mortem, stepping, Ctrl-C, and leaving it."""

from __future__ import annotations

import re
import time
from pathlib import Path

from tests.conftest import Start
from tests.terminal import GShell, wait_until

SCRIPT = """\
def work(n):
    total = 0
    breakpoint()
    for i in range(n):
        total += i
    return total

result = work(5)
print("the", "end")
"""


def pdb_prompt(shell: GShell) -> None:
    wait_until(lambda: shell.cursor_line() == "(Pdb)" or not shell.alive(), "the debugger's prompt")


def pdb_asks(shell: GShell) -> bool:
    """Whether the debugger asks for the next command, and not the shell."""
    lines: list[str] = []

    def asks() -> bool:
        lines.append(shell.cursor_line())
        return lines[-1] == "(Pdb)" or re.match(r"In \[\d+\]:", lines[-1]) is not None

    wait_until(asks, "a prompt")
    return lines[-1] == "(Pdb)"


def tell(shell: GShell, command: str) -> str:
    """Type a command to the debugger; what it prints until it asks for the next, or the shell does."""
    pdb_prompt(shell)
    before = len(shell.text())
    shell.type(f"{command}\r")

    def answered() -> bool:
        return len(shell.text()) > before + len(command) and (
            shell.cursor_line() == "(Pdb)" or shell.prompt_number() > 0
        )

    wait_until(answered, f"the answer to {command}")
    return shell.text()[before:].removeprefix(f" {command}\n").rpartition("\n")[0]


def test_breakpoint_in_a_script(shell: GShell, home: Path) -> None:
    (home / "script.py").write_text(SCRIPT)
    shell.submit("run script.py")
    pdb_prompt(shell)
    assert tell(shell, "p total, n") == "(0, 5)"
    where = tell(shell, "w")
    assert "script.py(8)<module>()" in where
    assert "script.py(3)work()" in where or "script.py(4)work()" in where
    assert "gshell" not in where
    assert "threading" not in where
    assert "<In" not in where
    assert "result = work(5)" in tell(shell, "u")
    assert "Oldest frame" in tell(shell, "u")
    assert "work()" in tell(shell, "d")
    assert "breakpoint()" in tell(shell, "ll")
    assert b"\x1b[" in shell.raw.rpartition(b"def")[0][-20:]  # the listing is in colour
    # off the end of the function, and then of the script
    tell(shell, "return")
    for _ in range(10):
        if not pdb_asks(shell):
            break
        assert "gshell" not in tell(shell, "n")
    assert "the end" in shell.text()
    assert shell.value("result, __import__('sys').gettrace()") == "(10, None)"


def test_leaving_makes_no_noise(shell: GShell, home: Path) -> None:
    (home / "script.py").write_text(SCRIPT)
    for code in ("run script.py", "import pdb; pdb.set_trace(); x = 1", "breakpoint()", "%debug 1 + 1"):
        shell.submit(code)
        pdb_prompt(shell)
        shell.type("q\r")
        shell.wait_for_end_of(shell.number)
        output = shell.output(shell.number)
        assert "BdbQuit" not in output
        assert "Traceback" not in output
        assert output.endswith("(Pdb) q")
    assert "the end" not in shell.text()
    shell.submit("for i in range(2): breakpoint()\n")
    tell(shell, "c")
    assert tell(shell, "p i") == "1"
    tell(shell, "c")
    assert shell.value("__import__('sys').gettrace() is None") == "True"


def test_post_mortem(shell: GShell) -> None:
    assert shell.run("%debug") == "there was no exception yet"
    shell.run("def f(x):\n    y = x * 2\n    return y / 0\n\nf(21)")
    shell.submit("%debug")
    pdb_prompt(shell)
    assert tell(shell, "p y") == "42"
    assert "f(21)" in tell(shell, "up")
    assert "gshell" not in tell(shell, "w")
    shell.press("tab")
    tell(shell, "q")
    shell.run("x = = 1")
    assert shell.run("debug") == "SyntaxError was raised in no code of yours"
    # by itself
    assert shell.run("pdb on") == "The debugger starts after an exception"
    shell.submit("f(3)")
    pdb_prompt(shell)
    assert tell(shell, "p y") == "6"
    tell(shell, "q")
    assert "SyntaxError" in shell.run("x = = 1")
    shell.run("raise SystemExit(3)")
    shell.submit("import time; print('be' 'gun'); time.sleep(1000)")
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.wait_for("^KeyboardInterrupt")
    assert shell.run("%pdb") == "The debugger does not start after an exception"
    assert shell.run("%pdb maybe") == "%pdb: on or off, not maybe"
    assert "ZeroDivisionError" in shell.run("f(3)")


def test_statement_under_the_debugger(shell: GShell) -> None:
    shell.run("def f(x):\n    y = x * 2\n    return y\n")
    shell.submit("%debug z = f(4)")
    pdb_prompt(shell)
    assert "--Call--" in tell(shell, "s")
    assert "y = x * 2" in tell(shell, "s")
    assert tell(shell, "p x") == "4"
    tell(shell, "c")
    assert shell.value("z") == "8"
    # what the shell itself does meanwhile is not stepped into
    shell.submit("%%debug\nprint('one')\nprint('two')\n")
    pdb_prompt(shell)
    assert "one" in tell(shell, "s")
    assert "two" in tell(shell, "s")
    for _ in range(5):
        if not pdb_asks(shell):
            break
        tell(shell, "s")
    assert "gshell" not in shell.text().partition("%%debug")[2]
    assert shell.value("1") == "1"


def stop_behind_continue(shell: GShell) -> None:
    """Run f(), which comes to a breakpoint, and have Ctrl-C behind `c` end it; again and again."""
    for turn in range(20):
        number = shell.number
        shell.submit("f()")
        pdb_prompt(shell)
        shell.type("c\r")
        time.sleep(turn % 5 / 1000)  # no synchronization: it is pressed at that moment
        shell.press("c-c")
        shell.wait_for_end_of(number)


def test_ctrl_c_behind_continue(shell: GShell) -> None:
    """It stops the code that goes on, and not the line that has it go on."""
    shell.run("def f():\n    breakpoint()\n    while True: pass\n")
    stop_behind_continue(shell)


def test_ctrl_c_behind_continue_in_a_thread(shell: GShell) -> None:
    """It stops the command."""
    shell.run("import threading\ndef f():\n    threading.Thread(target=g).start()\n    while True: pass\n")
    shell.run("def g():\n    breakpoint()\n    go_on = True\n")
    stop_behind_continue(shell)


def test_ctrl_c_in_what_the_debugger_evaluates(shell: GShell) -> None:
    """It stops that; the debugger stays."""
    shell.submit("import time; breakpoint()")
    pdb_prompt(shell)
    for line in ("while True: pass", "p time.sleep(100)"):
        shell.type(f"{line}\r")
        wait_until(lambda: shell.cursor_line() != "(Pdb)", "the debugger to carry it out")
        shell.press("c-c")
        assert pdb_asks(shell)
    assert tell(shell, "p 6 * 7") == "42"
    shell.type("c\r")


def test_ctrl_c_and_editing(shell: GShell) -> None:
    shell.submit("import time; breakpoint()\ntime.sleep(3); print('be' 'gun'); time.sleep(1000)")
    pdb_prompt(shell)
    for count in range(1, 4):
        shell.type("x = 5")
        wait_until(lambda: shell.cursor_line() == "(Pdb) x = 5", "what was typed")
        shell.press("c-c")
        wait_until(lambda count=count: shell.text().count("--KeyboardInterrupt--") == count, "the answer")  # type: ignore[misc]
        pdb_prompt(shell)
    assert tell(shell, "p 6 * 7") == "42"
    shell.resize(30, 90)
    shell.press("up")
    wait_until(lambda: shell.cursor_line() == "(Pdb) p 6 * 7", "the history")
    shell.type("\x01\x0b")
    shell.type("p tim")
    shell.press("tab")
    wait_until(lambda: shell.cursor_line() == "(Pdb) p time", "the completion")
    shell.type("\x15")
    pdb_prompt(shell)
    # the code that goes on is stopped by one press
    shell.type("c\r")
    shell.wait_for("^begun$")
    assert "goes on after Ctrl-C" not in shell.text()  # what those presses were for has been answered
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    shell.wait_for("^KeyboardInterrupt$")
    assert shell.value("1") == "1"


def test_keys_in_the_moment_in_which_the_prompt_ends(shell: GShell) -> None:
    """They are typed ahead, as any that are typed while a command runs: for the next prompt, or Ctrl-C."""
    shell.submit("breakpoint()\nx = 1\nprint(x)\nimport time; time.sleep(1000)\n")
    pdb_prompt(shell)
    shell.type("n\rn\rp x + 41\r")
    shell.wait_for(r"^42$")
    pdb_prompt(shell)
    shell.type("c\r\x03")
    shell.wait_for("^(--)?KeyboardInterrupt(--)?$")
    if "--KeyboardInterrupt--" in shell.text():  # it has come to the debugger, which has not yet acted on the line
        pdb_prompt(shell)
        shell.type("q\r")
    shell.wait_for_end_of(shell.number)
    assert shell.value("1") == "1"


def test_hooks_of_the_user(start: Start, home: Path) -> None:
    (home / ".pdbrc").write_text("p 'from the home directory'\n")
    work = home / "work"
    work.mkdir()
    (work / ".pdbrc").write_text("p 'from ' + 'here'\n")
    shell = start("--no-gui", cwd=work)
    shell.submit("breakpoint(); 1")
    pdb_prompt(shell)
    assert "from the home directory" in shell.text()
    assert "from here" not in shell.text()
    tell(shell, "c")
    shell = start("--no-gui", env={"PYTHONBREAKPOINT": "0"})
    assert shell.run("breakpoint(); 1").endswith(": 1")


def test_run_under_the_debugger(shell: GShell, home: Path) -> None:
    (home / "script.py").write_text(SCRIPT.replace("    breakpoint()\n", ""))
    shell.submit("run -d script.py")
    pdb_prompt(shell)
    assert "script.py(1)<module>()" in shell.text()
    tell(shell, "b 4")
    assert "script.py(4)work()" in tell(shell, "c")
    assert tell(shell, "p n") == "5"
    tell(shell, "cl 1")
    shell.type("c\r")
    shell.wait_for("^the end$")
    assert shell.value("result") == "10"
    shell.submit("run -d script.py")
    pdb_prompt(shell)
    shell.type("q\r")
    shell.wait_for_end_of(shell.number)
    assert "BdbQuit" not in shell.text()
    assert shell.run("1 + 1") == f"Out[{shell.number}]: 2"
