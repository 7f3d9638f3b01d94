"""A snapshot is read by another Python, with other packages, and with code that does as it likes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

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
