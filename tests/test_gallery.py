"""The scripts of the gallery give the same figures in the shell as in plain Python, pixel for pixel.

Three parts, in three processes: `reference` runs the scripts in plain Python with the Agg backend and keeps the
pictures; `check` compares them in the shell's session after each script; the test starts both.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import runpy
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import ImageGrab

from tests.conftest import Start
from tests.terminal import ROOT
from tests.xserver import XServer

if TYPE_CHECKING:
    from numpy.typing import NDArray

GALLERY = ROOT / "tests" / "gallery"
SCRIPTS = sorted(path.stem for path in GALLERY.glob("*.py"))
WINDOWLESS = {"backend_agg"}
"""Scripts whose figures have no windows in the shell either."""
FEW = ["animation_blit", "events", "odd_size_dpi", "resized_when_shown", "transparent_figure"]
"""A script of each kind: what is drawn differs from script to script, but the shell has no part in that."""
GROUPS = [
    pytest.param(FEW, ["--pylab"], id="few"),
    *(
        pytest.param(SCRIPTS[group::4], ["--pylab"] * (group % 2), id=f"all{group}", marks=pytest.mark.stress)
        for group in range(4)
    ),
]
"""Sessions that share the scripts, with the options that they begin with: pytest-xdist can spread them."""
PATIENCE = 10.0
"""Seconds that a window has for showing what it should; only what is wrong takes so long."""
NO_WARNING = {"PYTHONWARNINGS": "ignore:FigureCanvasAgg is non-interactive"}
"""The environment in which show() is silent with Agg."""


# In plain Python.


def reference(folder: Path, names: list[str]) -> None:
    """Run scripts with Agg; write the pictures of their figures to NAME.npz and what they print to NAME.txt."""
    import matplotlib
    import matplotlib.pyplot as plt

    tick = _let_timers_run()
    # Without a display there is no other backend than Agg, whatever a script asks for.
    matplotlib.use = lambda *args, **kwargs: None
    for name in names:
        plt.close("all")
        matplotlib.rcdefaults()
        matplotlib.interactive(False)  # the rcdefaults() leave that alone
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            # What the script has made lives as long as its figures.
            names_of_script = _run(GALLERY / f"{name}.py")
            first = {number: _draw(plt.figure(number)) for number in plt.get_fignums()}
            while tick():
                first = {}  # a timer has changed figures
        pictures = {str(number): _pictures(plt.figure(number), first.get(number)) for number in plt.get_fignums()}
        np.savez(folder / f"{name}.npz", **pictures)  # type: ignore[arg-type]
        (folder / f"{name}.txt").write_text(printed.getvalue())
        del names_of_script


def _run(path: Path) -> dict[str, Any]:
    try:
        return runpy.run_path(str(path), run_name="__main__")
    except SystemExit:
        return {}


def _let_timers_run() -> Callable[[], bool]:
    """Give Agg's canvases timers; return a function that has all those that run call back once, if there are any.

    Without them animations would stay at their first frame, and who waits for a timer would wait for ever.
    """
    from matplotlib.backend_bases import TimerBase
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    running: list[TimerBase] = []

    class Timer(TimerBase):
        def _timer_start(self) -> None:
            running.append(self)

        def _timer_stop(self) -> None:
            running[:] = [timer for timer in running if timer is not self]

    def tick() -> bool:
        for timer in list(running):
            timer._on_timer()  # type: ignore[attr-defined]
            if timer.single_shot:
                timer.stop()
        return bool(running)

    canvas: Any = FigureCanvasAgg
    canvas._timer_cls = Timer
    canvas.flush_events = lambda self: tick()
    return tick


def _pictures(figure: Any, first: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """The drawings of a figure that are right: one, or several where its layout takes some drawings to settle."""
    pictures = [first] if first is not None else []
    for _ in range(3):
        pictures.append(_draw(figure))
    return np.array([picture for i, picture in enumerate(pictures) if i == 0 or (picture != pictures[i - 1]).any()])


def _draw(figure: Any) -> NDArray[np.uint8]:
    """A fresh drawing of a figure."""
    figure.canvas.draw()
    return np.array(figure.canvas.buffer_rgba())


# In the shell's session.


def check(name: str, folder: str) -> None:
    """Compare the open figures with those of the reference, write what is wrong to NAME.json, and close them."""
    import matplotlib
    import matplotlib.pyplot as plt

    wrong: list[str] = []
    wanted = np.load(Path(folder) / f"{name}.npz")
    numbers = [str(number) for number in plt.get_fignums()]
    if numbers != wanted.files:
        wrong.append(f"figures {numbers}, not {wanted.files}")
    if not matplotlib.is_interactive():
        wrong.append("not interactive any more")
    common = [number for number in numbers if number in wanted.files]
    for number in common:
        found = _compare(plt.figure(int(number)), wanted[number], window=name not in WINDOWLESS)
        wrong += [f"figure {number}, {text}" for text in found]
    (Path(folder) / f"{name}.json").write_text(json.dumps([len(common), wrong]))
    plt.close("all")
    if name in WINDOWLESS:
        matplotlib.use("QtAgg")
    matplotlib.rcdefaults()


def _compare(figure: Any, wanted: NDArray[np.uint8], *, window: bool) -> list[str]:
    """What is wrong with a figure.

    First comes what the user sees, without any doing of ours: the window's frame, and the screen.  Only then is the
    figure drawn anew.
    """
    canvas = figure.canvas
    wrong: list[str] = []

    def settle(what: str, difference: Callable[[], str]) -> None:
        """Wait until there is no difference; note one that stays.  After the first there is little hope."""
        end = time.monotonic() + (1 if wrong else PATIENCE)
        while (found := difference()) and time.monotonic() < end:
            time.sleep(0.01)
        if found:
            wrong.append(f"{what}: {found}")

    if hasattr(canvas, "_gshell_frame") != window:
        return [f"window: {not window}"]
    if window:
        settle("frame", lambda: _difference(canvas._gshell_frame, wanted))
        # What shines through is mixed by Qt, which may round otherwise.
        tolerance = np.where(wanted[..., 3:] < 255, 2, 0)
        shown = _on_white(wanted)
        settle("screen", lambda: _difference(_screen(canvas), shown, tolerance))
    settle("drawn", lambda: _difference(_draw(figure), wanted))
    if window:
        settle("frame when drawn", lambda: _difference(canvas._gshell_frame, wanted))
    return wrong


def _difference(
    picture: NDArray[np.uint8] | None, wanted: NDArray[np.uint8], tolerance: NDArray[np.int_] | int = 0
) -> str:
    """How a picture differs from the first of those that are right; nothing if it is one of them."""
    if picture is None:
        return "no picture"
    if any(np.array_equal(picture, each) for each in wanted):
        return ""  # at a hundredth of the time that the rest takes
    if picture.shape != wanted.shape[1:]:
        return f"shape {picture.shape}, not {wanted.shape[1:]}"
    difference = abs(picture.astype(np.int16) - wanted)
    counts = (difference > tolerance).any(axis=-1).sum(axis=(1, 2))
    return f"{counts[0]} pixels differ, by up to {difference[0].max()}" if counts.all() else ""


def _screen(canvas: Any) -> NDArray[np.uint8]:
    """What the screen shows where the canvas is, RGB."""
    places: list[tuple[int, int, int, int]] = []

    def look() -> bool:
        window = canvas.window()
        window.move(0, 0)
        window.raise_()
        corner = canvas.mapToGlobal(canvas.rect().topLeft())
        places.append((corner.x(), corner.y(), corner.x() + canvas.width(), corner.y() + canvas.height()))
        return False

    # Windows are for the GUI thread, where timers run.
    timer = canvas.new_timer(interval=1)
    timer.add_callback(look)
    timer.start()
    end = time.monotonic() + PATIENCE
    while not places and time.monotonic() < end:
        time.sleep(0.001)
    # Through a connection to the X server that is not Qt's, as another program would.
    return np.array(ImageGrab.grab(xdisplay=os.environ["DISPLAY"]).crop(places[0]).convert("RGB"))


def _on_white(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An RGBA picture as it looks in front of a white window."""
    if (picture[..., 3] == 255).all():
        return picture[..., :3]
    alpha = picture[..., 3:] / 255
    return np.rint(picture[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)


# The test.


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("names", "options"), GROUPS)
def test_same_pixels(names: list[str], options: list[str], display: XServer, start: Start, tmp_path: Path) -> None:
    plain = subprocess.Popen(
        [sys.executable, "-m", "tests.test_gallery", str(tmp_path), *names],
        cwd=ROOT,
        env={**os.environ, "MPLBACKEND": "Agg", **NO_WARNING},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    display.point(1279, 1023)  # off the buttons of the figures
    # With 96 dots per inch a pixel of Qt's is one of the screen's, and Agg needs no scale.
    shell = start("--qt", *options, cwd=GALLERY, env={"QT_FONT_DPI": "96", **NO_WARNING})
    shell.run("import tests.test_gallery as gallery")
    complaints = plain.communicate()[0]
    assert plain.returncode == 0, complaints
    wrong: dict[str, list[str]] = {}
    for name in names:
        printed = shell.run(f"run {name}.py", limit=60).splitlines()
        said = shell.run(f"gallery.check({name!r}, {str(tmp_path)!r})", limit=300)
        result = tmp_path / f"{name}.json"
        compared, found = json.loads(result.read_text()) if result.exists() else (0, [said])
        expected = (tmp_path / f"{name}.txt").read_text().splitlines()
        if printed != expected:
            found.append(f"printed {printed}, not {expected}")
        if compared == 0:
            found.append("no figure was compared")
        if found:
            wrong[name] = found
    assert not wrong, "\n".join(f"{name}: {text}" for name, found in wrong.items() for text in found)
    assert "Traceback" not in shell.text()


if __name__ == "__main__":
    reference(Path(sys.argv[1]), sys.argv[2:])
