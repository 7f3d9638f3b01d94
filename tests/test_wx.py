"""wx: what is its own, beside test_toolkits.py."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gshell.gui import choose
from tests.conftest import Start
from tests.terminal import GShell, gshell, wait_until
from tests.test_figures import click, wait_for_colour
from tests.xserver import XServer

pytestmark = pytest.mark.skipif(bool(choose.why_not("wx")), reason=choose.why_not("wx"))

PROGRAM = """
import sys
import wx

class Frame(wx.Frame):
    def __init__(self):
        super().__init__(None, title="Program", size=(200, 200))
        self.SetBackgroundColour(wx.RED)
        self.Bind(wx.EVT_LEFT_UP, self.clicked)

    def clicked(self, event):
        if "ask" in sys.argv:
            print("answer:", wx.MessageBox("Is it?", "Question", wx.YES_NO) == wx.YES)
        else:
            wx.GetApp().ExitMainLoop()

class App(wx.App):
    def OnInit(self):
        if "never" in sys.argv:
            return False
        self.frame = Frame()
        wx.CallLater(300, self.frame.Show)
        return True

def main():
    app = App(False)
    app.MainLoop()
    return app

app = main()
print("the loop", "has returned")
"""


@pytest.fixture
def wx(display: XServer, start: Start, home: Path) -> GShell:
    (home / "program.py").write_text(PROGRAM)
    return start("--wx", "--pylab")


def test_end_of_the_main_loop_closes_the_program(wx: GShell, display: XServer) -> None:
    for _ in range(2):
        assert "the loop has returned" in wx.run("run program.py")
        assert wx.value("wx.GetApp() is app, type(app).__name__") == "(True, 'App')"
        click(display)
        wait_until(lambda: not display.windows("Program"), "the window to go")
    assert wx.value("1 + 1") == "2"
    assert wx.end() == 0


def test_program_that_shows_its_window_later(wx: GShell, display: XServer, home: Path, start: Start) -> None:
    """Without a prompt: the loop runs as long as there are windows, shown or not."""
    wx.end()
    shell = start("--wx", "program.py", prompt=False)
    click(display)
    assert shell.wait() == 0
    assert "the loop has returned" in shell.text()


def test_program_that_does_not_begin(display: XServer, home: Path) -> None:
    (home / "program.py").write_text(PROGRAM)
    done = gshell("--wx", "program.py", "never", home=home)
    assert (done.returncode, done.stdout) == (1, "")
    assert "OnInit returned false" in done.stderr


def test_dialog_of_a_program(wx: GShell, display: XServer) -> None:
    """It waits for its answer while the worker computes; one that the worker opens can be left."""
    wx.run("run program.py")
    wx.run("import sys; sys.argv = ['program.py', 'ask']")
    click(display)
    dialog = display.wait_for_window("Question")
    wx.submit("while True: pass\n")
    wait_until(lambda: display.active_window() == dialog, "the dialog to have the keyboard")
    display.xdotool("key", "Return")
    wx.wait_for("^answer: True")
    wx.press("c-c")
    wx.wait_for("^KeyboardInterrupt")
    wx.submit("wx.MessageBox('Is it?', 'Question')")
    display.wait_for_window("Question")
    number = wx.number
    wx.press("c-c")
    wx.wait_for_end_of(number)
    assert len(re.findall("^KeyboardInterrupt", wx.text(), re.MULTILINE)) == 2
    assert wx.value("1 + 1") == "2"
    assert wx.end() == 0  # also with a dialog open


def test_pan_ends_where_the_mouse_was_let_go(wx: GShell, display: XServer) -> None:
    """GTK reports nothing of the last part of a quick drag to wx, while that draws."""
    wx.run("fig, ax = subplots(); line, = ax.plot([0, 1]); ax.set(xlim=(0, 1), position=(0, 0, 1, 1), facecolor='red')")
    window = display.wait_for_window("Figure")
    wait_for_colour(display, window, (255, 0, 0))
    display.press_key(window, "p")
    wx.submit("while True: plt.pause(0.01)\n")
    display.drag(window, (0.5, 0.5), (0.7, 0.5))
    wx.press("c-c")
    wx.wait_for("^KeyboardInterrupt")
    wait_until(lambda: wx.value("abs(float(ax.get_xlim()[0]) + 0.2) < 0.02") == "True", "all of the way")
