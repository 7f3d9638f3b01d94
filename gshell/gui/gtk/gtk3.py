"""GTK 3."""

from __future__ import annotations

from gshell.gui.event_loop import ToolkitUnavailable

try:
    import gi

    gi.require_version("Gtk", "3.0")
    gi.require_version("Gdk", "3.0")
    from gi.repository import GLib

    GLib.set_prgname("gshell")  # as the window manager sees it, and lists of recently used files
    from gshell.gui.gtk.event_loop import GtkLoop
except (ImportError, ValueError) as error:
    raise ToolkitUnavailable(f"GTK 3 can't be used: {error}") from None


class Gtk3Loop(GtkLoop):
    """GTK 3's."""
