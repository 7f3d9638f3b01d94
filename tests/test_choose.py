"""Which toolkit is meant, and which programs need one."""

from __future__ import annotations

import pytest

from gshell.gui import choose
from gshell.plotting.backend_names import backend_of

PROGRAMS = [
    ("qt", "QApplication", "from PyQt5.QtWidgets import QApplication as A\nA([])"),
    ("qt", "QApplication", "class X(QtWidgets.QApplication): pass\nX()"),
    ("qt", "mkQApp", "import pyqtgraph as pg\npg.mkQApp()"),
    ("qt", "", "from PyQt5.QtWidgets import QApplication  # and no more"),
    ("qt", "", "QApplication(["),
    ("gtk3", "Gtk.main", "from gi.repository import Gtk as g\ng.main()"),
    ("gtk3", "Gtk.Application", "from gi.repository import Gtk\nclass A(Gtk.Application): pass\nA().run()"),
    ("gtk4", "GLib.MainLoop", "from gi.repository import Gtk, GLib\nloop = GLib.MainLoop()\nloop.run()"),
    ("gtk4", "Adw.Application", "from gi.repository.Adw import Application\nApplication()"),
    ("gtk3", "", "from gi.repository import Gtk\ndef main(): pass\nmain()"),
    ("wx", "wx.App", "import wx\nclass A(wx.App): pass\nA()"),
    ("wx", "wx.App", "from wx import *\nApp()"),
    ("wx", "", "import wx\nfrom flask import App\nApp()"),
    ("tk", "tkinter.Tk", "import tkinter as tk\ntk.Tk()"),
    ("tk", "tkinter.Tk", "from tkinter import *\nroot = Tk()"),
    ("tk", "tkinter.Tk", "import tkinter\nclass A(tkinter.Tk): pass\nclass B(A): pass\nB()"),
    ("tk", "", "import tkinter\ninterpreter = tkinter.Tcl()  # and not Tk"),
    ("qt", "", "import tkinter\ntkinter.Tk()"),
]


@pytest.mark.parametrize(("toolkit", "application", "source"), PROGRAMS)
def test_builds_application(toolkit: str, application: str, source: str) -> None:
    assert choose.builds_application(toolkit, source.encode()) == application


@pytest.mark.parametrize(("there", "meant"), [("gtk3 gtk4", "gtk4"), ("gtk3", "gtk3"), ("gtk4", "gtk4"), ("", "gtk3")])
def test_gtk_is_the_newest(monkeypatch: pytest.MonkeyPatch, there: str, meant: str) -> None:
    monkeypatch.setattr(choose, "why_not", lambda name: "" if name in there.split() else "missing")
    assert choose.resolved("gtk") == meant
    assert choose.resolved("gtk3") == "gtk3"
    assert choose.resolved("qt") == "qt"


@pytest.mark.parametrize(
    ("configured", "there", "meant"),
    [
        ("", "wx tk gtk3", "gtk3"),
        ("", "wx tk", "tk"),
        ("", "", "none"),
        ("auto", "wx", "wx"),
        ("WXAgg", "qt wx", "wx"),
        ("GTK3Cairo", "qt", "gtk3"),
        ("svg", "qt", "none"),
    ],
)
def test_automatic(monkeypatch: pytest.MonkeyPatch, configured: str, there: str, meant: str) -> None:
    """What matplotlib is configured for, and then what is installed, in matplotlib's order."""
    monkeypatch.setattr(choose, "why_not", lambda name: "" if name in there.split() else "missing")
    monkeypatch.setenv("MPLBACKEND", configured)
    assert choose.automatic() == meant


@pytest.mark.parametrize(
    ("wanted", "backend"),
    [("gtk3", "gtk3agg"), ("gtk", "gtk4agg"), ("qt5", "qtagg"), ("osx", "macosx"), ("gui", "auto"), ("svg", "svg")],
)
def test_backend_of(wanted: str, backend: str) -> None:
    assert backend_of(wanted) == backend


@pytest.mark.parametrize("name", choose.TOOLKITS)
def test_backends_belong_to_their_toolkit(name: str) -> None:
    for backend in choose.TOOLKITS[name].backends.split():
        assert choose.toolkit_of(backend.upper()) == name
