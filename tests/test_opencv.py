"""OpenCV's windows beside ours.  With a stand-in: OpenCV itself is large."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from gshell.gui.opencv import in_slices
from tests.conftest import Start
from tests.xserver import XServer

CV2 = """\
import os, time
os.environ["QT_QPA_PLATFORM_PLUGIN_PATH"] = "/nowhere"
def waitKey(delay=0):
    print("be" "gun") if delay > 40 else None
    time.sleep(delay / 1000)
    return -1
"""


@pytest.mark.parametrize("keys", [[7], [-1, 7], [-1, -1, -1, 7]])
@pytest.mark.parametrize("delay", [0, -1, 10_000])
def test_key_is_waited_for_in_slices(keys: list[int], delay: int) -> None:
    asked: list[int] = []

    def wait_key(milliseconds: int) -> int:
        asked.append(milliseconds)
        time.sleep(milliseconds / 1000)
        return keys[len(asked) - 1]

    assert in_slices(wait_key)(delay) == 7
    assert len(asked) == len(keys)
    assert all(0 < each <= 50 for each in asked)


def test_wait_ends_in_time_and_without_a_window() -> None:
    def wait_key(milliseconds: int) -> int:
        time.sleep(milliseconds / 1000)
        return -1

    began = time.monotonic()
    assert in_slices(wait_key)(120) == -1
    assert time.monotonic() - began >= 0.12
    assert in_slices(lambda delay: -1)() == -1


def test_windows_of_ours_after_the_import(start: Start, display: XServer, home: Path) -> None:
    """Qt is started before it can look for its plugins where OpenCV's are."""
    (home / "cv2.py").write_text(CV2)
    shell = start("--qt", cwd=home)
    shell.run("import cv2, os, matplotlib.pyplot as plt; _ = plt.figure()")
    display.wait_for_window("Figure 1")
    assert shell.value("os.environ['QT_QPA_PLATFORM_PLUGIN_PATH'], os.environ['QT_NO_GLIB']") == "('/nowhere', '1')"
    shell.submit("cv2.waitKey(0)")
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.wait_for("^KeyboardInterrupt")
    assert shell.value("1 + 1") == "2"
