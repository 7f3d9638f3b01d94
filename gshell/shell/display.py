"""What a cell's last expression shows: `Out[n]`, and `_`, `__`, `___`."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from gshell.imports import when_imported
from gshell.settings import Settings
from gshell.shell.default_colours import END, TITLE, TITLE_BOLD
from gshell.shell.events import Event
from gshell.shell.namespace import Namespace
from gshell.streams import show, to_terminal, visible
from gshell.threads.protection import protected

_COMMENT = re.compile(rb"#.*")
_LAST = ("_", "__", "___")


class Display:
    """The session's sys.displayhook."""

    def __init__(self, namespace: Namespace, settings: Settings) -> None:
        """`namespace` is where the values get their names."""
        self.outputs: dict[int, Any] = {}
        self.shown = Event[[str]]()
        """Called with the text of a value that was shown."""
        self._number = 0
        self._digits: int | None = None
        self._namespace = namespace
        self._settings = settings
        self._last: list[Any] = [None, None, None]
        self._widths = [_Width("numpy", _numpy_width, 75), _Width("pandas", _pandas_width, 80)]
        namespace.give({"Out": self.outputs, "_oh": self.outputs})

    @property
    def number(self) -> int:
        """The number of the cell that runs."""
        return self._number

    def begin(self, number: int) -> None:
        """Have the values that are shown from now on be those of the cell of this number."""
        self._number = number
        if not callable(getattr(sys, "displayhook", None)):  # the user's code has deleted it, or put there what is none
            sys.displayhook = self

    def show_digits(self, digits: int | None) -> None:
        """Show floats with so many digits after the point; None: as Python does."""
        self._digits = digits

    def __call__(self, value: object) -> None:
        """Show a value and remember it.  In the worker, as part of the user's code: `repr` is theirs."""
        if value is None:
            return
        if self._namespace.is_looked_at:  # the value of a look has no number
            self._remember_last(value)
            self.show(value)
            return
        # First: whoever gets tired of how long the repr of a result takes, still has the result.
        if value is not self.outputs:
            self._remember(value)
        self.fit()
        text, cut = self._text(value)
        shown = visible(text, colours=True) if to_terminal() else text
        sys.stdout.write(self._prefix() + ("\n" if "\n" in shown else "") + shown + "\n")
        self.shown(text)
        if cut:
            sys.stdout.write(f"... (cut, see max_lines in %config; print(_{self.number}) shows all)\n")

    def show(self, *values: object, **_: object) -> None:
        """Print values as a cell would show them: what `display()` of a notebook does, where there are no pictures."""
        self.fit()
        for value in values:
            text, cut = self._text(value)
            show(text + "\n... (cut, see max_lines in %config; print() shows all)" * cut, colours=True)

    def fit(self) -> None:
        """Have numpy and pandas use the whole width of the terminal, if the user has not said another."""
        if to_terminal():
            for width in self._widths:
                width.fit(_terminal_width())

    def fit_new_modules(self) -> None:
        """Do so also as soon as they are imported, for what the same cell prints."""
        for width in self._widths:
            when_imported(width.module, lambda _: self.fit())

    def fit_no_more(self) -> None:
        """Have them use the width again that they begin with."""
        for width in self._widths:
            width.fit(width.default)

    def forget(self, unwanted: Callable[[object], bool], *, last: bool = False) -> None:
        """Forget the values for which `unwanted()` is true; of the last three (`_`, `__`, `___`) only with `last`."""
        if last:
            self._last = [None if unwanted(value) else value for value in self._last]
        for number, value in list(self.outputs.items()):
            if unwanted(value):
                del self.outputs[number]
                self._namespace.names.pop(f"_{number}", None)

    @protected
    def clear(self) -> None:
        """Forget all values, the last three too."""
        for name in (*_LAST, *(f"_{number}" for number in self.outputs)):
            self._namespace.names.pop(name, None)
        self.outputs.clear()
        self._last = [None, None, None]

    @protected
    def _remember(self, value: object) -> None:
        """Keep a value as `_` and as `_n`."""
        self._remember_last(value)
        self._namespace.names[f"_{self.number}"] = self.outputs[self.number] = value

    @protected
    def _remember_last(self, value: object) -> None:
        """Keep a value as `_`, unless that is the user's own (as with gettext)."""
        names = self._namespace.session
        ours = all(names.get(name, last) is last for name, last in zip(_LAST, self._last, strict=True))
        if ours and not hasattr(builtins, "_"):
            self._last = [value, *self._last[:2]]
            names.update(zip(_LAST, self._last, strict=True))

    def bring_back(self, outputs: Mapping[int, object]) -> None:
        """Have values again that another session has shown, by the numbers of its cells.  Before the first cell."""
        self.outputs.update(outputs)
        self._namespace.names.update({f"_{number}": value for number, value in outputs.items()})

    def _text(self, value: object) -> tuple[str, bool]:
        from gshell.shell.pretty import cut_text, plain, pretty  # no start needs it

        lines = self._settings.max_lines
        own = _own_text(value)
        if own is not None:
            return cut_text(own, lines)
        if not self._settings.pretty:
            return plain(value, lines)
        width = _terminal_width() if to_terminal() else 80
        return pretty(value, width - len(f"Out[{self.number}]: "), lines, self._digits, self._narrowed)

    @contextmanager
    def _narrowed(self, value: object, columns: int) -> Iterator[None]:
        """Have a table or an array that is somewhere in a container not be wider than what is left there."""
        library = type(value).__module__.partition(".")[0]
        widths = [width for width in self._widths if width.module == library] if to_terminal() else []
        for width in widths:
            width.fit(columns)
        try:
            yield
        finally:
            for width in widths:
                width.fit(_terminal_width())

    def _prefix(self) -> str:
        if self._settings.colors == "none" or not to_terminal():
            return f"Out[{self.number}]: "
        return f"{TITLE}Out[{TITLE_BOLD}{self.number}{END}{TITLE}]: {END}"


def is_silenced(source: str, last: ast.stmt) -> bool:
    """Whether a semicolon follows the last statement of a cell, so that its value is not shown.

    Behind a statement there is nothing but brackets that it is in, comments, and semicolons: no string, in particular.
    """
    lines = source.replace("\r\n", "\n").replace("\r", "\n").encode(errors="surrogatepass").split(b"\n")
    assert last.end_lineno is not None and last.end_col_offset is not None
    rest = [lines[last.end_lineno - 1][last.end_col_offset :], *lines[last.end_lineno :]]
    return any(b";" in _COMMENT.sub(b"", line) for line in rest)


def _own_text(value: Any) -> str | None:
    """The text that an object has beside pictures and the like, for every kind of front end (IPython's protocol)."""
    for cls in type.__dict__["__mro__"].__get__(type(value)):
        # In the class: a Mock, or a proxy of something far away, has every attribute that one asks for.
        if "_repr_mimebundle_" in vars(cls):
            bundle = value._repr_mimebundle_(include=None, exclude=None)
            bundle = bundle[0] if isinstance(bundle, tuple) else bundle
            text = bundle.get("text/plain") if isinstance(bundle, dict) else None
            return text if isinstance(text, str) else None
    return None


def _terminal_width() -> int:
    import shutil  # and with it bz2 and lzma, which no start needs

    return shutil.get_terminal_size().columns


class _Width:
    """The width that a library prints its tables with."""

    def __init__(self, module: str, access: Callable[[ModuleType, int | None], object], default: int) -> None:
        self.module = module
        self._access = access
        self.default = self._ours = default

    def fit(self, width: int) -> None:
        """Set it to `width` if it is what we, or the library itself, have set it to.

        Its own it may be again although we have set it: numpy's is a context variable, and another worker has another.
        """
        module = sys.modules.get(self.module)
        try:
            if module is not None and self._access(module, None) in (self.default, self._ours):
                self._access(module, width)
                self._ours = width
        except Exception:
            pass  # it is being imported, or is something else by that name


def _numpy_width(numpy: ModuleType, width: int | None) -> object:
    if width is not None:
        numpy.set_printoptions(linewidth=width)
    return numpy.get_printoptions()["linewidth"]


def _pandas_width(pandas: ModuleType, width: int | None) -> object:
    if width is not None:
        pandas.set_option("display.width", width)
    return pandas.get_option("display.width")
