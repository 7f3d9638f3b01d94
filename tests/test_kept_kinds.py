"""Values of eighty kinds: kept, and the same in another process, or named with the reason; none is another one."""

from __future__ import annotations

import builtins
import json
import re
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")

from matplotlib import pyplot as plt
from matplotlib._pylab_helpers import Gcf

from gshell.survival.contents import NAMES, Contents
from gshell.survival.folder import Folder
from gshell.survival.manifest import Manifest
from gshell.survival.reading import read
from gshell.survival.writing import Writer
from tests.kinds_of_values import KEPT, LEFT_OUT
from tests.terminal import ROOT


def imported(name: str) -> Any:
    """A module, or None."""
    try:
        return __import__(name, fromlist=["_"])
    except ImportError:
        return None


def common(folder: Path) -> dict[str, Any]:
    import pandas as pd

    return {
        "__name__": "__main__", "__builtins__": builtins, "np": np, "pd": pd, "plt": plt, "matplotlib": matplotlib,
        "imported": imported, "folder": str(folder),
    }  # fmt: skip


def save(folder: Folder, names: dict[str, Any]) -> Manifest:
    """As the child does that takes a snapshot."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        values = {name: value for name, value in names.items() if not name.startswith("__") and name != "imported"}
        return Writer(folder, Contents({NAMES: values}, {NAMES: names}, []), 0, lambda key: None).write({}, "", "")
    finally:
        sys.modules["__main__"] = main


def made(path: Path, code: str) -> tuple[Folder, dict[str, Any]]:
    folder = Folder(path)
    folder.make()
    names = common(path)
    exec(code, names)
    Gcf.figs.clear()
    return folder, names


def restored(path: Path) -> tuple[dict[str, Any], dict[Any, str]]:
    """The names of a session again, in this process, and what is missing."""
    folder, names = Folder(path), common(path)
    found = read(folder, folder.last(), {NAMES: names})
    names.update(found.values.get(NAMES, {}))
    return names, found.missing


def main(directory: str) -> None:
    """In the other process: restore all, twice, and say what the expressions are."""
    said = {}
    for path in sorted(Path(directory).iterdir(), key=lambda path: int(path.name)):
        expression = list(KEPT.values())[int(path.name)][1]
        names, missing = restored(path)
        save(Folder(path), names)
        once = repr(eval(expression, names))
        names, missing_again = restored(path)
        said[path.name] = [repr(missing | missing_again), once, repr(eval(expression, names))]
    print(json.dumps(said))


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], dict[str, list[str]]]:
    """What the expressions are here, and in the other process: after restoring, and after doing all of it once more."""
    directory = tmp_path_factory.mktemp("kinds")
    here = []
    for number, (code, expression) in enumerate(KEPT.values()):
        folder, names = made(directory / str(number), code)
        manifest = save(folder, names)
        assert [each for each in manifest.left_out if each.name != "imported"] == [], code
        here.append(repr(eval(expression, names)))
    program = f"from tests.test_kept_kinds import main; main({str(directory)!r})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return here, json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("kind", KEPT)
def test_kept(elsewhere: tuple[list[str], dict[str, list[str]]], kind: str) -> None:
    number = list(KEPT).index(kind)
    missing, once, twice = elsewhere[1][str(number)]
    assert missing == "{}"
    assert once == elsewhere[0][number]
    assert twice == elsewhere[0][number]


@pytest.mark.parametrize("kind", LEFT_OUT)
def test_left_out(tmp_path: Path, kind: str) -> None:
    code, reason = LEFT_OUT[kind]
    folder, names = made(tmp_path / "it", code)
    names["fine"] = [1]
    left = {each.name: each.reason for each in save(folder, names).left_out}
    assert re.search(reason, left["v"])
    assert len(left["v"]) < 200 and "\n" not in left["v"]
    assert restored(tmp_path / "it")[0]["fine"] == [1]
    getattr(names["v"], "close", lambda: None)()


def test_what_is_the_same_is_not_written_again(tmp_path: Path) -> None:
    # Figures and norms count how often they were pickled; in the child of each snapshot it is the first time.
    codes = [code for kind, (code, _) in KEPT.items() if kind not in ("a mapped file", "a figure", "a colour map")]
    for number, code in enumerate(codes):
        folder, names = made(tmp_path / str(number), code)
        first, second = save(folder, names), save(folder, names)
        assert first.content == second.content, code
