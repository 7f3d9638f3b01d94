"""GTK 3."""

from __future__ import annotations

from gshell.gui.event_loop import ToolkitUnavailable

try:
    import gi

    gi.require_version("Gtk", "3.0")
    gi.require_version("Gdk", "3.0")
    gi.require_version("GdkPixbuf", "2.0")
    from gi.repository import GdkPixbuf, GLib

    GLib.set_prgname("gshell")  # as the window manager sees it, and lists of recently used files
    from gshell.gui.gtk.event_loop import GtkLoop
except (ImportError, ValueError) as error:
    raise ToolkitUnavailable(f"GTK 3 can't be used: {error}") from None
if "svg" not in (each.get_name() for each in GdkPixbuf.Pixbuf.get_formats()):
    # matplotlib gives each of its windows an icon, and can't make one without.
    raise ToolkitUnavailable("GTK 3 can't read SVG pictures, like matplotlib's icons (Debian: librsvg2-common)")


class Gtk3Loop(GtkLoop):
    """GTK 3's."""
