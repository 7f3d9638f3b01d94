"""Tk: what is its own, beside test_toolkits.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from gshell.gui import choose
from tests.conftest import Start
from tests.terminal import GShell, wait_until
from tests.test_figures import click
from tests.xserver import XServer

pytestmark = pytest.mark.skipif(bool(choose.why_not("tk")), reason=choose.why_not("tk"))

PROGRAM = """
import sys
import tkinter
from tkinter import simpledialog

def clicked():
    if "ask" in sys.argv:
        print("answer:", simpledialog.askstring("Question", "name?", parent=root))
    elif "exit" in sys.argv:
        sys.exit(5)
    else:
        root.quit()

def main():
    picture = tkinter.PhotoImage(width=150, height=150)
    picture.put("red", to=(0, 0, 150, 150))
    tkinter.Button(root, image=picture, command=clicked).pack(fill="both", expand=True)
    root.mainloop()

root = tkinter.Tk()
root.title("Program")
text = tkinter.StringVar(root, "text")
main()
print("the loop", "has returned")
"""

COUNT = "len(gshell.on_gui(lambda: __import__('gshell.gui.tk.root').gui.tk.root.Root.shell._interpreters)) + 1"


@pytest.fixture
def tk(display: XServer, start: Start, home: Path) -> GShell:
    (home / "program.py").write_text(PROGRAM)
    return start("--tk", "--pylab")


def test_quit_closes_the_program(tk: GShell, display: XServer) -> None:
    for _ in range(2):
        tk.run("run program.py")
        click(display)
        wait_until(lambda: not display.windows("Program"), "the window to go")
    assert tk.value("1 + 1") == "2"
    assert tk.end() == 0


def test_what_the_worker_drops(tk: GShell) -> None:
    """A Tcl interpreter that is deleted in another thread than its own ends the process, and a variable or picture
    has its end in Tcl too: that of a forked child would wait for it for ever."""
    tk.run("import gshell, multiprocessing, tkinter, weakref; gone = []")
    for _ in range(3):
        tk.run("root = gshell.on_gui(tkinter.Tk); text = gshell.on_gui(lambda: tkinter.StringVar(root, 'text'))")
        assert tk.value("text.get()") == "'text'"
        tk.run("_ = weakref.finalize(root, gone.append, 1); root.destroy(); del root, text")
    wait_until(lambda: tk.value("len(gone)") == "3", "the windows to be freed")
    wait_until(lambda: tk.value(COUNT) == "1", "the interpreters to be deleted, but for the shell's own")
    tk.run("window = figure().canvas.manager.window")
    tk.run("texts = gshell.on_gui(lambda: [tkinter.StringVar(window) for n in range(9)])")
    tk.run("child = multiprocessing.get_context('fork').Process(target=texts.clear)")
    assert tk.value("child.start(), child.join(10), child.exitcode") == "(None, None, 0)"
    assert tk.value("texts.clear(), len(texts)") == "(None, 0)"
    assert tk.end() == 0


def test_dialog_of_a_program(tk: GShell, display: XServer) -> None:
    """It waits for its answer while the worker computes."""
    tk.run("run program.py")
    tk.run("import gshell, sys; sys.argv = ['program.py', 'ask']")
    click(display)
    dialog = display.wait_for_window("Question")
    wait_until(lambda: display.active_window() == dialog, "the dialog to have the keyboard")
    # Tk gives it to the entry when that is shown, some time later; what is typed before that is lost.
    focus = "str(gshell.on_gui(lambda: root.tk.call('focus')))"
    wait_until(lambda: "entry" in tk.value(focus), "the entry to have it")
    tk.submit("while True: pass\n")
    display.xdotool("type", "Tcl")
    display.xdotool("key", "Return")
    tk.wait_for("^answer: Tcl")
    tk.press("c-c")
    tk.wait_for("^KeyboardInterrupt")
    assert tk.value("1 + 1") == "2"


def test_turtle(tk: GShell, display: XServer, home: Path) -> None:
    (home / "square.py").write_text("import turtle\nturtle.speed(0)\nturtle.forward(50)\nturtle.done()\n")
    assert "runs on the GUI thread" in tk.run("run square.py")
    display.wait_for_window("Turtle")
    assert tk.value("turtle.position()") == "(50.00,0.00)"


def test_exit_in_a_callback_without_a_prompt(display: XServer, start: Start, home: Path) -> None:
    """As in plain Python, it ends the program with this status."""
    (home / "program.py").write_text(PROGRAM)
    shell = start("--tk", "program.py", "exit", prompt=False)
    click(display)
    assert shell.wait() == 5
    assert "has returned" not in shell.text()
