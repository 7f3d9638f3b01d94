"""The default colours: each is readable on a black and on a white background, with a contrast of at least 4.5 to 1.

Nobody tells a program which background its terminal has.  The sixteen colours that have names are no way out: what they
are is the terminal's choice, and blue on black is hardly ever readable.  Of the 240 whose values are known in every
terminal with 256 colours, six have that contrast (WCAG's) on both; on a background that is neither black nor white it
is a little less.
"""

from __future__ import annotations

GREEN = "#00875f"
BLUE = "#5f5fff"
VIOLET = "#875fd7"
RED = "#af5f5f"
PINK = "#d700af"
GREY = "#767676"

CODE = {
    "Comment": f"italic {GREY}",
    "Keyword": f"bold {GREEN}",
    "Operator": GREY,
    "Operator.Word": f"bold {VIOLET}",
    "Name.Builtin": GREEN,
    "Name.Function": BLUE,
    "Name.Class": f"bold {BLUE}",
    "Name.Namespace": f"bold {BLUE}",
    "Name.Exception": f"bold {RED}",
    "Name.Decorator": VIOLET,
    "Literal.String": RED,
    "Literal.String.Doc": f"italic {RED}",
    "Literal.String.Interpol": f"bold {PINK}",
    "Literal.String.Escape": f"bold {PINK}",
    "Literal.Number": GREY,
    "Generic.Error": f"bold {RED}",
}
"""What pygments finds in code, and the style of each; text without one has the terminal's own colour."""

TITLE, TITLE_BOLD, END = "\x1b[38;5;131m", "\x1b[38;5;131;1m", "\x1b[0m"
"""What makes text red (RED is number 131), and what ends that."""
