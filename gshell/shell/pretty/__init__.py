"""Values as text: containers broken into lines that fit the terminal, and only as much of them as can be looked at.

Objects that know how to show themselves are asked as IPython asks them: `_repr_pretty_(self, printer, cycle)` writes to
a Printer.

    text.py     the repr of a value, its width, and where it is cut
    layout.py   groups of text, and which of them are broken into lines
    by_type.py  what is printed of a value of each type
    printer.py  the walk through a value
"""

from gshell.shell.pretty.printer import Printer, plain, pretty, printed
from gshell.shell.pretty.text import columns, cut_text

__all__ = ["Printer", "columns", "cut_text", "plain", "pretty", "printed"]
