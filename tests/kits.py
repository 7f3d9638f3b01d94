"""What test_toolkits.py has to know about each toolkit: programs, and where the buttons of matplotlib's toolbar are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FIGURE = """\
from matplotlib.figure import Figure
fig = Figure(figsize=(4, 3))
ax = fig.add_subplot()
ax.plot([1, 2, 3])
"""
"""The beginning of a program that has a figure in a window of its own."""

ACTION = """\
import sys

def clicked(*args):
    print("clic" "ked")
    if "raise" in sys.argv:
        1 / 0
    if "exit" in sys.argv:
        sys.exit("left")

def quit_clicked(*args):
    quit_program()
"""
"""The beginning of every program: what its button does."""

QT = """\
from PyQt5.QtWidgets import QApplication, QPushButton
app = QApplication(sys.argv)
button = QPushButton("Click")
button.setWindowTitle("Program")
button.resize(300, 200)
button.clicked.connect(clicked)
button.show()
"""

GTK3 = """\
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk

def build(*args):
    window = Gtk.Window(title="Program")
    window.set_default_size(300, 200)
    button = Gtk.Button(label="Click")
    button.connect("clicked", clicked)
    window.add(button)
    window.show_all()
    return window
"""

GTK4 = """\
import gi
gi.require_version("Gtk", "4.0")
from gi.repository import GLib, Gtk

def build(*args):
    window = Gtk.Window(title="Program")
    window.set_default_size(300, 200)
    button = Gtk.Button(label="Click")
    button.connect("clicked", clicked)
    window.set_child(button)
    window.present()
    return window
"""

GTK_APPLICATION = """
class Program(Gtk.Application):
    def do_activate(self):
        self.add_window(build())

def main():
    app = Program(application_id="org.example.gshell")
    return app.run([])

status = main()
"""

GTK_LOOP = """
def main():
    loop = GLib.MainLoop()
    build().connect("{}", lambda *args: loop.quit())
    loop.run()

main()
"""

WX = """\
import wx

def build():
    frame = wx.Frame(None, title="Program", size=(300, 200))
    button = wx.Button(frame, label="Click")
    button.Bind(wx.EVT_BUTTON, clicked)
    frame.Show()
"""

TK = """\
import tkinter

def build():
    root = tkinter.Tk()
    root.title("Program")
    root.geometry("300x200")
    tkinter.Button(root, text="Click", command=clicked).pack(fill="both", expand=True)
    return root
"""

QT_EMBEDDING = """
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg, NavigationToolbar2QT
from PyQt5.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.setWindowTitle("Program")
canvas = FigureCanvasQTAgg(fig)
window.setCentralWidget(canvas)
window.addToolBar(NavigationToolbar2QT(canvas, window))
window.show()
app.exec()
"""

GTK3_EMBEDDING = """
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk
from matplotlib.backends.backend_gtk3 import NavigationToolbar2GTK3
from matplotlib.backends.backend_gtk3agg import FigureCanvasGTK3Agg
window = Gtk.Window(title="Program")
window.set_default_size(500, 400)
window.connect("destroy", Gtk.main_quit)
box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
canvas = FigureCanvasGTK3Agg(fig)
box.pack_start(canvas, True, True, 0)
box.pack_start(NavigationToolbar2GTK3(canvas), False, False, 0)
window.add(box)
window.show_all()
Gtk.main()
"""

GTK4_EMBEDDING = """
import gi
gi.require_version("Gtk", "4.0")
from gi.repository import Gtk
from matplotlib.backends.backend_gtk4 import NavigationToolbar2GTK4
from matplotlib.backends.backend_gtk4agg import FigureCanvasGTK4Agg

def build(app):
    window = Gtk.ApplicationWindow(application=app, title="Program")
    window.set_default_size(500, 400)
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
    canvas = FigureCanvasGTK4Agg(fig)
    box.append(canvas)
    box.append(NavigationToolbar2GTK4(canvas))
    window.set_child(box)
    window.present()

app = Gtk.Application(application_id="org.example.embedding")
app.connect("activate", build)
app.run(None)
"""

WX_EMBEDDING = """
import wx
from matplotlib.backends.backend_wxagg import FigureCanvasWxAgg, NavigationToolbar2WxAgg
app = wx.App()
frame = wx.Frame(None, title="Program", size=(500, 400))
canvas = FigureCanvasWxAgg(frame, -1, fig)
toolbar = NavigationToolbar2WxAgg(canvas)
sizer = wx.BoxSizer(wx.VERTICAL)
sizer.Add(canvas, 1, wx.EXPAND)
sizer.Add(toolbar, 0, wx.EXPAND)
frame.SetSizer(sizer)
frame.Show()
app.MainLoop()
"""

TK_EMBEDDING = """
import tkinter
from matplotlib.backends.backend_tkagg import FigureCanvasTkAgg, NavigationToolbar2Tk
root = tkinter.Tk()
root.title("Program")
root.geometry("500x400")
canvas = FigureCanvasTkAgg(fig, master=root)
NavigationToolbar2Tk(canvas, root).pack(side="bottom")
canvas.get_tk_widget().pack(fill="both", expand=True)
root.mainloop()
"""

END = """
print("the loop", "has returned")
"""


@dataclass(frozen=True)
class Kit:
    """A toolkit, as the tests see it."""

    name: str
    """As on the command line."""
    backend: str
    """That of matplotlib, in lower case."""
    programs: Mapping[str, str]
    """Programs with a window "Program" that is all button, by the way in which they run their event loop."""
    embedding: str
    """A program that shows `fig` in a window "Program", after FIGURE."""
    widget: str
    """A statement that makes a widget, after `setup`."""
    setup: str
    """What it needs to be imported."""
    find_button: str
    """The body of a function that returns the place of the button `name` in the window of the toolbar `toolbar`."""
    save_title: str
    """The title of the dialog that saves a figure."""
    subplots_title: str = "Subplot configuration tool"
    """That of the dialog that configures subplots, if it is a figure with matplotlib's own sliders."""
    wheel_up: str = "up"
    """How matplotlib calls it when the mouse wheel is turned up."""
    places_windows: bool = True
    """Whether a window can be put somewhere on the screen."""
    buttons: Mapping[str, str] = field(default_factory=dict)
    """How the toolkit's toolbar calls the buttons, if not by their label."""


_QT_BUTTON = """
    widget = toolbar.widgetForAction(toolbar._actions[name])
    spot = widget.mapTo(toolbar.window(), widget.rect().center())
    return spot.x(), spot.y()
"""
_GTK3_BUTTON = """
    widget = toolbar._gtk_ids[name]
    size = widget.get_allocation()
    return widget.translate_coordinates(widget.get_toplevel(), size.width // 2, size.height // 2)
"""
_GTK4_BUTTON = """
    widget = toolbar._gtk_ids[name]
    return widget.translate_coordinates(widget.get_root(), widget.get_width() / 2, widget.get_height() / 2)
"""
_WX_BUTTON = """
    tools = [toolbar.GetToolByPos(i) for i in range(toolbar.GetToolPos(toolbar.wx_ids[name]))]
    corner = toolbar.GetTopLevelParent().ScreenToClient(toolbar.ClientToScreen((0, 0)))
    middle = toolbar.GetSize()[1] // 2  # they are squares, and separators are narrower; wxGTK does not tell more
    before = sum([15 if tool.IsSeparator() else 36 for tool in tools])
    return corner.x + before + middle, corner.y + middle
"""
_TK_BUTTON = """
    widget = toolbar._buttons[name]
    top = widget.winfo_toplevel()
    top.update_idletasks()  # or it may be where it was made
    return (widget.winfo_rootx() - top.winfo_rootx() + widget.winfo_width() // 2,
            widget.winfo_rooty() - top.winfo_rooty() + widget.winfo_height() // 2)
"""

KITS = [
    Kit(
        name="qt",
        backend="qtagg",
        programs={
            "exec_": QT + "status = app.exec_()\n",
            "main": "def main():\n" + "".join(f"    {line}\n" for line in QT.splitlines()) + "    app.exec()\nmain()\n",
        },
        embedding=QT_EMBEDDING,
        setup="from PyQt5.QtWidgets import QLabel",
        widget="QLabel('x')",
        find_button=_QT_BUTTON,
        save_title="Choose a filename",
        subplots_title="",
        buttons={
            "Home": "home",
            "Back": "back",
            "Forward": "forward",
            "Pan": "pan",
            "Zoom": "zoom",
            "Save": "save_figure",
            "Subplots": "configure_subplots",
        },
    ),
    Kit(
        name="gtk3",
        backend="gtk3agg",
        programs={
            "Gtk.main": GTK3 + "build().connect('destroy', Gtk.main_quit)\nGtk.main()\n",
            "Application": GTK3 + GTK_APPLICATION,
            "MainLoop": GTK3 + GTK_LOOP.format("destroy"),
        },
        embedding=GTK3_EMBEDDING,
        setup="from gi.repository import Gtk",
        widget="Gtk.Label(label='x')",
        find_button=_GTK3_BUTTON,
        save_title="Save the figure",
    ),
    Kit(
        name="gtk4",
        backend="gtk4agg",
        programs={
            "Application": GTK4 + GTK_APPLICATION,
            "MainLoop": GTK4 + GTK_LOOP.format("close-request"),
        },
        embedding=GTK4_EMBEDDING,
        setup="from gi.repository import Gtk",
        widget="Gtk.Label(label='x')",
        find_button=_GTK4_BUTTON,
        save_title="Save the figure",
        places_windows=False,
        wheel_up="down",
    ),
    Kit(
        name="wx",
        backend="wxagg",
        programs={
            "MainLoop": WX + "app = wx.App()\nbuild()\napp.MainLoop()\n",
            "OnInit": WX
            + "class Program(wx.App):\n    def OnInit(self):\n        build()\n        return True\n\n"
            + "def main():\n    app = Program(False)\n    app.MainLoop()\n\nmain()\n",
        },
        embedding=WX_EMBEDDING,
        setup="import wx",
        widget="wx.Frame(None)",
        find_button=_WX_BUTTON,
        save_title="Save to file",
    ),
    Kit(
        name="tk",
        backend="tkagg",
        programs={
            "root.mainloop": TK + "root = build()\nroot.mainloop()\n",
            "tkinter.mainloop": TK + "def main():\n    root = build()\n    tkinter.mainloop()\n\nmain()\n",
        },
        embedding=TK_EMBEDDING,
        setup="import tkinter",
        widget="tkinter.Tk()",
        find_button=_TK_BUTTON,
        save_title="Save the figure",
    ),
]


def program(kit: Kit, name: str) -> str:
    """The source of a program."""
    return ACTION + kit.programs[name] + END
