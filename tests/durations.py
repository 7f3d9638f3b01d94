"""What a run says at its end: how long it took, and which files took longest.

A pytest plugin, loaded by conftest.py.  With xdist it is the process that collects the reports, and not those that run
the tests, which prints.
"""

from __future__ import annotations

import resource
import time
from collections import defaultdict
from collections.abc import Iterable

import pytest

FILES = 10
"""How many files are named."""

_begin = pytest.StashKey[float]()


def pytest_sessionstart(session: pytest.Session) -> None:
    session.config.stash[_begin] = time.monotonic()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    reports = [each for some in terminalreporter.stats.values() for each in some if isinstance(each, pytest.TestReport)]
    if not reports:
        return
    taken = time.monotonic() - config.stash[_begin]
    terminalreporter.section("slowest files")
    for seconds, tests, name in slowest((each.nodeid, each.duration) for each in reports):
        terminalreporter.write_line(f"{seconds:7.1f} s {tests:5d} tests  {name}")
    terminalreporter.write_line(f"{taken:7.1f} s in all, of which processors worked {_worked():.0f} s")


def slowest(durations: Iterable[tuple[str, float]]) -> list[tuple[float, int, str]]:
    """The seconds, the number of tests, and the name of the files that took longest, the longest first.

    `durations` has the name and the seconds of each phase of each test.
    """
    seconds: defaultdict[str, float] = defaultdict(float)
    tests: defaultdict[str, set[str]] = defaultdict(set)
    for test, duration in durations:
        name = test.partition("::")[0]
        seconds[name] += duration
        tests[name].add(test)
    return sorted(((seconds[name], len(tests[name]), name) for name in seconds), reverse=True)[:FILES]


def _worked() -> float:
    """The time that processors have spent on this process and those that it has started."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
