"""What there is to know about an object: what `obj?` shows.

All of it asks the user's objects, so it is for the worker, as part of a command.

    finding.py     the object that a name means, and the names that match a pattern
    describing.py  what is said about an object
    sources.py     the file and the source that an object is from
"""

from gshell.magics.inspecting.describing import Fields, describe, docs, signature, text_of, type_name
from gshell.magics.inspecting.finding import NotFound, find, search
from gshell.magics.inspecting.sources import path_of, source

__all__ = [
    "Fields",
    "NotFound",
    "describe",
    "docs",
    "find",
    "path_of",
    "search",
    "signature",
    "source",
    "text_of",
    "type_name",
]
