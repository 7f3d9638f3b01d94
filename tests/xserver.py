"""An X server with a window manager, a mouse that moves on it, and a look at its pixels."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageGrab

from tests.terminal import wait_until

STEP = "0.01"
"""Seconds between two moves of a mouse that drags."""


class XServer:
    """Xvfb with openbox, on a display number of its own."""

    def __init__(self, width: int = 1280, height: int = 1024) -> None:
        read, write = os.pipe()
        # -noreset: or the server starts anew, and drops the window manager, whenever its last client goes, as the
        # xdotool below may well be.
        # -ardelay: no key repeats itself when its release is late.
        options = ["-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset", "-ardelay", "60000"]
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), *options],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as file:
            self.display = f":{file.readline().strip()}"
        # A configuration home of its own, or the user's openbox settings and autostart would take part.
        self._home = tempfile.TemporaryDirectory()
        self._manager = subprocess.Popen(
            ["openbox"],
            env={**os.environ, "DISPLAY": self.display, "HOME": self._home.name},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: self._manages(), "the window manager")
        self._desktops = 4

    def close(self) -> None:
        """End both."""
        for process in (self._manager, self._server):
            process.terminate()
            process.wait()
        self._home.cleanup()

    def _manages(self) -> bool:
        return bool(self._xdotool("get_num_desktops").stdout)

    def _xdotool(self, *words: str | int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["xdotool", *map(str, words)],
            env={**os.environ, "DISPLAY": self.display},
            capture_output=True,
            text=True,
            check=False,
        )

    def xdotool(self, *words: str | int) -> str:
        """Run xdotool, which must succeed; return what it printed."""
        done = self._xdotool(*words)
        assert done.returncode == 0, f"xdotool {words}: {done.stderr}"
        return done.stdout

    # Windows.

    def windows(self, title: str = "Figure") -> list[str]:
        """The ids of the visible windows whose title matches."""
        found: list[str] = []

        def look() -> bool:
            search = self._xdotool("search", "--onlyvisible", "--name", title)
            found[:] = search.stdout.split()
            return not search.stderr  # a window went meanwhile, and with it the search

        wait_until(look, f"a search for {title!r}")
        return found

    def wait_until_empty(self) -> None:
        """Wait until no window is on the screen: those of a program that was killed go a little after it."""
        wait_until(lambda: not self.windows("."), "an empty screen")

    def wait_for_window(self, title: str) -> str:
        """Wait for a visible window; return its id."""
        found: list[str] = []

        def look() -> bool:
            found[:] = self.windows(title)
            return bool(found)

        wait_until(look, f"a window {title!r}")
        return found[0]

    def geometry(self, window: str) -> tuple[int, int, int, int]:
        """x, y, width and height of a window on the screen, in pixels."""
        values = dict(re.findall(r"(\w+)=(-?\d+)", self.xdotool("getwindowgeometry", "--shell", window)))
        return int(values["X"]), int(values["Y"]), int(values["WIDTH"]), int(values["HEIGHT"])

    def active_window(self) -> str:
        """The id of the window that has the keyboard, or nothing."""
        return self._xdotool("getactivewindow").stdout.strip()

    # Mouse and keys.

    def move(self, window: str, x: float, y: float) -> None:
        """Move the mouse to a place in a window, given in parts of its width and height from the top left."""
        self.xdotool(*self._move(self.geometry(window), window, x, y))

    @staticmethod
    def _move(geometry: tuple[int, int, int, int], window: str, x: float, y: float) -> list[str | int]:
        # Not with the place of geometry(), which counts the title bar twice.
        _, _, width, height = geometry
        return ["mousemove", "--window", window, int(x * width), int(y * height)]

    def click(self, window: str, x: float, y: float) -> None:
        """Click at a place in a window."""
        self.xdotool(*self._move(self.geometry(window), window, x, y), "click", 1)

    def activate(self, window: str) -> None:
        """Give a window the keyboard, and wait until it has it."""
        # Not with --sync, which waits only if another window was active before.
        self.xdotool("windowactivate", window)
        wait_until(lambda: self.active_window() == window, "the active window")
        # It is that a little before it has the keyboard.
        wait_until(lambda: self._xdotool("getwindowfocus").stdout.strip() == window, "the keyboard focus")

    def settle(self) -> None:
        """Wait until the window manager has handled all that came before.

        A click into a window is the manager's first, which then lets it through; a key does not wait for that.
        """
        self._desktops = 9 - self._desktops  # something that it does when it is asked to, and that can be seen
        self.xdotool("set_num_desktops", self._desktops)
        wait_until(lambda: self._xdotool("get_num_desktops").stdout.strip() == str(self._desktops), "the manager")

    def press_key(self, window: str, key: str) -> None:
        """Press a key with the mouse over the middle of the window, which gets the keyboard first."""
        self.move(window, 0.5, 0.5)
        self.activate(window)
        self.settle()
        self.xdotool("key", key)

    def drag(self, window: str, start: tuple[float, float], end: tuple[float, float], steps: int = 10) -> None:
        """Drag with the left button, in so many steps."""
        geometry = self.geometry(window)
        words = [*self._move(geometry, window, *start), "mousedown", 1]
        for step in range(1, steps + 1):
            part = step / steps
            place = [start[i] + (end[i] - start[i]) * part for i in (0, 1)]
            # As a hand does, and not all at once: toolkits make one of moves that come together.
            words += [*self._move(geometry, window, *place), "sleep", STEP]
        self.xdotool(*words, "mouseup", 1)

    # Pixels.

    def screenshot(self, path: Path | None = None) -> Image.Image:
        """A picture of the screen, also written to `path`."""
        image = ImageGrab.grab(xdisplay=self.display)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            image.save(path)
        return image

    def picture(self, window: str) -> Image.Image:
        """A picture of a window as it is on the screen."""
        left, top, width, height = self.geometry(window)
        return self.screenshot().crop((left, top, left + width, top + height))
