"""Names of pylab's that shadow Python's own."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gshell.magics.shadowed import SHADOWED, both
from tests.conftest import Start

PYTHONS: list[Callable[[], Any]] = [
    lambda: (x for x in [3, 0, 4]),
    lambda: map(int, "304"),
    lambda: filter(None, [1, 0, 2]),
    lambda: iter([0, 0]),
    lambda: zip([], [], strict=True),
    lambda: {1, 2, 3},
    lambda: frozenset(),
    lambda: {0: 1, 2: 3},
    lambda: {1: 2, 3: 0}.values(),
    lambda: {1: 2, 3: 0}.keys(),
]
NUMPYS: list[tuple[Any, ...]] = [
    ([1, 2, 0],),
    ((1, 2),),
    (np.arange(6).reshape(2, 3),),
    (np.arange(6).reshape(2, 3), 0),
    (np.arange(6).reshape(2, 3), (0, 1)),
    (range(5),),
    (7,),
    ([],),
]


@pytest.mark.parametrize("name", SHADOWED)
def test_python_own_function_for_what_numpy_takes_for_one_value(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    function: Any = both(name, getattr(np, name))
    for make in PYTHONS:
        assert function(make()) == getattr(builtins, name)(make())
    assert capsys.readouterr().err.count("\n") == 1
    assert function.__doc__ == getattr(np, name).__doc__


@pytest.mark.parametrize("name", SHADOWED)
def test_numpy_function_for_all_else(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    function: Any = both(name, getattr(np, name))
    numpys: Any = getattr(np, name)
    for arguments in NUMPYS:
        np.testing.assert_array_equal(function(*arguments), getattr(np, name)(*arguments))
    np.testing.assert_array_equal(function(np.eye(3), axis=1), numpys(np.eye(3), axis=1))
    with pytest.raises(TypeError):
        function()
    assert capsys.readouterr().err == ""


def test_sum_with_a_start(capsys: pytest.CaptureFixture[str]) -> None:
    function: Any = both("sum", np.sum)
    assert function([[1], [2]], []) == [1, 2]
    assert function((x for x in [1, 2]), 10) == function((x for x in [1, 2]), start=10) == 13


def test_all_names_that_shadow_functions_are_known(start: Start) -> None:
    shell = start("--no-gui", "--pylab")
    shell.run("import builtins; own = vars(builtins)")
    shell.run(
        "others = {n for n in own if callable(own[n]) and globals().get(n, own[n]) is not own[n] and n[0] != '_'}"
    )
    # numpy's divmod does all that Python's does.
    assert shell.value("sorted(others)") == "['all', 'any', 'divmod', 'sum']"
    assert "numpy's here" in shell.run("sum(i for i in range(5))")
    assert shell.value("sum(i for i in range(5))") == "10"
    assert shell.value("all(i < 3 for i in range(5))").endswith("False")
