"""Which magics there are: `lsmagic`, `magic`, `quickref`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gshell.magics.aliases import Aliases
from gshell.magics.paging import page
from gshell.magics.registry import Given, Magic, magic, magics

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

QUICK_REFERENCE = """\
obj?  ?obj  obj??          what an object is; with its source
np.*load*?                 names that match
run script.py ARGS         a script, as python does; -i with the session's names; its variables stay
_  __  ___  _5  Out[5]     earlier values            In[5]  earlier input
!command                   a command of the system   x = !command  its output, as a list of lines
%magic  %%magic            a magic for the line, for the cell; without % where no variable has its name
  lsmagic                  all of them               magic?  one of them
  time  timeit  prun       how long it takes, and where
  who  whos  reset         your variables
  cd  ls  pwd  env         directories, files, the environment
  %%bash  %%writefile      a cell for the system's shell, or for a file
  config  colors           the settings
  debug                    look at the variables where the last exception was raised; breakpoint() stops there
In a script:  from gshell import ipbreak, protect, track
  for x in track(items):   a bar that shows how far it is; Ctrl-C stops between two items
  ipbreak()                stops here if Ctrl-C was pressed      with protect():  Ctrl-C waits until the block ends
Tab completes; Ctrl-R searches the history; F2 edits in your editor; Ctrl-D leaves, and asks first.
While code runs:  Ctrl-C stops it, and your data stay; Ctrl-T says what it does; Ctrl-\\ prints all stacks;
                  Ctrl-G opens a prompt beside it, in its names (%hold, %watch, %then, %debug there).
"""

INTRODUCTION = """gshell: a Python shell for people who plot.

Type Python, and Enter: the value of the last line is shown.  A block (if, def, ...) ends with an empty line.
Figures are windows that stay alive while your code runs.  Ctrl-C stops any code, and your variables stay.

  run script.py            runs a script; then its variables are here
  obj?                     what an object is, and how it is called; obj?? shows its source
  Tab                      what can follow: names, attributes, columns, files
  quickref                 what else can be typed, on one page
  lsmagic                  all commands of the shell; run? is the help for one
  %config                  the settings
  exit                     leaves, as Ctrl-D does
"""


@magic("lsmagic")
def lsmagic(shell: Shell, given: Given) -> None:
    """List the magics with what each does, and the aliases."""
    page(shell, "\n".join(_listing(shell.magics.state(Aliases))))


def _listing(aliases: Aliases) -> Iterator[str]:
    groups: dict[str, list[Magic]] = {}
    for name in sorted(magics, key=str.lower):
        module = magics[name].function.__module__
        title = (getattr(sys.modules.get(module), "__doc__", None) or module).partition("\n")[0]
        groups.setdefault(title, []).append(magics[name])
    for title, group in sorted(groups.items(), key=lambda item: item[0].strip("`%")):
        yield title
        for each in group:
            meaning = (each.function.__doc__ or "").strip().partition("\n")[0]
            both = f"{each.spelling} %%{each.name}" if each.line and each.cell else each.spelling
            yield f"  {both:<24} {meaning}"
        yield ""
    yield "Aliases (commands of the system)"
    yield f"  {'  '.join(sorted(aliases.commands))}"


@magic("magic")
def magic_(shell: Shell, given: Given) -> None:
    """Show the help of all magics."""
    page(shell, "\n\n\n".join(magics[name].help for name in sorted(magics)))


@magic("introduction")
def introduction(shell: Shell, given: Given) -> None:
    """Say what this shell is, and where to read on.  `?` is short for it."""
    page(shell, INTRODUCTION)


@magic("quickref")
def quickref(shell: Shell, given: Given) -> None:
    """Show what can be typed here, on one page."""
    page(shell, QUICK_REFERENCE)
