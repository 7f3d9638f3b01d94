"""GTK 4."""

from __future__ import annotations

from gshell.gui.event_loop import ToolkitUnavailable

try:
    import gi

    gi.require_version("Gtk", "4.0")
    gi.require_version("Gdk", "4.0")
    gi.require_version("GdkPixbuf", "2.0")
    from gi.repository import GLib

    GLib.set_prgname("gshell")  # as the window manager sees it, and lists of recently used files
    from gshell.gui.gtk.event_loop import GtkLoop
except (ImportError, ValueError) as error:
    raise ToolkitUnavailable(f"GTK 4 can't be used: {error}") from None


class Gtk4Loop(GtkLoop):
    """GTK 4's."""
