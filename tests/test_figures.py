"""Live figures: windows that follow the mouse and redraw while a command runs."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import Start
from tests.kept import few
from tests.terminal import LIMIT, ROOT, GShell, wait_until
from tests.test_beside import ask, open_beside
from tests.test_beside import close as close_beside
from tests.xserver import XServer

EXAMPLES = ROOT / "examples"


def pan_while_busy(shell: GShell, display: XServer, window: str) -> None:
    """Drag the figure in pan mode; each half of the drag must show."""
    for start, end in (((0.5, 0.5), (0.7, 0.7)), ((0.7, 0.7), (0.4, 0.4))):
        before = display.picture(window).tobytes()
        display.drag(window, start, end)
        wait_until(partial(changed, display, window, before), "the figure to follow the mouse")
    assert shell.prompt_number() == 0, "the command has ended meanwhile"


def changed(display: XServer, window: str, before: bytes) -> bool:
    return display.picture(window).tobytes() != before


def stop(shell: GShell) -> None:
    number = shell.number
    shell.press("c-c")
    wait_until(lambda: shell.prompt_number() > number, "the prompt after Ctrl-C")


BUSY = {
    "python loop": "while True: pass\n",
    "sleep": "__import__('time').sleep(1000)",
    "numpy": "a = np.ones((300, 300))\nwhile True: a @ a\n",
    "another figure": "other = plt.figure().gca()\nwhile True: other.plot([1, 2]); other.cla()\n",
    "same figure": "line, = plot([2, 1, 3])\nwhile True: line.set_ydata(np.random.rand(3))\n",
    "pause": "while True: plt.pause(0.01)\n",
}


@pytest.mark.parametrize("name", few(BUSY, "python loop", "same figure"))
def test_pan_while_busy(plots: GShell, display: XServer, name: str) -> None:
    plots.run("plot([1, 2, 3])")
    window = display.wait_for_window("Figure 1")
    display.press_key(window, "p")
    limits = plots.value("gca().get_xlim()")
    plots.submit("print('be' 'gun')\nax = gca()\n" + BUSY[name])
    plots.wait_for("^begun$")
    if name == "another figure":
        display.wait_for_window("Figure 2")
        display.activate(window)
    pan_while_busy(plots, display, window)
    stop(plots)
    assert len(re.findall("^[A-Z][A-Za-z]*(?:Error|Interrupt|Exception)", plots.text(), re.MULTILINE)) == 1
    assert plots.value("ax.get_xlim()") != limits


def wait_for_colour(display: XServer, window: str, wanted: tuple[int, int, int]) -> None:
    """Wait until a good part of the window has this colour."""

    def shown() -> bool:
        colours = display.picture(window).convert("RGB").getcolors(1 << 20) or []
        return any(colour == wanted and count > 10_000 for count, colour in colours)

    wait_until(shown, f"the colour {wanted} in the window")


def click(display: XServer) -> None:
    """Click on what is red in a program's window, when it is there."""
    window = display.wait_for_window("Program")
    wait_for_colour(display, window, (255, 0, 0))
    display.click(window, 0.5, 0.5)


def test_figure_is_drawn_after_the_command(plots: GShell, display: XServer) -> None:
    plots.run("plot([1, 2, 3])")
    window = display.wait_for_window("Figure 1")
    plots.run("gca().set_facecolor('red'); title('red')")
    wait_for_colour(display, window, (255, 0, 0))


def test_figures_of_a_script_appear_at_its_end(plots: GShell, display: XServer, home: Path) -> None:
    (home / "plot.py").write_text(
        "import matplotlib.pyplot as plt\nplt.figure(num='made')\nplt.plot([1, 2])\n1 / fail\n"
    )
    plots.run("ioff(); figure(num='hidden'); ion(); fail = 0")
    assert "ZeroDivisionError" in plots.run("run -i plot.py")
    wait_for_colour(display, display.wait_for_window("made"), (255, 255, 255))
    plots.run("close('made'); ioff(); fail = 1")
    wait_until(lambda: not display.windows("made"), "the window to go")
    plots.run("run -i plot.py")
    plots.run("ion(); figure(num='shown')")
    display.wait_for_window("shown")
    assert not display.windows("made|hidden")


def test_draw_idle_from_a_busy_worker(plots: GShell, display: XServer) -> None:
    plots.run("plot([1, 2, 3])")
    window = display.wait_for_window("Figure 1")
    plots.submit("gca().set_facecolor('#00ff00')\ngcf().canvas.draw_idle()\nwhile True: pass\n")
    wait_for_colour(display, window, (0, 255, 0))
    assert plots.prompt_number() == 0
    stop(plots)


def test_draw_of_a_worker_that_waits_is_not_put_off(plots: GShell) -> None:
    """For a worker that computes it would be, after a draw that took long."""
    plots.run("import time; line, = plot(range(5)); c = gcf().canvas; drawn = []; late = []")
    plots.run("c.mpl_connect('draw_event', lambda event: drawn.append(line.get_ydata()[0])); c.flush_events()")
    plots.run("turns = c._gshell_state.turns")
    for begin in range(0, 40, 10):  # forty draws in one command take long on a busy machine
        plots.run(
            f"for i in range({begin}, {begin + 10}):\n"
            "    turns._not_before = time.monotonic() + 1000\n"
            "    line.set_ydata([i] * 5); c.flush_events()\n"
            "    if drawn[-1] != i: late.append(i)\n"
        )
    assert plots.value("late") == "[]"
    plots.run("line.set_ydata([40] * 5); turns._not_before = time.monotonic() + 1000")
    wait_until(lambda: plots.value("drawn[-1]") == "40", "the draw at the end of a command")


def test_draws_of_the_worker_are_not_repeated(plots: GShell) -> None:
    """Artists mark themselves stale while they are drawn; that asks for no other draw."""
    plots.run("fig, axs = plt.subplots(2, 2); lines = [ax.plot(range(5))[0] for ax in axs.flat]; c = fig.canvas")
    plots.run("c.flush_events(); drawn = []; c.mpl_connect('draw_event', lambda event: drawn.append(1))")
    plots.run("for i in range(5): lines[0].set_ydata(np.random.rand(5)); c.draw(); c.flush_events()\n")
    plots.run("c.flush_events()")
    assert plots.value("len(drawn)") == "5"


def test_window_pixels_are_those_of_a_fresh_draw(plots: GShell, display: XServer) -> None:
    plots.run("line, = plot(np.sin(np.linspace(0, 9, 200))); grid()")
    window = display.wait_for_window("Figure 1")
    display.press_key(window, "p")
    plots.submit("for i in range(3000): line.set_data(np.arange(i + 2), np.random.rand(i + 2))\n")
    display.drag(window, (0.5, 0.5), (0.6, 0.4), steps=30)
    plots.wait_for_prompt()
    plots.run("from matplotlib.backends.backend_agg import FigureCanvasAgg")
    plots.run("c = gcf().canvas; c.flush_events(); shown = c._gshell_frame.copy()")
    plots.run("agg = FigureCanvasAgg(gcf()); agg.draw(); fresh = np.array(agg.buffer_rgba()); gcf().set_canvas(c)")
    assert plots.value("shown.shape == fresh.shape and bool((shown == fresh).all())") == "True"


def test_pause_can_be_interrupted(plots: GShell) -> None:
    plots.run("plot([1, 2, 3])")
    plots.submit("print('be' 'gun'); plt.pause(1000)")
    plots.wait_for("^begun$")
    stop(plots)
    assert "KeyboardInterrupt" in plots.text()
    assert plots.value("1 + 1") == "2"


def test_blocking_show(plots: GShell, display: XServer) -> None:
    plots.run("plot([1, 2, 3])")
    window = display.wait_for_window("Figure 1")
    plots.submit("print('be' 'gun'); plt.show(block=True); print('clo' 'sed')")
    plots.wait_for("^begun$")
    stop(plots)
    plots.submit("print('a' 'gain'); plt.show(block=True); print('clo' 'sed')")
    plots.wait_for("^again$")
    display.press_key(window, "ctrl+w")
    plots.wait_for("^closed$")


def test_ginput(plots: GShell, display: XServer) -> None:
    plots.run("plot([1, 2, 3])")
    window = display.wait_for_window("Figure 1")
    plots.submit("print('be' 'gun'); points = plt.ginput(1, timeout=-1)")
    plots.wait_for_call()
    display.click(window, 0.5, 0.5)
    plots.wait_for_end_of(plots.number)
    assert plots.value("len(points)") == "1"


def test_closing_the_last_window_does_not_end_the_shell(plots: GShell, display: XServer) -> None:
    plots.run("fig = figure(); fig.canvas.mpl_connect('close_event', lambda event: print('bye'))")
    window = display.wait_for_window("Figure 1")
    plots.submit("print('be' 'gun')\nwhile True: pass\n")
    plots.wait_for("^begun$")
    display.press_key(window, "ctrl+w")
    wait_until(lambda: not display.windows("Figure"), "the window to go")
    plots.wait_for("^bye$")
    stop(plots)
    wait_until(lambda: plots.value("plt.get_fignums()") == "[]", "the figure to go")
    plots.run("savefig_works = fig.savefig('kept.png')")
    plots.run("plot([3, 2, 1])")
    display.wait_for_window("Figure 1")
    plots.run("close('all')")
    wait_until(lambda: not display.windows("Figure"), "the window to go")
    assert plots.end() == 0


def test_user_callbacks(plots: GShell, display: XServer) -> None:
    plots.run("fig, ax = plt.subplots(); clicks = []")
    plots.run("on_click = lambda e: (clicks.append(e.inaxes is ax), ax.plot([1, 2]))")
    plots.run("fig.canvas.mpl_connect('button_press_event', on_click)")
    window = display.wait_for_window("Figure 1")
    plots.submit("while not clicks: pass\n")
    number = plots.number
    while plots.prompt_number() <= number:
        display.click(window, 0.5, 0.5)
    assert plots.value("bool(all(clicks))") == "True"
    plots.run("fig.canvas.mpl_connect('button_press_event', lambda e: 1 / 0)")
    display.click(window, 0.5, 0.5)
    plots.wait_for("^ZeroDivisionError")
    wait_until(lambda: plots.value("1 + 1") == "2", "an answer")  # a click too many may raise once more


def test_callback_that_wants_a_lock_of_the_worker(plots: GShell, display: XServer) -> None:
    """The parked worker holds a lock that the GUI thread wants: it has to go on, or both wait forever."""
    plots.run("import threading; lock = threading.Lock(); got = []")
    plots.run("on_click = lambda e: (lock.acquire(), got.append(1), lock.release())")
    plots.run("plot([1, 2]); gcf().canvas.mpl_connect('button_press_event', on_click)")
    window = display.wait_for_window("Figure 1")
    plots.submit("while not got:\n    with lock:\n        for i in range(10000): pass\n")
    number = plots.number
    while plots.prompt_number() <= number:
        display.click(window, 0.5, 0.5)
    assert plots.value("got[0]") == "1"


def plot_with_a_lock(plots: GShell, display: XServer) -> None:
    """A figure whose draws append to `begun`, then want `lock`, and in the end append to `drawn`."""
    plots.run("import threading, time; lock = threading.Lock(); begun = []; drawn = []")
    plots.run("last = text(0, 1, ''); last.draw = lambda renderer: (begun.append(1), lock.acquire(), lock.release())")
    plots.run("line, = plot([1, 2]); c = gcf().canvas; c.flush_events()")
    plots.run("c.mpl_connect('draw_event', lambda event: drawn.append(1))")
    display.wait_for_window("Figure 1")


def test_change_during_a_draw_that_wants_a_lock_of_the_worker(plots: GShell, display: XServer) -> None:
    """The worker goes on in the middle of the draw, which then is not the last."""
    plot_with_a_lock(plots, display)
    plots.run(
        "with lock:\n"
        "    begun.clear(); drawn.clear(); line.set_color('green')\n"
        "    while not begun: time.sleep(0.001)\n"
        "    line.set_color('red'); n = len(begun), len(drawn)\n"
        "while not drawn: time.sleep(0.001)\n"
    )
    assert plots.value("n") == "(1, 0)"
    plots.run("c.flush_events(); shown = c._gshell_frame.copy(); c.draw()")
    assert plots.value("np.array_equal(shown, c._gshell_frame)") == "True"


def test_style_context_that_ends_during_a_draw(plots: GShell, display: XServer) -> None:
    """The draw uses the parameters from outside the context, and does not bring back those from inside."""
    plot_with_a_lock(plots, display)
    plots.run("before = plt.rcParams['axes.facecolor']")
    plots.run(
        "with lock:\n"
        "    with plt.style.context('ggplot'):\n"
        "        begun.clear(); drawn.clear(); line.set_color('green')\n"
        "        while not begun: time.sleep(0.001)\n"
        "        inside = plt.rcParams['axes.facecolor']\n"
        "while not drawn: time.sleep(0.001)\n"
    )
    assert plots.value("inside, plt.rcParams['axes.facecolor'] == before") == "('#E5E5E5', True)"


def test_events_that_a_task_of_another_thread_handles(plots: GShell, display: XServer) -> None:
    """The draw that it has asked for comes afterwards."""
    plots.run("import threading, gshell; from PyQt5.QtWidgets import QApplication; drawn = []")
    plots.run("c = figure().canvas; c.flush_events(); c.mpl_connect('draw_event', lambda event: drawn.append(1))")
    display.wait_for_window("Figure 1")
    plots.run("task = lambda: (drawn.clear(), c.draw_idle(), QApplication.processEvents())")
    plots.run("thread = threading.Thread(target=lambda: gshell.on_gui(task))")
    plots.run("thread.start()\nwhile not drawn: pass\n")


def test_wait_for_events_of_a_window_that_is_closed(plots: GShell, display: XServer) -> None:
    plots.run("figure()")
    window = display.wait_for_window("Figure 1")
    plots.submit("print('be' 'gun'); gcf().canvas.start_event_loop()")
    plots.wait_for("^begun$")
    display.press_key(window, "ctrl+w")  # matplotlib's key to close it
    plots.wait_for_end_of(plots.number, LIMIT)


def test_click_in_the_middle_of_a_command(plots: GShell, display: XServer) -> None:
    """The current figure is another one when the command has ended, not between two lines of it."""
    plots.run("first = figure(); clicks = []; first.canvas.mpl_connect('button_press_event', clicks.append)")
    plots.run("second = figure(); manager = second.canvas.manager; seen = set()")
    window = display.wait_for_window("Figure 1")
    display.activate(window)
    plots.submit("print('be' 'gun')\nwhile not clicks: manager.set_window_title('again'); seen.add(gcf().number)\n")
    number = plots.number
    plots.wait_for("^begun$")  # before that a click is one at the prompt
    while plots.prompt_number() <= number:
        display.click(window, 0.5, 0.5)
    assert plots.value("seen, gcf().number") == "({2}, 1)"


def test_exception_in_a_slot(plots: GShell) -> None:
    plots.run("from PyQt5.QtCore import QTimer")
    plots.run("t = gcf().canvas.new_timer(interval=50, callbacks=[(lambda: 1 / 0, [], {})]); t.start()")
    plots.wait_for("^ZeroDivisionError")
    plots.run("t.stop(); del t")
    plots.wait_for_prompt()
    assert plots.value("1 + 1") == "2"


def test_animation(plots: GShell) -> None:
    plots.run("from matplotlib.animation import FuncAnimation; frames = []")
    plots.run("fig, ax = plt.subplots(); line, = ax.plot([], []); ax.set(xlim=(0, 9), ylim=(0, 1))")
    plots.run("update = lambda i: (frames.append(i), line.set_data(range(9), np.random.rand(9)), [line])[2]")
    plots.run("a = FuncAnimation(fig, update, interval=20, cache_frame_data=False, blit=True)")
    plots.submit("while len(frames) < 20: pass\n")
    plots.wait_for_prompt()
    plots.run("a.pause(); close('all'); del a")
    assert "Error" not in plots.text()


def test_figures_come_and_go(plots: GShell, display: XServer) -> None:
    plots.run("for i in range(30): figure(); plot([1, 2]); close()\n")
    plots.run("import gc; gc.collect()")
    wait_until(lambda: not display.windows("Figure"), "the windows to go")
    assert "Qt" not in plots.text()
    assert plots.value("1 + 1") == "2"


def wait_for_values(shell: GShell, count: int) -> None:
    """Look how far the script is until it has so many."""
    open_beside(shell)
    wait_until(lambda: int(ask(shell, "len(storevalues)")) >= count, "the values")
    close_beside(shell)


@pytest.mark.parametrize("name", ["expensive", "expensive_ipbreak", "expensive_cookbook"])
def test_scenario(plots: GShell, display: XServer, name: str) -> None:
    """The product in one test: a script, a live figure, Ctrl-C, the data, and going on."""
    plots.run("plot([1, 2, 3])")
    window = display.wait_for_window("Figure 1")
    display.press_key(window, "p")
    script = EXAMPLES / f"{name}.py"
    plots.run("import gshell, IPython.Shell", 60)  # where IPython is installed that takes a while, and is not the point
    plots.submit(f"run {script}")
    wait_until(lambda: plots.cursor_line() == "", "the script to run")
    pan_while_busy(plots, display, window)
    wait_for_values(plots, 1)
    stop(plots)
    assert ("KeyboardInterrupt" in plots.text()) == (name == "expensive")
    first = int(plots.value("len(storevalues)"))
    assert 0 < first < 1000
    assert plots.value("storevalues == [i ** 2 for i in range(len(storevalues))]") == "True"
    plots.submit(f"run -i {script}")
    pan_while_busy(plots, display, window)
    wait_for_values(plots, first + 1)
    stop(plots)
    second = int(plots.value("len(storevalues)"))
    assert first < second < 1000
    plots.run("storevalues += [i ** 2 for i in range(len(storevalues), 999)]")
    plots.run(f"run -i {script}", LIMIT)
    assert plots.value("len(storevalues)") == "1000"
    display.wait_for_window("Figure 2")


# Without a prompt, and without a display.


def test_batch_show_blocks_until_the_window_is_closed(start: Start, display: XServer, home: Path) -> None:
    (home / "plot.py").write_text("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nprint('after')\n")
    shell = start("run", "plot.py", prompt=False)
    window = display.wait_for_window("Figure 1")
    assert "after" not in shell.text()
    display.press_key(window, "ctrl+w")
    shell.wait_for("^after")
    assert shell.wait() == 0


def test_batch_show_ends_with_ctrl_c(start: Start, display: XServer, home: Path) -> None:
    (home / "plot.py").write_text("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n")
    shell = start("run", "plot.py", prompt=False)
    display.wait_for_window("Figure 1")
    shell.press("c-c")
    assert shell.wait() == 130
    assert shell.text().count("KeyboardInterrupt") == 1


@pytest.mark.parametrize("display_name", few(["", ":4711"], ""))
def test_no_display(start: Start, home: Path, display_name: str) -> None:
    shell = start("--qt", "--pylab", env={"DISPLAY": display_name})
    assert len(re.findall("^no display", shell.text(), re.MULTILINE)) == 1
    shell.run("plot([1, 2, 3]); show(); plt.pause(0.01); savefig('saved.png')")
    assert (home / "saved.png").stat().st_size > 1000
    assert "Error" not in shell.text()
    assert shell.end() == 0


@pytest.mark.parametrize(
    "library", few(["libxcb-icccm.so.4", "libGL.so.1"], "libxcb-icccm.so.4")
)  # of Qt's plugin for X11, and of QtWidgets
def test_library_of_the_system_is_missing(start: Start, display: XServer, home: Path, library: str) -> None:
    (home / library).touch()  # found before the system's, and can't be loaded
    shell = start("--qt", "--pylab", env={"LD_LIBRARY_PATH": str(home)})
    shell.run("plot([1, 2, 3]); savefig('saved.png')")
    assert (home / "saved.png").stat().st_size > 1000
    text = re.sub(r"\s", "", shell.text())  # lines are broken anywhere
    assert re.search(rf"Qtcan'tbeused:[^:]*{re.escape(library)}:.*\(Debian:aptinstalllibqt5gui5\)", text)
    assert "Traceback" not in text
    assert shell.end() == 0


def test_forked_child_draws_off_screen(start: Start, display: XServer, home: Path) -> None:
    """Also if it is the child that first imports pyplot: the toolkit is its parent's."""
    (home / "forks.py").write_text(
        "import os\n"
        "if child := os.fork():\n"
        "    print('status', os.waitpid(child, 0)[1])\n"
        "else:\n"
        "    import matplotlib.pyplot as plt\n"
        "    plt.plot([1, 2]); plt.savefig('forked.png')\n"
        "    print('drawn by', type(plt.gcf().canvas).__name__)\n"
    )
    shell = start("--qt", cwd=home)
    assert shell.run("run forks.py").splitlines() == ["drawn by FigureCanvasAgg", "status 0"]
    assert (home / "forked.png").stat().st_size > 1000


INTERRUPT_ONCE = """
import sys
class InterruptOnce:
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            sys.meta_path.remove(self)
            raise KeyboardInterrupt
sys.meta_path.insert(0, InterruptOnce())
"""


@pytest.mark.own_process
@pytest.mark.parametrize(
    "module",
    few(["matplotlib.colorbar", "matplotlib._pylab_helpers", "matplotlib.backends.backend_qt"], "matplotlib.colorbar"),
)
def test_plotting_after_an_import_that_was_interrupted(module: str, start: Start, display: XServer) -> None:
    shell = start("--qt")
    shell.run(INTERRUPT_ONCE.format(module=module))
    assert shell.run("import matplotlib.pyplot as plt; plt.figure('first')").endswith("KeyboardInterrupt")
    assert shell.run("import matplotlib.pyplot as plt; _ = plt.figure('second')") == ""
    display.wait_for_window("second")
    wait_until(lambda: shell.value("plt.gcf().canvas._gshell_frame is None") == "False", "the figure to be drawn")


def test_plotting_after_pyplot_was_reloaded(start: Start, display: XServer) -> None:
    shell = start("--qt")
    assert shell.run("import importlib, matplotlib.pyplot as plt; _ = importlib.reload(plt).figure('again')") == ""
    display.wait_for_window("again")


# A call to the GUI thread that is cancelled.

HOLD = "hold = time.sleep; gcf().canvas._gshell_state.gui.post(lambda: hold(4))"  # a long draw, or a dialog of ours
WINDOWS = "gshell.on_gui(lambda: len([each for each in QApplication.topLevelWidgets() if each.isVisible()]))"


@pytest.mark.parametrize("close", ["close(1)", "close('all')", "close()", "gcf().canvas.manager.destroy()"])
def test_ctrl_c_in_a_close_leaves_no_window_that_pyplot_does_not_know(close: str, plots: GShell) -> None:
    plots.run("import time, gshell; from PyQt5.QtWidgets import QApplication; _ = figure(2), figure(1)")
    plots.submit(f"{HOLD}; print('be' 'gun'); {close}")
    plots.wait_for_call()
    stop(plots)
    plots.run("plt.pause(0.01)")
    assert plots.value(f"{WINDOWS} == len(get_fignums())") == "True"
    assert plots.value("len(get_fignums())") == "1"
    plots.run("figure(1); close('all'); plt.pause(0.01)")
    assert plots.value(WINDOWS) == "0"


def test_ctrl_c_while_a_window_is_made_leaves_none_that_pyplot_does_not_know(plots: GShell) -> None:
    plots.run("import time, gshell; from PyQt5.QtWidgets import QApplication; manager = type(figure(1).canvas.manager)")
    plots.run("stock, begun = manager.show, []; close(1)")
    plots.run("manager.show = lambda self: (stock(self), begun.append(1), print('be' 'gun'), time.sleep(4))")
    plots.submit("figure(1)")
    plots.wait_for("^begun$")
    stop(plots)
    plots.run("manager.show = stock; figure(2); plt.pause(0.01)")
    assert plots.value(f"{WINDOWS}, get_fignums()") == "(1, [2])"


# Who waits for a draw that has passed.

ANIMATIONS = {
    "a figure of its own": "a = FuncAnimation(plt.figure(), f)",
    "subplots": "fig, ax = plt.subplots(); a = FuncAnimation(fig, f)",
    "blitted": "fig, ax = plt.subplots(); a = FuncAnimation(fig, lambda i: f(i) or [], blit=True, interval=20)",
    "a moment later": "fig = plt.figure(); time.sleep(0.3); a = FuncAnimation(fig, f)",
    "one that paused": "fig = plt.figure(); plt.pause(0.1); a = FuncAnimation(fig, f)",
}


@pytest.mark.parametrize("name", ANIMATIONS)
def test_animation_starts_that_is_made_with_its_figure(name: str, plots: GShell) -> None:
    plots.run("import time; from matplotlib.animation import FuncAnimation; seen = []; f = lambda i: seen.append(i)")
    plots.run(ANIMATIONS[name].replace(", f)", ", f, interval=20, cache_frame_data=False)"))
    wait_until(lambda: int(plots.value("len(seen)")) > 5, "the animation")
    plots.run("close('all'); del a")
    assert "Error" not in plots.text()


def test_animation_starts_in_a_figure_of_an_earlier_command(plots: GShell) -> None:
    plots.run("from matplotlib.animation import FuncAnimation; seen = []; fig = figure(); plt.pause(0.1)")
    plots.run("a = FuncAnimation(fig, seen.append, interval=20, cache_frame_data=False)")
    wait_until(lambda: int(plots.value("len(seen)")) > 5, "the animation")
    plots.run("close('all'); del a")


def test_callback_of_draws_that_connects_another_does_not_go_on_for_ever(plots: GShell) -> None:
    plots.run("again = lambda event: (drawn.append(1), c.mpl_connect('draw_event', lambda event: again(event)))")
    plots.run("c = figure().canvas; drawn = []; c.flush_events(); c.mpl_connect('draw_event', again); plt.pause(0.5)")
    assert 0 < int(plots.value("len(drawn)")) < 10


# A figure that was closed, and is wanted again.


BRING_BACK = {
    "figure(1)": "1",
    "_ = figure(num=1)": "1",
    "plt.figure(1).canvas.draw()": "1",
    "figure('named')": "'named'",
}


@pytest.mark.parametrize("command", few(BRING_BACK, "figure(1)"))
def test_figure_that_was_closed_by_mistake_comes_back(command: str, plots: GShell, display: XServer) -> None:
    plots.run(f"figure({BRING_BACK[command]}); plot([1, 2, 3]); gca().set_facecolor('red'); clicks = []")
    plots.run("_ = gcf().canvas.mpl_connect('button_press_event', lambda event: clicks.append(1))")
    title = "named" if "named" in command else "Figure 1"
    for _ in range(2):
        display.close_by_hand(title)
        plots.run("while get_fignums(): plt.pause(0.01)\n")
        assert "is back" in plots.run(command)
        window = display.wait_for_window(title)
        wait_for_colour(display, window, (255, 0, 0))
    assert plots.value("get_fignums(), len(gca().lines), gcf().canvas.manager.num") == "([1], 1, 1)"
    display.press_key(window, "g")  # once, and not for the window before too
    plots.run("plt.pause(0.1)")
    assert plots.value("gca().xaxis.get_gridlines()[0].get_visible()") == "True"
    display.click(window, 0.5, 0.5)
    wait_until(lambda: plots.value("clicks") == "[1]", "the click")
    plots.run("plot([3, 2, 1]); close(1)")
    assert plots.value("len(figure(1).axes)") == "0"  # that was no mistake


def test_show_of_a_closed_figure(plots: GShell, display: XServer) -> None:
    plots.run("fig, ax = plt.subplots(); ax.set_facecolor('red'); figure(2)")
    for close in ("by hand", "plt.close(fig)"):
        if close == "by hand":
            display.close_by_hand("Figure 1")
            plots.run("while 1 in get_fignums(): plt.pause(0.01)\n")
        else:
            plots.run(close)
        assert plots.run("fig.show()") == ""
        wait_for_colour(display, display.wait_for_window("Figure 1"), (255, 0, 0))
        assert plots.value("gcf() is fig, fig.number") == "(True, 1)"


NEW_FIGURES = {
    "a script": "run new.py",
    "a function": "new()",
    "what it is to be like": "figure(1, figsize=(3, 3))",
    "subplots": "plt.subplots(num=1)",
    "the next": "figure()",
    "close all": "close('all'); figure(1)",
}


@pytest.mark.parametrize("name", NEW_FIGURES)
def test_new_figure_of_the_same_number_is_new(name: str, plots: GShell, display: XServer, home: Path) -> None:
    (home / "new.py").write_text("import matplotlib.pyplot as plt\nplt.figure(1)\n")
    plots.run("plot([1, 2, 3]); new = lambda: figure(1)")
    display.close_by_hand("Figure 1")
    plots.run("while get_fignums(): plt.pause(0.01)\n")
    plots.run(NEW_FIGURES[name])
    assert plots.value("get_fignums(), [line for ax in gcf().axes for line in ax.lines]") == "([1], [])"


# Without windows: what is said.

CLICKS = {
    "ginput(1, timeout=1000)": "[]",
    "ginput(timeout=0)": "[]",
    "gcf().ginput(1, timeout=-1)": "[]",
    "waitforbuttonpress() is None": "True",
    "gcf().waitforbuttonpress(1000) is None": "True",
}


@pytest.mark.parametrize("argument", ["--qt", "--no-gui"])
def test_nothing_is_promised_or_waited_for_without_windows(argument: str, start: Start) -> None:
    shell = start(argument, "--pylab")
    for name in ("qt", "qtagg", "tk"):
        assert re.search("agg, instead of .*: .*no display", " ".join(shell.run(f"%matplotlib {name}").split())), name
    shell.run("plot([1, 2])")
    for command, value in CLICKS.items():
        output = shell.run(command)
        assert "no window" in output
        assert re.search(rf"Out\[\d+\]: {re.escape(value)}$", output), output
    assert shell.run("%matplotlib agg").endswith("backend: agg")
    assert "off-screen" in shell.run("_ = plt.figure().ginput(1)")


@pytest.mark.parametrize("mode", ["pan", "zoom"])
def test_window_that_is_closed_while_it_is_panned_is_not_told_of_the_next_one(plots: GShell, mode: str) -> None:
    """Of the same figure: the toolbar that is gone would be asked to show where the mouse is."""
    plots.run(
        "import gshell; from matplotlib.backend_bases import MouseEvent; fig = figure(); plot([1, 2]); pause(0.01)"
    )
    plots.run("def mouse(name, **kw): gshell.on_gui(lambda: MouseEvent(name, fig.canvas, 200, 200, **kw)._process())\n")
    plots.run(f"fig.canvas.toolbar.{mode}(); mouse('button_press_event', button=1)")
    plots.run("mouse('motion_notify_event', buttons={1})")
    plots.run("close(fig); fig.show(); pause(0.01)")
    for _ in range(2):
        plots.run("mouse('motion_notify_event', buttons=set())")
        plots.run("mouse('button_release_event', button=1)")
    assert "Error" not in plots.text()
