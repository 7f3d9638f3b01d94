"""Long draws are done in pieces, between which a key is shown; the picture is matplotlib's own."""

from __future__ import annotations

from typing import Any

import matplotlib.style
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends import backend_agg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from gshell.plotting.renderer import make_renderer
from gshell.threads.right_of_way import RightOfWay
from tests.kept import few

COUNT = 100_000
random = np.random.default_rng(1)
X, Y = random.random((2, COUNT))
WAVE = np.sin(np.linspace(0, 100, COUNT))
GAPS = np.where(np.arange(COUNT) % 9000 < 3000, np.nan, WAVE)


class Waiting(RightOfWay):
    """Counts how often a draw gives way."""

    times = 0

    def give_way(self) -> None:
        self.times += 1


def picture(plot: Any, renderer: type[backend_agg.RendererAgg], monkeypatch: pytest.MonkeyPatch) -> NDArray[np.int16]:
    monkeypatch.setattr(backend_agg, "RendererAgg", renderer)
    with matplotlib.style.context("default"):
        figure = Figure()
        canvas: Any = backend_agg.FigureCanvasAgg(figure)
        plot(figure.add_subplot())
        canvas.draw()
        return np.array(canvas.buffer_rgba()).astype(np.int16)


def both(plot: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[NDArray[np.int16], int]:
    """How far our pixels are from matplotlib's, and how often the draw has given way."""
    stock, waiting = backend_agg.RendererAgg, Waiting()
    ours = picture(plot, make_renderer(stock, waiting), monkeypatch)
    return np.abs(ours - picture(plot, stock, monkeypatch)).max(axis=2), waiting.times


def meshed(axes: Axes, **options: Any) -> None:
    axes.pcolormesh(X[:90000].reshape(300, 300), **options)


SAME = {
    "scatter": lambda axes: axes.scatter(X, Y, s=1),
    "scatter with edges": lambda axes: axes.scatter(X, Y, s=30, alpha=0.1, edgecolors="red"),
    "dots": lambda axes: axes.plot(X, Y, "."),
    "pixels": lambda axes: axes.plot(X, Y, ","),
    "dots and gaps": lambda axes: axes.plot(GAPS, "s"),
    "mesh": meshed,
    "mesh with edges": lambda axes: meshed(axes, edgecolors="white", linewidth=0.1),
    "shaded mesh": lambda axes: meshed(axes, shading="gouraud"),
    "filled": lambda axes: axes.fill_between(np.arange(5000), WAVE[:5000]),
    "line of few points": lambda axes: axes.plot(Y[:5000]),
    "path with closed parts": lambda axes: axes.contourf(X[:10000].reshape(100, 100)),
}


@pytest.mark.parametrize("name", SAME)
def test_picture_is_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    differs, _ = both(SAME[name], monkeypatch)
    assert not differs.any()


LINES = {
    "wave": lambda axes: axes.plot(WAVE),
    "gaps": lambda axes: axes.plot(GAPS),
    "noise": lambda axes: axes.plot(Y),
    "walk": lambda axes: axes.plot((Y - 0.5).cumsum()),
    "dashes": lambda axes: axes.plot(WAVE, "--"),
    "transparent": lambda axes: axes.plot(Y, alpha=0.3, linewidth=3),
    "steps": lambda axes: axes.step(np.arange(COUNT), Y),
    "mostly outside": lambda axes: (axes.plot(WAVE), axes.set_xlim(5000, 6000)),
    "on a logarithmic scale": lambda axes: axes.semilogy(Y),
    "nothing but gaps": lambda axes: axes.plot(np.full(COUNT, np.nan)),
}


@pytest.mark.parametrize("name", few(LINES, "gaps", "noise", "walk", "dashes", "mostly outside", "nothing but gaps"))
def test_a_long_line_is_the_same_to_the_eye(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the points are many to a pixel, Agg leaves some out, and which depends on where it begins."""
    differs, _ = both(LINES[name], monkeypatch)
    assert (differs > 80).mean() < 0.001, differs.max()


@pytest.mark.parametrize("name", few(["scatter", "dots", "mesh", "shaded mesh", "noise"], "scatter", "dots", "mesh"))
def test_a_long_draw_gives_way(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, times = both({**SAME, **LINES}[name], monkeypatch)
    assert times >= 3
