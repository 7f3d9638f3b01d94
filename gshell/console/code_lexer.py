"""The tokens of the code that is typed, found anew only where it has changed.

prompt_toolkit's own lexer begins at the top of the cell with every key, and goes on to its end: in a cell of a thousand
lines that takes a tenth of a second.  This one keeps the tokens of the text before, begins at a line above the first
that differs, goes no further than the lines that are asked for, and takes the old tokens again where the rest of the
text is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.styles.pygments import pygments_token_to_classname
from pygments.lexer import ExtendedRegexLexer, LexerContext
from pygments.lexers.python import PythonLexer

Find = Callable[[LexerContext], Iterator[Any]]
"""Finds tokens: (where, kind, text)."""

_ROOT = ["root"]


class _Python(ExtendedRegexLexer, PythonLexer):
    """pygments' lexer, which tells in its context what state it is in."""


class _Code:
    """A text, and the tokens of its first lines: as many as somebody has asked for."""

    def __init__(self, text: str, lines: list[str], before: _Code | None, tokens: Find) -> None:
        """`before`: the text before this one; `tokens(context)` finds tokens."""
        self.lines = lines
        self.found: list[StyleAndTextTuples] = []
        self.whole: list[bool] = []
        """For each line found: whether its tokens are the same whatever is above it."""
        self._text = text
        self._tokens = tokens
        self._old: _Code | None = before
        self._same_end = 0  # how many of the last lines are as before
        if before is not None:
            top = _common(lines, before.lines, 1)
            self._same_end = min(_common(lines, before.lines, -1), len(lines) - top, len(before.lines) - top)
            # A token may look at the line after it.
            self._take(before, 0, before.last_whole(top - 1))
        self._lexing = self._lex()

    def line(self, index: int) -> StyleAndTextTuples:
        """The tokens of a line."""
        while len(self.found) <= index:
            if next(self._lexing, None) is None:
                return []
        return self.found[index]

    @property
    def complete(self) -> bool:
        """Whether all lines have been found."""
        return len(self.found) >= len(self.lines)

    def last_whole(self, index: int) -> int:
        """The last line up to `index` that was found, and can be lexed without those above it; 0 if there is none."""
        index = min(index, len(self.whole) - 1)
        while index > 0 and not self.whole[index]:
            index -= 1
        return max(index, 0)

    def _take(self, old: _Code, begin: int, end: int) -> None:
        self.found += old.found[begin:end]
        self.whole += old.whole[begin:end]

    def _lex(self) -> Iterator[bool]:
        """Find tokens, and say now and then that some more lines have been found."""
        while not self.complete:
            yield from self._lex_from(len(self.found))
        self._old = None

    def _lex_from(self, begin: int) -> Iterator[bool]:
        """The same from a line on that can be lexed without those above it, until old tokens could be taken."""
        at = sum(map(len, self.lines[:begin])) + begin
        context = LexerContext(self._text, at)
        line: StyleAndTextTuples = []
        whole = False
        for index, token, value in self._tokens(context):
            if index == at:  # the line's first token
                whole = context.stack == _ROOT
                if whole and len(self.found) > begin and self._take_old():
                    yield True
                    return
            style = _style(token)
            first, *others = value.split("\n")
            if first:
                line.append((style, first))
            for other in others:
                self.found.append(line)
                self.whole.append(whole)
                line, whole = [(style, other)] if other else [], False
            if others:
                at = index + len(value) - len(others[-1])
                if others[-1]:
                    at = -1  # the next line begins within this token
                yield True
        self.found.append(line)
        self.whole.append(whole)
        yield True

    def _take_old(self) -> bool:
        """Take the old tokens from here on, if the rest of the text is as before; whether there were any."""
        here, old = len(self.found), self._old
        if old is None or here < len(self.lines) - self._same_end:
            return False
        there = here - len(self.lines) + len(old.lines)
        end = len(old.found) if old.complete else old.last_whole(len(old.found))
        if there >= end or not old.whole[there]:
            return False
        self._take(old, there, end)
        return True


class CodeLexer(Lexer):
    """Finds the tokens of Python code, for prompt_toolkit."""

    def __init__(self) -> None:
        self._python = _Python(stripnl=False, stripall=False, ensurenl=False)
        self._last: _Code | None = None

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        self._last = _Code(document.text, document.lines, self._last, self._find)
        return self._last.line

    def _find(self, context: LexerContext) -> Iterator[Any]:
        found: Iterator[Any] = self._python.get_tokens_unprocessed(context=context)
        return found


def _common(some: list[str], others: list[str], step: int) -> int:
    """How many lines two texts have in common, from their beginning (step 1) or their end (-1)."""
    count = 0
    for one, other in zip(some[::step], others[::step], strict=False):
        if one != other:
            break
        count += 1
    return count


_styles: dict[Any, str] = {}


def _style(token: Any) -> str:
    if token not in _styles:
        _styles[token] = "class:" + pygments_token_to_classname(token)
    return _styles[token]
