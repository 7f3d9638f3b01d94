"""A snapshot is read by another Python, with other packages, and with code that does as it likes."""

from __future__ import annotations

import functools
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from gshell.survival.contents import Contents, random_states, set_random_states
from tests.kept_session import KeptSession, small_sizes


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeptSession]:
    small_sizes(monkeypatch)
    session = KeptSession(tmp_path / "kept")
    yield session
    session.folder.unlock()


# Other versions


def test_another_python_refuses_code_only(kept: KeptSession) -> None:
    manifest = kept.write(tiny=1, list=[1, 2], array=np.arange(9), function=lambda: 3)
    kept.folder.add(replace(manifest, number=2, python="3.99.1"))
    assert kept.missing() == {"function": "it has code of Python 3.99.1, which this one can't run"}
    kept.folder.add(replace(manifest, number=3, python=f"3.{sys.version_info.minor}.99"))
    assert kept.missing() == {}


class Breaks:
    """A value with an array, which raises when it is read."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __reduce__(self) -> Any:
        return explode, (self._error, np.zeros(3))


def explode(error: BaseException, array: object) -> None:
    raise error


def test_another_version_of_a_package_is_named_when_it_fails(kept: KeptSession) -> None:
    manifest = kept.write(broken=Breaks(ValueError("no such\nthing")), array=np.arange(3))
    kept.folder.add(replace(manifest, number=2, packages=manifest.packages | {"numpy": "0.9"}))
    assert kept.missing() == {"broken": f"ValueError: no such; numpy was 0.9 then, and is {np.__version__}"}
    assert (kept.read().values["names"]["array"] == np.arange(3)).all()


# Code of the user's


class Ends(BaseException):
    """What nobody expects."""


def test_a_cached_function_of_a_module_is_known_by_its_name(kept: KeptSession) -> None:
    manifest = kept.write(f=_cached, inside=[_cached])
    assert [each.name for each in manifest.references] == ["f"]
    found = kept.values()
    assert found["f"] is found["inside"][0] is _cached


def test_a_class_is_the_same_in_each_snapshot(kept: KeptSession) -> None:
    code = "import enum\nclass C: pass\nclass E(enum.Enum): X = 1\nc, e = C(), E.X\n"
    names: dict[str, Any] = {"__name__": "no module's"}
    exec(code, names)
    values = {name: names[name] for name in ["C", "E", "c", "e"]}
    assert kept.write(values).content == kept.write(values).content
    found = kept.values()
    assert type(found["c"]) is found["C"] and found["e"] is found["E"].X


@functools.lru_cache
def _cached(x: int) -> int:
    return x


@pytest.mark.parametrize("error", [SystemExit(3), Ends(), MemoryError(), RecursionError("deep"), GeneratorExit()])
def test_the_users_code_may_raise_anything(kept: KeptSession, error: BaseException) -> None:
    kept.write(broken=Breaks(error), fine=[1])
    assert list(kept.missing()) == ["broken"]
    assert kept.read().values["names"] == {"fine": [1]}


def test_it_can_be_interrupted(kept: KeptSession) -> None:
    kept.write(broken=Breaks(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        kept.read()


def test_a_module_that_is_gone(kept: KeptSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "passing.py").write_text("x = 1")
    monkeypatch.syspath_prepend(tmp_path)
    import passing  # type: ignore[import-not-found]

    kept.write(module=passing, fine=1)
    monkeypatch.delitem(sys.modules, "passing")
    (tmp_path / "passing.py").write_text("raise SystemExit(1)")
    assert kept.missing() == {"module": "SystemExit: 1"}
    (tmp_path / "passing.py").unlink()
    assert kept.missing() == {"module": "ModuleNotFoundError: No module named 'passing'"}


# What there is beside variables


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("x = 1", True),
        ("a, (x, *b) = y", True),
        ("for x in y: pass", True),
        ("import numpy as x", True),
        ("import x.y", True),
        ("def x(): pass", True),
        ("class x: pass", True),
        ("%time x = 3", True),
        ("print(x)", False),
        ("import x.y as z", False),
        ("%time xx = 3", False),
        ("%time x == 3", False),
        ("[" * 10**4, False),
        ("\0x", False),
    ],
)
def test_the_cells_that_have_made_a_variable(text: str, made: bool) -> None:
    assert Contents({}, {}, [text]).made("x") == [text] * made


def test_random_states(monkeypatch: pytest.MonkeyPatch) -> None:
    np.random.rand()
    states = random_states()
    wanted = (random.random(), np.random.rand())
    set_random_states(states)
    assert (random.random(), np.random.rand()) == wanted
    monkeypatch.setitem(sys.modules, "random", ModuleType("random"))  # a file of the user's
    assert list(random_states()) == ["numpy"]
    set_random_states(states)


def test_random_states_of_what_is_not_loaded() -> None:
    """As after `import numpy`, which imports numpy.random when it is used."""
    code = (
        "import sys, numpy; from gshell.survival.contents import set_random_states;"
        "assert 'numpy.random' not in sys.modules;"
        "set_random_states({'numpy': ('MT19937', numpy.arange(624, dtype='uint32'), 5)});"
        "print(numpy.random.get_state()[2])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "5\n"
