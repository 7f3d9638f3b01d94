"""The command line."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

import gshell
from gshell.closed_streams import CLOSED  # before the others, which load libraries
from gshell.gui import choose
from gshell.own_imports import own_path, separate
from gshell.paths import settings_file, startup_files
from gshell.session import Options, Session
from gshell.settings import as_toml, load
from gshell.shell.errors import UsageError
from gshell.shell.script import find_script
from gshell.streams import show

DESCRIPTION = """\
A Python shell for people who plot: figure windows stay alive while your code runs, and Ctrl-C stops any code
without losing your data.
"""

EXAMPLES = """\
examples:
  gshell --qt                     a prompt, with Qt windows (--gtk, --wx, --tk: with others)
  gshell --qt --pylab             the same, with numpy and matplotlib's names
  gshell script.py 10 20          run a script, like python script.py 10 20
  gshell -i script.py             run a script, then look at its variables at the prompt
  gshell -c "print(6 * 7)"        run a line of code
  gshell --restore                go on with the session before: after a crash, a kill, a lost connection
  gshell doctor                   what a bug report needs
  gshell config --show            the settings, and the file they are in

At the prompt:  run script.py, run -i script.py (goes on with the names of the session), !command, exit.
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One clear line instead of the usage and a line."""
        show(f"{self.prog}: {message} (see {self.prog} --help)", file=sys.stderr)
        sys.exit(2)


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    separate(own_path())  # before anything is looked for: whether a toolkit is installed, say
    arguments = sys.argv[1:] if argv is None else argv
    parser = _parser()
    options = parser.parse_args(arguments)
    words: list[str] = options.words
    if options.code is None and words[:1] == ["doctor"]:
        from gshell.doctor import report

        return report(options.gui)
    if options.code is None and words[:1] == ["config"]:
        return _config(words[1:])
    if options.code is None and words[:1] == ["run"]:
        options = _run_parser().parse_args(words[1:], options)
        words = options.words
        if not words:
            _run_parser().error("which script?")
    return _start(parser, options, words)


def _config(words: list[str]) -> int:
    """`gshell config --show`: the settings, and whatever is wrong with them."""
    parser = _Parser(prog="gshell config", description="The settings, and where they are kept.", allow_abbrev=False)
    parser.add_argument("--show", action="store_true", required=True, help="print them, as they would be in the file")
    parser.parse_args(words)
    settings, problems = load(settings_file())
    for problem in problems:
        show(problem, file=sys.stderr)
    show(f"# {settings_file()}\n")
    print(as_toml(settings), end="")
    for path in startup_files():
        show(f"\n# run at start: {path}")
    return 1 if problems else 0


def _start(parser: _Parser, options: argparse.Namespace, words: list[str]) -> int:
    gui: str = options.gui
    if gui not in ("auto", "none") and (reason := choose.why_not(choose.resolved(gui))):
        parser.error(reason)
    if sys.platform == "win32":
        parser.error("Windows is not supported yet: its console and signals need code of their own")
    script = None
    if options.code is None and words:
        script, *words = words
        if script != "-":
            try:
                script = find_script(script)
            except UsageError as error:
                parser.error(str(error))
    piped = not sys.stdin.isatty()
    if options.code is None and script is None and piped:
        script = "-"
    if options.i and piped:
        parser.error("-i needs a terminal on standard input")
    interactive = options.i or (options.code is None and script is None)
    if options.restore is not None and not interactive:
        parser.error("--restore needs a prompt: add -i")
    if interactive and "stdout" in CLOSED:
        parser.error("the prompt needs standard output, which is closed")
    try:
        session = Session(
            Options(
                gui=gui,
                pylab=options.pylab,
                code=options.code,
                script="/dev/stdin" if script == "-" else script,
                on_gui=options.on_gui,
                arguments=words,
                interactive=interactive,
                restore=options.restore,
            )
        )
    except (OSError, MemoryError) as error:  # no more files, no memory
        parser.error(f"there is no session: {error or 'out of memory'}")
    return session.run()


def _parser() -> _Parser:
    parser = _Parser(
        prog="gshell",
        usage="gshell [--qt | --gtk | --wx | --tk | --no-gui] [--pylab] [--restore [NAME]] [-c CODE] [-i] "
        "[FILE [ARGS...]]\n"
        "       gshell run [-i] [--gui NAME] [--gui-thread] FILE [ARGS...]\n"
        "       gshell doctor | gshell config --show",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_gui(parser, "auto")
    parser.add_argument("--pylab", "-pylab", action="store_true", help="start with all names of pylab, and np and plt")
    parser.add_argument("-c", dest="code", metavar="CODE", help="run CODE and exit")
    parser.add_argument("-i", action="store_true", help="go on at the prompt after CODE or FILE")
    parser.add_argument(
        "--restore", nargs="?", const="", metavar="NAME", help="go on with the session NAME, or with the last one"
    )
    parser.set_defaults(on_gui=False)
    parser.add_argument("--version", action="version", version=f"gshell {gshell.__version__}")
    _add_words(parser)
    return parser


def _run_parser() -> _Parser:
    parser = _Parser(prog="gshell run", description="Run a script.", allow_abbrev=False)
    _add_gui(parser, argparse.SUPPRESS)
    parser.add_argument(
        "-i", action="store_true", default=argparse.SUPPRESS, help="go on at the prompt when the script has ended"
    )
    parser.add_argument(
        "--gui-thread",
        dest="on_gui",
        action="store_true",
        default=argparse.SUPPRESS,
        help="run it on the GUI thread, where windows can be made",
    )
    _add_words(parser)
    return parser


def _add_words(parser: _Parser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="FILE [ARGS...]", help="a script and its arguments")


def _add_gui(parser: _Parser, default: str) -> None:
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--gui",
        metavar="NAME",
        choices=choose.NAMES,
        default=default,
        help=f"the toolkit of the figure windows: {', '.join(choose.NAMES)}; gtk is the newest GTK; auto (the default) "
        "is what matplotlib would choose",
    )
    for name, flags in choose.FLAGS.items():
        same = f"the same as --gui {name}"
        group.add_argument(*flags, dest="gui", action="store_const", const=name, default=argparse.SUPPRESS, help=same)
