"""An X server with a window manager, a mouse that moves on it, and a look at its pixels."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageGrab
from Xlib import X
from Xlib.display import Display
from Xlib.error import XError
from Xlib.ext import xtest
from Xlib.protocol.event import ClientMessage
from Xlib.xobject.drawable import Window

from tests.terminal import wait_until

STEP = 0.01
"""Seconds between what a hand does with a mouse.  Toolkits make one of moves that come together."""


class WindowGone(AssertionError):
    """What was to be done with a window failed, since it went meanwhile, as a rule."""


class XServer:
    """Xvfb with openbox, on a display number of its own.

    A window is named by its id, in decimal.  The mouse, and what is asked often, go over a connection of this process's
    own: xdotool, a process for each move, takes 30 ms, in which a busy worker burns a processor.  It is left for keys,
    whose codes it finds.
    """

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
        self._connection = Display(self.display)
        self._root = self._connection.screen().root
        wait_until(lambda: self._number("_NET_NUMBER_OF_DESKTOPS"), "the window manager")
        self._desktops = 4

    def close(self) -> None:
        """End both."""
        for process in (self._manager, self._server):
            process.terminate()
            process.wait()
        self._home.cleanup()

    def xdotool(self, *words: str | int) -> None:
        """Run xdotool; raises WindowGone if that fails."""
        done = subprocess.run(
            ["xdotool", *map(str, words)],
            env={**os.environ, "DISPLAY": self.display},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise WindowGone(f"xdotool {words}: {done.stderr}")

    # Windows.

    def windows(self, title: str = "Figure") -> list[str]:
        """The ids of the visible windows with this regular expression in their title, in small letters or capitals."""
        return [str(window.id) for window in self._shown() if re.search(title, self._title(window), re.IGNORECASE)]

    def _shown(self) -> Iterator[Window]:
        """The windows that are visible: those that the window manager knows, and those that it is not to know."""
        known = self._property(self._root, "_NET_CLIENT_LIST_STACKING")
        managers = self._number("_NET_SUPPORTING_WM_CHECK")
        for window in (*map(self._window, known), *self._root.query_tree().children):
            try:
                if window.id != managers and window.get_attributes().map_state == X.IsViewable:
                    yield window
            except XError:  # it has just gone
                pass

    def _title(self, window: Window) -> str:
        try:
            name = self._property(window, "_NET_WM_NAME") or self._property(window, "WM_NAME")
        except XError:
            return ""
        return name.decode(errors="replace") if isinstance(name, bytes) else str(name or "")

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
        """x, y, width and height of a window on the screen, without its frame, in pixels; raises WindowGone."""
        there = self._window(int(window))
        try:
            size, corner = there.get_geometry(), self._root.translate_coords(there, 0, 0)
        except XError as error:
            raise WindowGone(window) from error
        return corner.x, corner.y, size.width, size.height

    def active_window(self) -> str:
        """The id of the window that the window manager has last given the keyboard, or nothing."""
        return str(self._number("_NET_ACTIVE_WINDOW") or "")

    def focus(self) -> str:
        """The id of the window that has the keyboard, by itself or a part of it, or nothing."""
        window = self._connection.get_input_focus().focus
        try:
            while isinstance(window, Window) and not window.get_wm_class():
                window = window.query_tree().parent
        except XError:  # it has just gone
            return ""
        return str(window.id) if isinstance(window, Window) else ""

    def ask_to_activate(self, window: str) -> None:
        """Ask the window manager to give a window the keyboard."""
        self._ask_manager(self._window(int(window)), "_NET_ACTIVE_WINDOW", 2)  # 2: asked by the user

    def activate(self, window: str) -> None:
        """Give a window the keyboard, and wait until it has it."""
        self.ask_to_activate(window)
        wait_until(lambda: self.active_window() == window, "the active window")
        # It is that a little before it has the keyboard.
        wait_until(lambda: self.focus() == window, "the keyboard focus")

    def close_window(self, window: str) -> None:
        """Have the window manager ask a window to close, as it does when its user clicks on the cross."""
        self._ask_manager(self._window(int(window)), "_NET_CLOSE_WINDOW", 0)  # 0: now

    def close_by_hand(self, title: str) -> None:
        """Close a window as its user does, and wait until it is gone."""
        window = self.wait_for_window(title)
        self.close_window(window)
        wait_until(lambda: window not in self.windows("."), f"the window {title!r} to go")

    def settle(self) -> None:
        """Wait until the window manager has handled all that came before.

        A key does not wait for a click before it that the manager has not yet let through.
        """
        self._desktops = 9 - self._desktops  # something that it does when it is asked to, and that can be seen
        self._ask_manager(self._root, "_NET_NUMBER_OF_DESKTOPS", self._desktops)
        wait_until(lambda: self._number("_NET_NUMBER_OF_DESKTOPS") == self._desktops, "the manager")

    def _window(self, window: int) -> Window:
        return self._connection.create_resource_object("window", window)

    def _property(self, window: Window, name: str) -> Any:
        """The value of a window's property, as bytes or an array; empty if it has none.  May raise XError."""
        found = window.get_full_property(self._connection.get_atom(name), X.AnyPropertyType)
        return found.value if found else b""

    def _number(self, name: str) -> int:
        """The value of a property that the window manager keeps, or 0."""
        return int(next(iter(self._property(self._root, name)), 0))

    def _ask_manager(self, window: Window, what: str, value: int) -> None:
        name = self._connection.get_atom(what)
        event = ClientMessage(window=window, client_type=name, data=(32, [value, 0, 0, 0, 0]))
        self._root.send_event(event, X.SubstructureRedirectMask | X.SubstructureNotifyMask)
        self._connection.sync()

    # Mouse and keys.

    def point(self, x: float, y: float) -> None:
        """Move the mouse to a pixel of the screen."""
        self._fake(X.MotionNotify, x=int(x), y=int(y))

    def move(self, window: str, x: float, y: float) -> None:
        """Move the mouse to a place in a window, given in parts of its width and height from the top left."""
        self.point(*_place(self.geometry(window), x, y))

    def hold(self, button: int = 1) -> None:
        """Press a button of the mouse, and hold it.

        The window manager has to let each press through.  If the mouse is moved before it has, the X server gives the
        program the place where the mouse is by then; and of two presses that it holds back one may be lost.
        """
        self._fake(X.ButtonPress, button)
        self.settle()

    def release(self, button: int = 1) -> None:
        """Let a button of the mouse go."""
        self._fake(X.ButtonRelease, button)

    def press_button(self, button: int = 1, times: int = 1) -> None:
        """Click where the mouse is."""
        for _ in range(times):
            self.hold(button)
            self.release(button)

    def _fake(self, event: int, detail: int = 0, x: int = 0, y: int = 0) -> None:
        xtest.fake_input(self._connection, event, detail, x=x, y=y)
        self._connection.sync()
        time.sleep(STEP)

    def click(self, window: str, x: float, y: float) -> None:
        """Click at a place in a window."""
        self.move(window, x, y)
        self.press_button()

    def press_key(self, window: str, key: str) -> None:
        """Press a key with the mouse over the middle of the window, which gets the keyboard first."""
        self.move(window, 0.5, 0.5)
        self.activate(window)
        self.settle()
        self.xdotool("key", key)

    def drag(self, window: str, start: tuple[float, float], end: tuple[float, float], steps: int = 10) -> None:
        """Drag with the left button, in so many steps."""
        geometry = self.geometry(window)
        self.drag_on_screen(_place(geometry, *start), _place(geometry, *end), steps)
        self.release()

    def drag_on_screen(self, start: tuple[int, int], end: tuple[int, int], steps: int = 10) -> None:
        """The same from a pixel of the screen to another, with the button still held at the end."""
        self.point(*start)
        self.hold()
        for step in range(1, steps + 1):
            self.point(*(round(a + (b - a) * step / steps) for a, b in zip(start, end, strict=True)))

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


def _place(geometry: tuple[int, int, int, int], x: float, y: float) -> tuple[int, int]:
    """The pixel of the screen at a place in a window."""
    left, top, width, height = geometry
    return left + int(x * width), top + int(y * height)
