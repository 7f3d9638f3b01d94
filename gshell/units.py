"""Numbers of bytes as people read them."""

from __future__ import annotations


def in_units(size: int) -> str:
    """A number of bytes with a unit, three digits of it: 96 B, 1.23 kB, 12.3 MB, 2100 GB.  1 kB are 1000 B."""
    value, unit = float(size), "B"
    for larger in ("kB", "MB", "GB"):
        if value < 999.5:  # what would be rounded to 1000 has the next unit
            break
        value, unit = value / 1000, larger
    digits = 0 if unit == "B" or value >= 99.95 else 1 if value >= 9.995 else 2
    return f"{value:.{digits}f} {unit}"
