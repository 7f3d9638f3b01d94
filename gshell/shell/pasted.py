"""Pasted text: without the prompts that were copied with it, and without the indentation of where it was."""

from __future__ import annotations

import re
import textwrap

# Each prompt, and what the further lines of an input begin with after it.  IPython's may say its mode of editing, or
# have four dots; Python's own dots have no colon.
_KINDS = (
    (re.compile(r"\s*>>>(?: |$)"), re.compile(r"\s*\.\.\.(?: |$)")),
    (re.compile(r"\s*(?:\[(?:ins|nav)\] )?In ?\[\d+\]:(?: |$)"), re.compile(r"\s*\.{3,}:(?: |$)")),
)


def without_prompts(text: str) -> str:
    """Return the code in `text`.

    If it begins with a prompt of Python's, or of this shell (IPython's is the same), or in the middle of such an input,
    what has none is output, and is left out.  An empty line is no output: an editor or a mail may have taken the blanks
    after a prompt, and with them the prompt.  From any thread.
    """
    lines = text.splitlines()
    further = _kind(next((line for line in lines if line.strip()), ""))
    if further is None:
        return textwrap.dedent(text) if text[:1] in (" ", "\t") else text
    code: list[str] = []
    empty = 0  # lines without a prompt, which belong to the input if it goes on
    in_input = True
    for line in lines:
        begun = next((kind for kind in _KINDS if kind[0].match(line)), None)
        if begun is not None:
            match, further = begun[0].match(line), begun[1]
        else:
            # An output may begin with dots, too; only after an input they are its next line.
            match = further.match(line) if in_input else None
        if match is not None:
            code += [""] * (empty if begun is None else 0)
            code.append(line[match.end() :])
        elif not line.strip():
            empty += 1
            continue
        in_input, empty = match is not None, 0
    joined = "\n".join(code)
    return textwrap.dedent(joined) if joined[:1] in (" ", "\t") else joined


def pasted(text: str) -> str:
    """What is inserted when this is pasted at the beginning of a cell.

    A single line keeps the one space before it, as it does when it is typed: it is not for the history.
    """
    is_private = text[:1] == " " and not text[1:2].isspace() and "\n" not in text.rstrip("\n")
    return " " * (is_private and _kind(text) is None) + without_prompts(text)


def _kind(first: str) -> re.Pattern[str] | None:
    """What the further lines of an input begin with in a text with this first line; None if that has no prompt."""
    for prompt, further in _KINDS:
        if prompt.match(first):
            return further
    further = _KINDS[1][1]
    return further if further.match(first) else None  # no Python begins with `...:`
