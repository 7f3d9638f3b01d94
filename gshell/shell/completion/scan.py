"""Where in a text of Python the cursor is: in a string, in a comment, in which brackets, behind which expression.

Text that is being typed is not Python yet, so nothing is parsed here.  One pass of a regular expression over what is
before the cursor finds the strings and the brackets, which is all that is needed to walk back over an expression.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"#[^\n]*|(?P<prefix>(?<!\w)(?:[rR]?[fFbB]|[fFbB]?[rR]|[uU])?)(?P<quote>\"\"\"|'''|\"|')|[()\[\]{}]", re.DOTALL
)
_ENDS = {
    quote: re.compile(
        rf"(?:\\.|(?!{quote}).)*?{quote}" if len(quote) == 3 else rf"(?:\\.|[^\\\n{quote}])*{quote}", re.S
    )
    for quote in ('"', "'", '"""', "'''")
}
_CLOSES = {")": "(", "]": "[", "}": "{"}
_WORD = re.compile(r"\w*\Z")


@dataclass(frozen=True)
class OpenString:
    """A string that the cursor is in."""

    start: int
    """Where it starts, with its prefix."""
    inside: int
    """Where its contents start."""
    prefix: str
    quote: str


@dataclass
class Scan:
    """What is before the cursor."""

    text: str
    string: OpenString | None = None
    comment: bool = False
    brackets: list[int] = field(default_factory=list)
    """Where the brackets are that are open, the innermost last."""
    starts: dict[int, int] = field(default_factory=dict)
    """Where the closed brackets, strings and comments start, by where they end."""

    @property
    def bracket(self) -> str:
        """The innermost bracket, or ""."""
        return self.text[self.brackets[-1]] if self.brackets else ""

    def word_start(self) -> int:
        """Where the name starts that ends at the cursor."""
        match = _WORD.search(self.text)
        assert match is not None
        return match.start()

    def expression_before(self, end: int) -> str:
        """The primary expression (a name with its attributes, subscripts and calls) that ends at `end`, or ""."""
        at = stop = len(self.text[:end].rstrip(" \t\n\\"))
        while True:
            if at in self.starts:
                at = self.starts[at]
                if self.text[at] not in "([":
                    break  # a string, a comment, or the display of a set or dictionary
                before = self.text[at - 1 : at]
                if not (before.isalnum() or before == "_" or at in self.starts):
                    break  # in parentheses, or a list
                continue
            start = self._name_start(at)
            if start == at:
                return ""
            at = start
            dot = len(self.text[:at].rstrip(" \t\n\\"))
            if self.text[dot - 1 : dot] != ".":
                break
            at = len(self.text[: dot - 1].rstrip(" \t\n\\"))
        return self.text[at:stop]

    def _name_start(self, end: int) -> int:
        start = end
        while start and (self.text[start - 1].isalnum() or self.text[start - 1] == "_"):
            start -= 1
        return start


def scan(text: str) -> Scan:
    """Look at the text before the cursor."""
    found = Scan(text)
    at = 0
    while match := _TOKEN.search(text, at):
        at = match.end()
        token = match[0]
        if token[0] == "#":
            found.comment = at == len(text)
            found.starts[at] = match.start()
        elif match["quote"]:
            end = _ENDS[match["quote"]].match(text, at)
            if end is not None:
                at = end.end()
                found.starts[at] = match.start()
            elif len(match["quote"]) == 3 or "\n" not in text[at:]:
                found.string = OpenString(match.start(), at, match["prefix"], match["quote"])
                break
        elif token in "([{":
            found.brackets.append(match.start())
        elif found.brackets and text[found.brackets[-1]] == _CLOSES[token]:
            found.starts[at] = found.brackets.pop()
    return found


def replaced_field(text: str, string: OpenString) -> int | None:
    """Where the code starts that is being typed in the braces of an f-string, or None."""
    if "f" not in string.prefix.lower():
        return None
    inside = text[string.inside :].replace("{{", "  ")
    opened = inside.rfind("{")
    if opened < 0 or "}" in inside[opened:]:
        return None
    return string.inside + opened + 1
