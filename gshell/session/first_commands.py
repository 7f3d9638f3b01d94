"""What a session begins with: the command line's options, and the commands that they ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gshell.magics.pylab import fill_namespace
from gshell.paths import startup_files
from gshell.session.survival import Survival
from gshell.shell.outcome import Outcome
from gshell.shell.shell import Shell


@dataclass(frozen=True)
class Options:
    """What the command line asks for."""

    gui: str = "auto"
    """One of choose.NAMES."""
    pylab: bool = False
    code: str | None = None
    """Run this code, as `python -c` does."""
    script: str | None = None
    """Run this script ("-": from standard input)."""
    on_gui: bool = False
    """Run the script on the GUI thread."""
    arguments: list[str] = field(default_factory=list)
    """The rest of sys.argv, for the code or script."""
    interactive: bool = True
    """Show a prompt, after the code or script if there is one."""
    restore: str | None = None
    """Go on with this session ("": the last one)."""


class FirstCommands:
    """The commands that nobody has typed."""

    def __init__(self, options: Options, shell: Shell, survival: Survival) -> None:
        self._options = options
        self._shell = shell
        self._survival = survival

    def given(self) -> list[Callable[[], Outcome]]:
        """What is done before the first prompt, or instead of one."""
        options, shell = self._options, self._shell
        commands: list[Callable[[], Outcome]] = []
        if options.pylab and not options.interactive:
            commands.append(self._pylab)
        if options.restore is not None:
            name = options.restore
            commands.append(lambda: self._survival.go_on(name))
        if options.code is not None:
            code = options.code
            commands.append(lambda: shell.run_code(code, options.arguments))
        if options.script is not None:
            script = options.script
            at_prompt, on_gui = options.interactive, options.on_gui
            commands.append(lambda: shell.run_file(script, options.arguments, on_gui=on_gui, tell_status=at_prompt))
        return commands

    def behind_prompt(self) -> list[Callable[[], Outcome]]:
        """What runs while the user begins to type."""
        startup = startup_files()
        return [self._pylab] * self._options.pylab + [lambda: self._shell.run_startup(startup)] * bool(startup)

    def _pylab(self) -> Outcome:
        return self._shell.run_function(lambda: fill_namespace(self._shell))
