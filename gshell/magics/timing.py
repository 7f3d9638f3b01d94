"""How long code takes, and where: `%time`, `%timeit`, `%prun`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gshell.code_origin import is_own
from gshell.magics.paging import page
from gshell.magics.registry import Given, magic, magics
from gshell.shell.errors import UsageError
from gshell.streams import show

if TYPE_CHECKING:
    from cProfile import Profile
    from timeit import Timer

    from gshell.shell.shell import Shell

_KEYS = (
    *("calls", "cumulative", "cumtime", "file", "filename", "line", "module", "name", "ncalls", "nfl", "pcalls"),
    *("stdname", "time", "tottime"),
)
"""What pstats sorts by."""


# One run.


@magic("time", "statement", cell=True, verbatim=True)
def time_(shell: Shell, given: Given) -> Any:
    """Run a statement, or a cell, and say how long it took: the processor's time and the clock's."""
    if not given.rest and not given.body:
        raise magics["time"].error("which statement?")
    with reported():
        return value_of(shell, given)


@contextmanager
def reported() -> Iterator[None]:
    """Say how long the block took, also if it raises."""
    import resource

    cpu, clock = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    try:
        yield
    finally:
        wall, now = time.perf_counter() - clock, resource.getrusage(resource.RUSAGE_SELF)
        user, system = now.ru_utime - cpu.ru_utime, now.ru_stime - cpu.ru_stime
        print(f"CPU times: user {duration(user)}, sys {duration(system)}, total {duration(user + system)}")
        print(f"Wall time: {duration(wall)}")


def value_of(shell: Shell, given: Given) -> Any:
    """Run the code that a magic was given; return the value of its last expression instead of showing it.

    The statement in the line, or the cell (and what is in the line before it).
    """
    values: list[Any] = []
    with shell.commands.undoing() as undo:
        undo.callback(setattr, sys, "displayhook", sys.displayhook)
        sys.displayhook = values.append
        if given.rest:
            shell.cells.run_line(given.rest)
        if given.body is not None:
            shell.cells.run_body(given.body)
    return values[-1] if values else None


# Many runs.


class Times:
    """What `%timeit -o` returns: how long each loop took, in seconds."""

    def __init__(self, loops: int, runs: list[float], digits: int) -> None:
        import statistics

        self.loops = loops
        """Loops in a run."""
        self.timings = [total / loops for total in runs]
        """Seconds for a loop, of each run."""
        self.all_runs = runs
        self.repeat = len(runs)
        self.best, self.worst = min(self.timings), max(self.timings)
        self.average = statistics.mean(self.timings)
        self.stdev = statistics.stdev(self.timings) if len(runs) > 1 else 0.0
        self._digits = digits

    def __repr__(self) -> str:
        return f"<{self}>"

    def __str__(self) -> str:
        runs, loops = self.repeat, self.loops
        mean, several = duration(self.average, self._digits), runs > 1
        spread = f" ± {duration(self.stdev, self._digits)}" if several else ""
        what = "mean ± std. dev. of" if several else "in"
        return (
            f"{mean}{spread} per loop ({what} {runs} run{'s' * (runs != 1)}, {loops:,} loop{'s' * (loops != 1)} each)"
        )


@magic("timeit", "[-n LOOPS] [-r RUNS] [-p DIGITS] [-q] [-o] [-t] [-c] statement", cell=True, verbatim=True)
def timeit(shell: Shell, given: Given) -> Times | None:
    """Run a statement many times, and say how long one takes.  Of a cell, its first line is run before, untimed.

    As the module `timeit` of the standard library does: without garbage collection, and with as many loops as take
    0.2 s if -n does not say how many.  -r: how often that is repeated; -p: the digits of the result; -c: the
    processor's time, not the clock's (-t); -q: says nothing; -o: returns the times.
    """
    usage = magics["timeit"]
    if not given.rest and not given.body:
        raise usage.error("which statement?")
    loops, runs, digits = (_number(given, option, default) for option, default in (("-n", 0), ("-r", 7), ("-p", 3)))
    if loops < 0 or runs < 1 or digits < 1:
        raise usage.error("as many loops, runs or digits as that can't be done")
    timer = _timer(shell, given)
    loops = loops or timer.autorange()[0]
    times = Times(loops, timer.repeat(runs, loops), digits)
    if "-q" not in given.options:
        print(times)
    return times if "-o" in given.options else None


def _number(given: Given, option: str, default: int) -> int:
    try:
        return int(given.options.get(option, default))
    except ValueError as error:
        raise magics["timeit"].error(str(error)) from None


def _timer(shell: Shell, given: Given) -> Timer:
    from timeit import Timer, default_timer

    clock = time.process_time if "-c" in given.options else default_timer
    line, names = shell.cells.transform(given.rest), shell.namespace
    if given.body is None:
        return Timer(line, timer=clock, globals=names)
    return Timer(shell.cells.transform(given.body), line or "pass", timer=clock, globals=names)


# Where the time goes.


@magic("prun", "[-l LIMIT] [-s KEY] [-T FILE] [-D FILE] [-q] [-r] statement", cell=True, verbatim=True)
def prun(shell: Shell, given: Given) -> Any:
    """Run a statement, or a cell, with the profiler, and show in which functions its time was spent.

    -l: how many lines, which part of them (0.5), or only functions whose name it is in; -s: sorted by `cumulative`,
    `calls`, `name`, ... instead of `time`; -T: the table to a text file, too; -D: the data to a file for pstats;
    -q: shows nothing; -r: returns the data, a pstats.Stats.
    """
    if not given.rest and not given.body:
        raise magics["prun"].error("which statement?")
    return profiled(shell, given.options, lambda: value_of(shell, given))


def profiled(shell: Shell, options: Mapping[str, str], function: Callable[[], object]) -> Any:
    """Run `function()` with the profiler and report; `options` are those of %prun.  Also if it raises, or Ctrl-C ends
    it: then one wants to know most.
    """
    from cProfile import Profile

    key = options.get("-s", "time")
    if key not in _KEYS:
        raise UsageError(f"the table can't be sorted by {key}, but by one of {', '.join(_KEYS)}")
    profile, result = Profile(), None
    with shell.commands.undoing() as undo:
        try:
            profile.enable()
        except ValueError as error:  # from 3.12 on there is one at a time
            raise UsageError(f"the profiler can't start: {error}") from None
        undo.callback(profile.disable)
        try:
            function()
        finally:
            profile.disable()
            result = _report(shell, profile, options, key)
    return result if "-r" in options else None


def _report(shell: Shell, profile: Profile, options: Mapping[str, str], key: str) -> Any:
    import io
    import pstats

    text = io.StringIO()
    stats = pstats.Stats(profile, stream=text)
    _leave_out_our_own(stats)
    stats.strip_dirs().sort_stats(key).print_stats(*_limit(options.get("-l", "")))
    for option in ("-T", "-D"):
        if option in options:
            _write(stats, text.getvalue(), options[option], binary=option == "-D")
    if "-q" not in options:
        page(shell, text.getvalue().strip("\n"))
    return stats


def _leave_out_our_own(stats: Any) -> None:
    """Forget the shell's own functions, and what only they have called."""
    data: dict[tuple[str, int, str], Any] = stats.stats
    ours = {each for each in data if is_own(each[0]) or "_lsprof" in each[2]}
    while ours:
        for each in ours:
            del data[each]
        ours = {
            each
            for each, (*_, callers) in data.items()
            if callers and each[2] != "<module>" and not any(caller in data for caller in callers)
        }
    stats.prim_calls, stats.total_calls, stats.total_tt = (
        sum(row[place] for row in data.values()) for place in range(3)
    )


def _limit(text: str) -> list[int | float | str]:
    for kind in (int, float):
        try:
            return [kind(text)]
        except ValueError:
            pass
    return [text] if text else []


def _write(stats: Any, text: str, path: str, *, binary: bool) -> None:
    path = os.path.expanduser(path)
    try:
        if binary:
            stats.dump_stats(path)
        else:
            with open(path, "w") as file:
                file.write(text)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    show(f"The profile is in {path}.")


def duration(seconds: float, digits: int = 3) -> str:
    """A time with three digits and its unit: "12.3 ms"."""
    if seconds >= 60:
        minutes, rest = divmod(round(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours} h {minutes} min {rest} s" if hours else f"{minutes} min {rest} s"
    scales = ((1.0, "s"), (1e3, "ms"), (1e6, "µs"))
    value, unit = next(
        ((seconds * scale, unit) for scale, unit in scales if seconds * scale >= 1), (seconds * 1e9, "ns")
    )
    return f"{value:.{digits}g} {unit}" if value < 999.5 else f"{value:.0f} {unit}"
