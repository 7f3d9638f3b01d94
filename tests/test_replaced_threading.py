"""User code that replaces what threading and queue have, as `gevent.monkey.patch_all()` does: the shell has its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import ROOT, GShell
from tests.xserver import XServer

pytestmark = pytest.mark.own_shell

REPLACED = {
    "another thread's ident": "threading.get_ident = _thread.get_ident = lambda: 1",
    "no queues": "queue.SimpleQueue = None",
    "no threads": "threading.Thread.start = _thread.start_new_thread = None",
    "gevent": "import gevent.monkey; _ = gevent.monkey.patch_all()",
}


@pytest.mark.parametrize("what", REPLACED)
def test_the_shell_works_beside_it(plots: GShell, display: XServer, what: str) -> None:
    """Tab, a figure, and Ctrl-C."""
    if what == "gevent":
        gevent = pytest.importorskip("gevent")
        plots.run(f"import sys; sys.path.append({str(Path(gevent.__file__).parent.parent)!r})")
    plots.run("import json, time, threading, _thread, queue")
    plots.run(REPLACED[what])
    plots.type("json.dum\t")
    plots.wait_for("dumps  function")
    plots.press("c-c")
    plots.run("plot([1, 2])")
    assert "Error" not in plots.text()
    display.wait_for_window("Figure 1")
    for cell in ("time.sleep(1000)\n", "while True: pass\n"):
        plots.stop_when_begun(cell)
        assert plots.value("6 * 7") == "42"
        plots.clear()
    assert plots.end() == 0


IN_THE_MIDDLE = """
import _thread, sys, threading
from gshell.own_imports import own_path, separated

begun, go_on = threading.Event(), threading.Event()

def import_it():
    import waits
    print("imported")

with separated(own_path()):
    thread = threading.Thread(target=import_it)
    thread.start()
    begun.wait()
    _thread.get_ident = lambda: 1
    go_on.set()
    thread.join()
    import waits
import json.tool
print("all")
"""


def test_replaced_in_the_middle_of_an_import(tmp_path: Path) -> None:
    """The shell imports in threads of its own; what they lock is released, so that others may have the module."""
    (tmp_path / "waits.py").write_text("import __main__\n__main__.begun.set()\n__main__.go_on.wait()\n")
    (tmp_path / "it.py").write_text(IN_THE_MIDDLE)
    run = subprocess.run(
        [sys.executable, tmp_path / "it.py"], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60
    )
    assert (run.stdout, run.stderr) == ("imported\nall\n", "")
