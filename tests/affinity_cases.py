"""What test_affinity.py does with each toolkit: objects made on the GUI thread, and uses of them at the prompt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A toolkit's objects, and what is done with them."""

    begin: str
    """A line that is run at the prompt: imports."""
    make: str
    """A cell that is run on the GUI thread."""
    uses: Mapping[str, str]
    """Expressions for the prompt, and their values."""
    refused: tuple[str, ...]
    """Expressions that are a RuntimeError at the prompt."""
    needs_windows: tuple[str, ...]
    """Expressions that are a RuntimeError, and not the end of the process, in a session without windows."""
    widgets: str
    """An expression for many widgets, on the GUI thread."""


COMMON = """\
import os, threading, time, gshell
got = []
def here(): return threading.get_native_id() == os.getpid()
def until(condition=lambda: got):
    end = time.monotonic() + 30
    while not condition() and time.monotonic() < end: time.sleep(0.01)
    return condition()
"""
"""Before `begin`: `here()` says whether that is the GUI thread, `got` is for slots, until() waits for something."""

_QT = Case(
    begin="from PyQt5.QtCore import *; from PyQt5.QtGui import *; from PyQt5.QtWidgets import *",
    make="""\
app = QApplication.instance()
class Named(QLabel):
    renamed = pyqtSignal(str)
    kind = "named"
    def rename(self, text):
        super().setText(text + "!")
        self.renamed.emit(text)
        return here()
    @property
    def name(self):
        return super().text(), here()
    @name.setter
    def name(self, text):
        super().setText(f"{text} {here()}")
    @staticmethod
    def where():
        return here()
    def heightForWidth(self, width):  # virtual
        got.append(here())
        return 10
    def __getattr__(self, name):
        if name.startswith("made_"):
            return self.rename
        raise AttributeError(name)
class Ticker(QTimer):
    def __init__(self):
        super().__init__()
        self.ticks = 0
        self.timeout.connect(self.tick)
    def tick(self): self.ticks += here()
    def start(self, interval): super().start(interval)
class Thread(QThread):
    progress = pyqtSignal(int)
    def run(self):
        self.progress.emit(int(QThread.currentThread() is self and not here()))
        self.msleep(1)
class Job(QObject):
    ready = pyqtSignal(bool)
    def work(self): self.ready.emit(not here())
    def compute(self): return here()
label, named, edit, combo, bar = QLabel("a"), Named(), QTextEdit(), QComboBox(), QProgressBar()
combo.addItems(["a", "b"])
tree = QTreeWidget()
item = QTreeWidgetItem(tree, ["item"])
""",
    uses={
        # methods
        "label.setText('b'), label.text()": "(None, 'b')",
        "edit.setPlainText('x'), edit.clear(), edit.append('y'), edit.toPlainText()": "(None, None, None, 'y')",
        "[bar.setValue(each) for each in range(100)][-1], bar.value(), bar.repaint()": "(None, 99, None)",
        "list(map(label.setText, ['p', 'q'])), label.text()": "([None, None], 'q')",
        "QLabel.setText(label, 'unbound'), label.text(), QWidget.width(label) == label.width()": (
            "(None, 'unbound', True)"
        ),
        "len(combo), combo.count(), combo.itemText(1)": "(2, 2, 'b')",
        "label.setText.__name__, callable(label.setText), label.setText == label.setText": "('setText', True, True)",
        # subclasses
        "named.rename('c'), named.text(), Named.rename(named, 'd')": "(True, 'c!', False)",
        "named.kind, named.where(), Named.where(), isinstance(named, QLabel)": "('named', False, False, True)",
        "named.name, setattr(named, 'name', 'set'), named.text()": "(('d!', True), None, 'set True')",
        "named.made_up('e'), hasattr(named, 'other'), vars(named)": "(True, False, {})",
        "got.clear(), named.heightForWidth(5), got": "(None, 10, [True])",
        # static functions
        "type(QApplication.clipboard()).__name__, QApplication.instance() is app": "('QClipboard', True)",
        "label in QApplication.allWidgets(), QApplication.processEvents()": "(True, None)",
        "QStyleFactory.create('fusion').objectName(), QCursor.pos().x() >= 0": "('fusion', True)",
        # parts of widgets, which are no QObjects
        "item.text(0), item.setText(0, 'new'), tree.topLevelItem(0) is item, item.text(0)": (
            "('item', None, True, 'new')"
        ),
        "QTreeWidgetItem(item, ['child']).text(0), item.childCount()": "('child', 1)",
        "edit.clear(), (cursor := edit.textCursor()).insertText('typed'), edit.toPlainText()": "(None, None, 'typed')",
        "(scene := QGraphicsScene()).addRect(0, 0, 5, 5).setPos(3, 4), scene.items()[0].x()": "(None, 3.0)",
        "(model := QStandardItemModel()).appendRow(QStandardItem('r')), model.item(0).text()": "(None, 'r')",
        # values, which belong to nobody
        "QPoint(1, 2).x(), QColor('red').name(), (image := QImage(4, 4, 4)).width()": "(1, '#ff0000', 4)",
        "(p := QPainter(image)).fillRect(0, 0, 4, 4, QColor('red')), p.end(), image.pixelColor(1, 1).red()": (
            "(None, True, 255)"
        ),
        # signals
        "got.clear(), named.renamed.connect(got.append) and 1, named.renamed.emit('s'), got": "(None, 1, None, ['s'])",
        "named.renamed.disconnect(got.append), named.renamed.emit('t'), got": "(None, None, ['s'])",
        "label.linkActivated.connect(edit.append) and 1, label.linkActivated.emit('u'), edit.toPlainText()[-1]": (
            "(1, None, 'u')"
        ),
        "got.clear(), combo.activated[str].connect(got.append) and 1, combo.activated[str].emit('v'), got": (
            "(None, 1, None, ['v'])"
        ),
        # an event loop's
        "got.clear(), QTimer.singleShot(1, lambda: got.append(here())), until()": "(None, None, [True])",
        "(timer := QTimer()).thread() is app.thread(), timer.isActive(), timer.start(1000), timer.isActive()": (
            "(True, False, None, True)"
        ),
        "timer.stop(), timer.isActive(), QTimer(app).parent() is app, QObject().startTimer(5) > 0": (
            "(None, False, True, True)"
        ),
        "(ticker := Ticker()).start(1), until(lambda: ticker.ticks > 2), ticker.stop()": "(None, True, None)",
        # Again and again: the timer may fire before the loop is begun, and nothing comes of that.
        "(loop := QEventLoop()) and (ends := QTimer()).timeout.connect(lambda: loop.exit(7)) and 1, ends.start(5), "
        "loop.exec_(), ends.stop()": "(1, None, 7, None)",
        # threads
        "got.clear(), (thread := Thread()).progress.connect(got.append) and 1, thread.start(), thread.wait()": (
            "(None, 1, None, True)"
        ),
        "until(), thread.isFinished(), QThread().wait(10)": "([1], True, True)",
        "(job := Job()).moveToThread(own := QThread()), own.started.connect(job.work) and 1, job.compute()": (
            "(None, 1, False)"
        ),
        "got.clear(), job.ready.connect(lambda apart: got.append((apart, here()))) and 1, own.start(), until()": (
            "(None, 1, None, [(True, True)])"
        ),
        "own.quit(), own.wait(), own.isRunning()": "(None, True, False)",
    },
    refused=("QLabel('x')", "Named()", "QMainWindow()", "QTreeWidget()"),
    needs_windows=(
        "QPushButton('x')",
        "QMainWindow()",
        "QPixmap(5, 5)",
        "QGraphicsScene()",
        "QFontDatabase()",
        "QFontMetrics(QFont())",
        "QMovie()",
        "QSystemTrayIcon()",
        "QWindow()",
        "QApplication([])",
        "QApplication.clipboard()",
        "QCursor.pos()",
        "QFileDialog.getOpenFileName()",
        "QInputDialog.getText(None, 'a', 'b')",
        "QMessageBox.question(None, 'a', 'b')",
        "QPainter(QImage(4, 4, 4)).drawText(1, 1, 'x')",
        "QStyleFactory.create('fusion')",
        "QToolTip.showText(QPoint(1, 1), 'x')",
    ),
    widgets=(
        "[globals()[name]() for name in 'QCalendarWidget QCheckBox QComboBox QDateEdit QDial QDockWidget QFrame"
        " QGroupBox QLabel QLCDNumber QLineEdit QListWidget QMainWindow QMenuBar QPlainTextEdit QProgressBar"
        " QPushButton QRadioButton QScrollArea QSlider QSpinBox QSplitter QStatusBar QTabWidget QTableWidget"
        " QTextBrowser QTextEdit QToolBar QToolBox QTreeWidget QWidget'.split()]"
    ),
)

_GTK = """\
class Named(Gtk.Button):
    __gtype_name__ = f"Named{time.monotonic_ns()}"
    def rename(self, text):
        super().set_label(text + "!")
        return here()
    @property
    def name_there(self):
        return super().get_label(), here()
button, named, view, entry, label = Gtk.Button(label="a"), Named(), Gtk.TextView(), Gtk.Entry(), Gtk.Label(label="l")
box = Gtk.Box()
"""
_GTK_USES = {
    "button.set_label('b'), button.get_label(), button.props.label": "(None, 'b', 'b')",
    "setattr(button.props, 'label', 'p'), button.set_property('name', 'n'), button.get_property('label')": (
        "(None, None, 'p')"
    ),
    "Gtk.Button.set_label(button, 'unbound'), Gtk.Button.get_label(button)": "(None, 'unbound')",
    "named.rename('c'), named.name_there, isinstance(named, Gtk.Button)": "(True, ('c!', True), True)",
    "Gtk.Button.new_with_label('made').get_label()": "'made'",
    "(text := view.get_buffer()).set_text('x'), text.get_start_iter().get_char(), text.get_char_count()": (
        "(None, 'x', 1)"
    ),
    "(store := Gtk.ListStore(str)).append(['r']) and 1, store[0][0], len(store)": "(1, 'r', 1)",
    "button.connect('clicked', lambda *_: got.append(here())) > 0, button.emit('clicked'), got": "(True, None, [True])",
    "got.clear(), GLib.timeout_add(1, lambda: got.append(here())) > 0, until()": "(None, True, [True])",
    "Gdk.Display.get_default().get_name() == os.environ['DISPLAY']": "True",
}
_GTK_REFUSED = ("Gtk.Button(label='x')", "Named()", "Gtk.Window()")
_GTK_NEEDS = (
    *(f"Gtk.{name}()" for name in ["Button", "Window", "Label", "Entry", "Box", "TextView"]),
    "Gtk.Button.new()",
)

_GTK_WIDGETS = (
    "[getattr(Gtk, name)() for name in 'Box Button CheckButton Entry Label Scale SpinButton Switch TextView"
    " ToggleButton LevelBar ProgressBar Spinner Image Frame Notebook Stack DrawingArea SearchEntry Grid'.split()]"
)

_WX = Case(
    begin="import wx",
    make="""\
class Named(wx.Button):
    def rename(self, text):
        super().SetLabel(text + "!")
        return here()
    @property
    def name_there(self):
        return super().GetLabel(), here()
frame = wx.Frame(None, title="Frame")
button, named, text = wx.Button(frame, label="a"), Named(frame), wx.TextCtrl(frame)
""",
    uses={
        "button.SetLabel('b'), button.GetLabel(), button.Label, wx.Window.GetLabel(button)": "(None, 'b', 'b', 'b')",
        "setattr(button, 'Label', 'set'), button.GetLabel(), button.GetParent() is frame": "(None, 'set', True)",
        "named.rename('c'), named.name_there": "(True, ('c!', True))",
        "text.SetValue('x'), text.AppendText('y'), text.Value": "(None, None, 'xy')",
        "(sizer := wx.BoxSizer(wx.VERTICAL)).Add(button) and 1, frame.SetSizer(sizer), frame.Layout()": (
            "(1, None, True)"
        ),
        "(menu := wx.Menu()).Append(5, 'item') and 1, menu.GetMenuItemCount(), wx.Bitmap(5, 5).GetWidth()": "(1, 1, 5)",
        "frame in wx.GetTopLevelWindows(), wx.Display.GetCount() > 0, wx.GetDisplaySize().width > 0": (
            "(True, True, True)"
        ),
        "wx.Image(5, 5).GetWidth(), wx.Colour(1, 2, 3).Red(), wx.Size(1, 2).width": "(5, 1, 1)",
        "frame.Bind(wx.EVT_TIMER, lambda event: got.append(here())), (timer := wx.Timer(frame)).StartOnce(1)": (
            "(None, True)"
        ),
        "until(), timer.IsRunning()": "([True], False)",
        "got.clear(), wx.CallLater(1, lambda: got.append(here())) and 1, until()": "(None, 1, [True])",
    },
    refused=("wx.Frame(None)", "Named(frame)", "wx.Button(frame)"),
    needs_windows=("wx.Frame(None)", "wx.Dialog(None)", "wx.MessageBox('x')", "wx.Bitmap(5, 5)"),
    widgets=(
        "[getattr(wx, name)(frame) for name in 'Button CheckBox Choice ComboBox Gauge ListBox Notebook Panel"
        " RadioButton Slider SpinCtrl StaticText TextCtrl ToggleButton TreeCtrl ListCtrl StaticBox SearchCtrl'.split()]"
    ),
)

_TK = Case(
    begin="import tkinter",
    make="""\
class Named(tkinter.Button):
    def rename(self, text):
        super().configure(text=text + "!")
root = tkinter.Tk()
button, named, entry, text = tkinter.Button(root, text="a"), Named(root), tkinter.Entry(root), tkinter.Text(root)
variable = tkinter.StringVar(root, "v")
""",
    uses={
        "button.configure(text='b'), button['text'], button.cget('text'), root.title('t')": "(None, 'b', 'b', '')",
        "named.rename('c'), named['text'], tkinter.Button.cget(named, 'text')": "(None, 'c!', 'c!')",
        "entry.insert(0, 'x'), entry.get(), text.insert('end', 'y'), text.get('1.0')": "(None, 'x', None, 'y')",
        "variable.set('w'), variable.get(), root.winfo_exists(), button.pack()": "(None, 'w', 1, None)",
        "root.after(1, lambda: got.append(here())) != '', until()": "(True, [True])",
        "[button.configure(text=str(each)) for each in range(100)][-1], button['text']": "(None, '99')",
    },
    refused=("tkinter.Label(root)", "Named(root)", "tkinter.Tk()"),
    needs_windows=("tkinter.Tk()", "tkinter.Label()"),
    widgets=(
        "[getattr(tkinter, name)(root) for name in 'Button Canvas Checkbutton Entry Frame Label Listbox Scale Scrollbar"
        " Spinbox Text Radiobutton'.split()]"
    ),
)

CASES = {
    "qt": _QT,
    "gtk3": Case(
        "from gi.repository import Gdk, GLib, Gtk",
        _GTK,
        {**_GTK_USES, "Gtk.events_pending() in (True, False), len(box.get_children())": "(True, 0)"},
        _GTK_REFUSED,
        _GTK_NEEDS,
        _GTK_WIDGETS,
    ),
    "gtk4": Case("from gi.repository import Gdk, GLib, Gtk", _GTK, _GTK_USES, _GTK_REFUSED, _GTK_NEEDS, _GTK_WIDGETS),
    "wx": _WX,
    "tk": _TK,
}
