"""Looks: code that runs in the names of the running command, which stands still meanwhile and then goes on."""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from types import FrameType
from typing import Any, Protocol

from gshell.code_origin import is_users
from gshell.settings import Settings
from gshell.shell.caller import RunningCode
from gshell.shell.display import Display, is_silenced
from gshell.shell.errors import UsageError
from gshell.shell.namespace import Namespace
from gshell.shell.tracebacks import print_exception
from gshell.streams import flush, show, standard_streams
from gshell.threads.location import where_in
from gshell.threads.protection import interruptible, protected

_FILE = "<beside>"
"""What tracebacks call the code of a look."""
_SHOWN = 60
"""Characters of a watched value that are shown."""


class Transforms(Protocol):
    """Makes Python of what was typed."""

    def transform(self, text: str) -> str:
        """The source; from any thread."""


class Looks:
    """Carries them out.  In the worker, or on the GUI thread in its turn; while the code of the frame stands still."""

    def __init__(self, cells: Transforms, display: Display, settings: Settings, namespace: Namespace) -> None:
        """`namespace`: the session's names, which are known besides."""
        self._namespace = namespace
        self._cells = cells
        self._display = display
        self._settings = settings

    @protected
    def run(self, text: str, frame: FrameType, own_lines: Callable[[], AbstractContextManager[None]]) -> None:
        """Run what was typed in the names of a frame; show its value, or what it raises, in lines of their own."""
        flush(standard_streams()[1])
        with own_lines():
            self._run(text, frame)

    @protected
    def _run(self, text: str, frame: FrameType) -> None:
        place = RunningCode(frame, self._namespace.session)
        linecache.cache[_FILE] = (len(text), None, [f"{line}\n" for line in text.splitlines()], _FILE)
        try:
            try:
                with self._namespace.looked_at(place.names):
                    _interruptibly(lambda: self._execute(text, place.names))
            finally:
                place.store()
        except SystemExit:
            show("gshell: that ends no running command; %stop stops it", file=sys.stderr)
        except KeyboardInterrupt:
            show("KeyboardInterrupt: the look has ended, the command goes on", file=sys.stderr)
        except UsageError as error:
            show(error, file=sys.stderr)
        except BaseException as error:
            print_exception(error, sys.stderr, self._settings)
            if isinstance(error, NameError) and (place_of := _who_knows(error.name, frame.f_back)) is not None:
                show(f"gshell: there is a {error.name} in {where_in(place_of)}; %up goes there", file=sys.stderr)
        finally:
            for stream in standard_streams()[1:]:
                flush(stream)

    def _execute(self, text: str, names: dict[str, Any]) -> None:
        source = self._cells.transform(text)
        tree = compile(source, _FILE, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        assert isinstance(tree, ast.Module)
        last = tree.body[-1] if tree.body else None
        last = tree.body.pop() if isinstance(last, ast.Expr) and not is_silenced(source, last) else None
        exec(compile(tree, _FILE, "exec", dont_inherit=True), names)
        if last is not None:
            exec(compile(ast.Interactive([last]), _FILE, "single", dont_inherit=True), names)

    @protected
    def value(self, expression: str, frame: FrameType) -> str:
        """The value of an expression in a frame, in a few characters; or what it raises, but for KeyboardInterrupt.

        Raises NameError for a name that is not known there.
        """
        place = RunningCode(frame, self._namespace.session)
        try:
            text = _interruptibly(lambda: repr(eval(expression, place.names)))
        except (KeyboardInterrupt, NameError):
            raise
        except BaseException as error:
            text = type(error).__name__
        text = " ".join(text.split())
        return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def users_frames(frame: FrameType | None) -> list[FrameType]:
    """Those of the user's code, from the innermost outward."""
    return [each for each in _outward(frame) if is_users(each.f_code.co_filename)]


def _who_knows(name: str | None, frame: FrameType | None) -> FrameType | None:
    """The next function of the user's, from a frame outward, that has such a variable."""
    return next((each for each in users_frames(frame) if name in each.f_locals), None)


def _outward(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


@interruptible
def _interruptibly(function: Callable[[], Any]) -> Any:
    return function()
