"""Pasted text: without the prompts that were copied with it, and without the indentation of where it was."""

from __future__ import annotations

import re
import textwrap

_PROMPT = re.compile(r"\s*(?:>>>|In \[\d+\]:)(?: |$)")
_CONTINUATION = re.compile(r"\s*\.\.\.:?(?: |$)")


def without_prompts(text: str) -> str:
    """Return the code in `text`.

    If it begins with a prompt of Python's, or of this shell (IPython's is the same), what has none is output, and is
    left out.  From any thread.
    """
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if not _PROMPT.match(first):
        return textwrap.dedent(text) if text[:1] in (" ", "\t") else text
    code: list[str] = []
    in_input = False
    for line in lines:
        # An output may begin with dots, too; only after an input they are its next line.
        match = _PROMPT.match(line) or (_CONTINUATION.match(line) if in_input else None)
        in_input = match is not None
        if match is not None:
            code.append(line[match.end() :])
    return "\n".join(code)
