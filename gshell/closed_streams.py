"""Standard streams that were closed at the start (`gshell <&-`) are on /dev/null, from the import of this module on.

The command line imports it before what loads libraries.  Some keep a file open for good: libffi its own, under ctypes.
That would be descriptor 0, 1 or 2, and the shell would read it as commands.
"""

from __future__ import annotations

from gshell.streams import fill_gaps

CLOSED = fill_gaps()
"""The names of those that were closed."""
