"""What was shown last: the exception that `%debug` is about, wherever it was raised; the stacks of Ctrl-\\."""

from __future__ import annotations

import re

import pytest

from tests.terminal import GShell, wait_until

RAISE = "def f(place):\n    raise ValueError(place)\n"
PLACES = {
    "a cell": "f('a cell')",
    "a thread": "import threading; t = threading.Thread(target=f, args=['a thread']); t.start(); t.join()",
    "a timer": "import threading; t = threading.Timer(0.01, f, ['a timer']); t.start(); t.join()",
    "on_gui": "import gshell; gshell.on_gui(lambda: f('on_gui'))",
    "a callback": (
        "fig = plt.figure(); _ = fig.canvas.mpl_connect('close_event', lambda event: f('a callback')); plt.close(fig)"
    ),
    "a figure's timer": (
        "fig = plt.figure(); timer = fig.canvas.new_timer(10); timer.single_shot = True; "
        'timer.add_callback(f, "a figure\'s timer"); timer.start()'
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_debug_opens_the_exception_that_was_shown_last(plots: GShell, place: str) -> None:
    plots.run(RAISE)
    plots.run("1 / 0")
    plots.run(PLACES[place])
    plots.wait_for(f"^ValueError: {place}$")
    plots.wait_for_prompt()
    assert f"ValueError: {place}" in plots.run("%tb")
    plots.submit("%debug")
    wait_until(lambda: plots.cursor_line() == "(Pdb)", "the debugger's prompt")
    plots.type("p 'the ' + place\r")
    plots.wait_for(re.escape(f"the {place}"))
    plots.type("q\r")
    plots.wait_for_end_of(plots.number)


def test_stacks_end_with_the_users_frames(shell: GShell) -> None:
    shell.run("import threading, time; t = threading.Thread(target=time.sleep, args=[1000], daemon=True); t.start()")
    shell.run("def inner(): time.sleep(1000)\ndef outer(): inner()\n")
    shell.submit("print('be' 'gun'); outer()")
    shell.wait_for_call()
    shell.press("c-\\")
    shell.wait_for("^The command")
    wait_until(lambda: shell.text().endswith("in <module>"), "the end of the stacks")
    last = shell.text().rpartition("The command (most recent call first):\n")[2].splitlines()
    assert [re.sub(r'.*"(.*)", line \d+', r"\1", line) for line in last] == [
        "<In [2]> in inner",
        "<In [2]> in outer",
        "<In [3]> in <module>",
    ]
    shell.press("c-c")
    shell.wait_for("^KeyboardInterrupt")
