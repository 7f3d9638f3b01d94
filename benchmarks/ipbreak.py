"""What does a call of ipbreak() cost that finds nothing?

python -m benchmarks.ipbreak
"""

from __future__ import annotations

import timeit

CALLS = 1_000_000


def main() -> None:
    """Measure and print, with an empty function for comparison."""
    setup = "from gshell import ipbreak\nimport gshell\ndef nothing(): pass"
    for statement in ("ipbreak()", "gshell.KBINT", "nothing()"):
        seconds = min(timeit.repeat(statement, setup, number=CALLS, repeat=7)) / CALLS
        print(f"a call that finds nothing  {statement:14}{seconds * 1e9:5.0f} ns")


if __name__ == "__main__":
    main()
