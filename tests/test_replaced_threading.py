"""User code that replaces what threading and queue have, as `gevent.monkey.patch_all()` does: the shell has its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal import GShell
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
