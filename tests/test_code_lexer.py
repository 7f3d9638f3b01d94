"""The tokens of the code that is typed: those of the whole text, found again where it has changed only."""

from __future__ import annotations

import argparse
import inspect
import random
from collections.abc import Iterator
from typing import Any

import pytest
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexer import LexerContext
from pygments.lexers.python import PythonLexer

from gshell.console.code_lexer import CodeLexer

SOURCE = inspect.getsource(argparse)
PIECES = ["'''", '"', '"""', "'", "(", "f'{", "@", "#", "\\", "x", "é", "$", "b'''", "class", "import", "%%bash"]
PIECES += ["\n", "\n\n\n", " ", "\\\n", "def f(x):\n", "class ", "import "]


def joined(line: StyleAndTextTuples) -> list[tuple[str, str]]:
    """Without empty tokens, which nobody sees."""
    return [(each[0], each[1]) for each in line if each[1]]


def fresh(text: str) -> list[list[tuple[str, str]]]:
    """All lines, by prompt_toolkit's lexer from the top."""
    document = Document(text)
    line = PygmentsLexer(PythonLexer).lex_document(document)
    return [joined(line(index)) for index in range(document.line_count)]


@pytest.mark.parametrize("seed", range(4))
def test_tokens_are_those_of_the_whole_text_after_any_edit(seed: int) -> None:
    rng = random.Random(seed)
    lines = SOURCE.splitlines()
    begin = rng.randrange(len(lines) - 150)
    text = "\n".join(lines[begin : begin + rng.randrange(1, 120)])
    lexer = CodeLexer()
    for _ in range(60):
        document = Document(text)
        line = lexer.lex_document(document)
        if rng.random() < 0.5:  # what is on the screen
            first = rng.randrange(document.line_count)
            asked = range(first, min(first + 10, document.line_count))
        else:
            asked = range(document.line_count)
        wanted = fresh(text)
        assert [joined(line(index)) for index in asked] == [wanted[index] for index in asked], text
        at = rng.randrange(len(text) + 1)
        if rng.random() < 0.4:
            text = text[:at] + text[at + rng.randrange(12) :]
        else:
            text = text[:at] + rng.choice(PIECES) + text[at:]


class Counting(CodeLexer):
    """Counts the tokens that are found."""

    count = 0

    def _find(self, context: LexerContext) -> Iterator[Any]:
        for each in super()._find(context):
            self.count += 1
            yield each


@pytest.mark.parametrize("row", [0, 500, 999])
def test_a_key_in_a_long_cell_costs_a_few_lines(row: int) -> None:
    lexer = Counting()
    text = "\n".join(f"name_{i} = [{i}, 'text']  # comment" for i in range(1000))
    for index in range(20):
        line = lexer.lex_document(Document(text))
        for shown in range(max(0, row - 20), min(1000, row + 20)):
            line(shown)
        if index == 0:
            at_first, lexer.count = lexer.count, 0
        at = Document(text).translate_row_col_to_index(row, 3)
        text = text[:at] + "x" + text[at:]
    assert lexer.count / 19 < 100 < at_first
