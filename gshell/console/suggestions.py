"""What the prompt suggests behind the cursor."""

from __future__ import annotations

from itertools import islice

from prompt_toolkit.auto_suggest import AutoSuggest, Suggestion
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document

SUGGESTED_FROM = 5_000
"""Lines of the history, the newest, in which a suggestion is looked for at every key."""


class SuggestFromHistory(AutoSuggest):
    """The rest of the newest line in the history that begins like the one that is typed."""

    def get_suggestion(self, buffer: Buffer, document: Document) -> Suggestion | None:
        line = document.current_line
        if line.strip():
            for text in islice(reversed(buffer.history.get_strings()), SUGGESTED_FROM):
                for known in reversed(text.splitlines()):
                    if known.startswith(line):
                        return Suggestion(known[len(line) :])
        return None
