"""The looks of the prompt: its own colours, and those of the code that is typed."""

from __future__ import annotations

from functools import cache

from prompt_toolkit.lexers import Lexer
from prompt_toolkit.styles import BaseStyle, Style, merge_styles, style_from_pygments_cls

from gshell.settings import Settings
from gshell.shell.default_colours import BLUE, CODE, GREEN, GREY

LOOKS = {
    "prompt": GREEN,
    "number": f"{GREEN} bold",
    "continuation": GREY,
    "bottom-toolbar": f"noreverse {GREY}",
    "auto-suggestion": GREY,
    "signature": GREY,
    "signature.current": "noinherit bold",
    "completion-menu.completion.current": f"noreverse bg:{BLUE} #ffffff",
}
"""What is not in code.  See shell/default_colours.py for where the colours are from."""

SETTLED = "\x18\x1b\\\x0f\x1b(B\x1b[4l\x1b7\x1b[r\x1b8\x1b[?1000;1002;1003;1006l"
"""What makes a terminal one that shows a prompt, whatever was printed: a file that is no text, say.

The end of a sequence that was begun (or it goes on, with the prompt as its text); letters instead of lines and corners;
what is typed overwrites; the whole screen scrolls, the cursor stays; no mouse (if the prompt wants it, it says so).
"""


@cache
def style(name: str) -> BaseStyle:
    """The looks of the prompt, with a style of pygments' for code; none: no colours."""
    from pygments.styles import get_style_by_name
    from pygments.util import ClassNotFound

    if name == "none":
        return Style.from_dict({"bottom-toolbar": "noreverse"})
    code: BaseStyle = Style.from_dict({f"pygments.{kind.lower()}": look for kind, look in CODE.items()})
    if name != "default":
        try:
            code = style_from_pygments_cls(get_style_by_name(name))
        except ClassNotFound:
            pass  # whoever sets it is told so, see Settings.set()
    return merge_styles([code, Style.from_dict(LOOKS)])


def lexer_for(text: str, settings: Settings) -> Lexer | None:
    """What finds the tokens in a text that is typed, if there are any, and colours for them."""
    return _code_lexer() if text and settings.colors != "none" else None


def prepare_lexer(settings: Settings) -> None:
    """Have it ready for the first key, when the first prompt, which is empty, is drawn: it takes 0.1 s."""
    lexer_for("x", settings)


@cache
def _code_lexer() -> Lexer:
    """What finds the tokens in the code that is typed.  One for all: it remembers what was typed before."""
    from gshell.console.code_lexer import CodeLexer  # pygments' part for Python takes a while

    return CodeLexer()
