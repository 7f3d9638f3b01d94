"""Python code in the colours of the user's style, for a terminal: the one place that asks pygments for them."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from gshell.shell.default_colours import CODE
from gshell.streams import is_terminal, to_terminal

if TYPE_CHECKING:
    from pygments.formatter import Formatter
    from pygments.lexer import Lexer
    from pygments.style import Style

    from gshell.settings import Settings

Tokens = Iterable[tuple[Any, str]]
"""Pieces of text with what they are, a type of pygments' each."""


@functools.cache
def python_lexer() -> Lexer:
    """What finds the tokens in Python code; it leaves every character where it is.  From any thread."""
    from pygments.lexers.python import PythonLexer

    return PythonLexer(stripnl=False, ensurenl=False)


@functools.cache
def _formatter(style: str) -> Formatter[str]:
    from pygments.formatters.terminal256 import Terminal256Formatter
    from pygments.util import ClassNotFound

    if style != "default":
        with suppress(ClassNotFound):  # the settings file says what no pygments knows
            return Terminal256Formatter(style=style)
    return Terminal256Formatter(style=_default_style())


def _default_style() -> type[Style]:
    from pygments.style import Style
    from pygments.token import string_to_tokentype

    class Default(Style):
        styles = {string_to_tokentype(name): look for name, look in CODE.items()}  # noqa: RUF012

    return Default


def in_colours(tokens: Tokens, style: str) -> str:
    """Text for a terminal, in a style of pygments'.  From any thread."""
    out = io.StringIO()
    _formatter(style).format(iter(tokens), out)
    return out.getvalue()


def coloured_code(code: str, style: str) -> str:
    """Python code in a style of pygments'.  From any thread."""
    return in_colours(python_lexer().get_tokens(code), style)


def wants_colours(settings: Settings) -> bool:
    """Whether what is printed should be coloured.  In the worker."""
    return settings.colors != "none" and to_terminal()


def coloured(settings: Settings, code: str) -> str:
    """Python code in colours, if what is printed should have any.  In the worker."""
    return coloured_code(code, settings.colors) if wants_colours(settings) else code


def coloured_lines(settings: Settings, lines: Iterable[str], file: object) -> list[str]:
    """Lines of Python, without their ends; in colour if `file` is a terminal.  From any thread."""
    source = [line.rstrip("\n") for line in lines]
    if settings.colors == "none" or not is_terminal(file):
        return source
    shown = coloured_code("\n".join(source), settings.colors).split("\n")
    return shown if len(shown) == len(source) else source
