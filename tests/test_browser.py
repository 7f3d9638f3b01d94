"""A toolkit without a window system fits in: browser.py adds one, and nothing of the shell knows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.terminal import ROOT

EXPECTED = """\
canvas: True True
frame: 1 True
another frame: True
events: button_press_event key_press_event resize_event
on the GUI thread: True
size: (700, 500) place: None
timer: True
closed: close_event
collected by us: True
"""


def test_figures_in_a_browser(home: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run(
        [sys.executable, "-c", "import tests.browser; tests.browser.main()"],
        cwd=ROOT,
        env=environment | {"HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.stderr == ""
    assert done.stdout == EXPECTED
