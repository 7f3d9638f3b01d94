"""Figures that were pickled are drawn again when something changes, as they were before."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib
import pytest

matplotlib.use("agg")

from matplotlib import pyplot as plt
from matplotlib._pylab_helpers import Gcf

from gshell.plotting.kept_figures import KeptFigures, tell_of_changes


def of_many_kinds() -> Any:
    figure, axes = plt.subplots(2, 2)
    axes[0, 0].plot([1, 2], label="a")
    axes[0, 0].legend()
    figure.colorbar(axes[0, 1].imshow([[1, 2], [3, 4]]))
    axes[1, 0].scatter([1], [2])
    axes[1, 0].annotate("note", (1, 2))
    axes[1, 0].twinx().plot([1, 2])
    axes[1, 1].hist([1, 2, 3])
    figure.suptitle("title")
    return figure


def with_parts() -> Any:
    figure: Any = plt.figure()
    left, right = figure.subfigures(1, 2)
    left.subplots(2)
    right.suptitle("right")
    return figure


def with_axes(projection: str) -> Callable[[], Any]:
    def make() -> Any:
        figure = plt.figure()
        figure.add_subplot(projection=projection).plot([1, 2], [1, 2])
        return figure

    return make


@pytest.fixture(autouse=True)
def no_figures() -> Iterator[None]:
    plt.close("all")
    yield
    plt.close("all")


def pickled(figure: Any) -> Any:
    """A figure that was pickled as in the child, and read."""
    figures = dict(Gcf.figs)
    KeptFigures().let_go()
    data = pickle.dumps(figure)
    Gcf.figs.update(figures)
    return pickle.loads(data)


def told(figure: Any) -> Counter[tuple[str, object]]:
    return Counter((type(each).__name__, each.stale_callback) for each in figure.findobj() if each is not figure)


@pytest.mark.parametrize("make", [of_many_kinds, with_parts, with_axes("polar"), with_axes("3d")])
def test_changes_are_told_as_before(make: Callable[[], Any]) -> None:
    figure = make()
    figure.canvas.draw()
    read = pickled(figure)
    assert told(read) != told(figure)  # or it would not be needed any more
    tell_of_changes(read)
    assert told(read) == told(figure)
    assert read.stale_callback is figure.stale_callback


def test_they_have_their_numbers_and_the_current_one() -> None:
    figures = [plt.figure(3), plt.figure(1)]
    assert list(KeptFigures().open().items()) == [(3, figures[0]), (1, figures[1])]
    read = [(3, pickled(figures[0])), (1, pickled(figures[1]))]
    KeptFigures().reopen(read)
    assert plt.get_fignums() == [1, 3]
    assert plt.gcf() is read[1][1]
    assert plt.figure(3) is read[0][1]
