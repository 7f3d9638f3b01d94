"""What libraries of the system write where there is no desktop, in a container or a chroot: nothing of the shell's."""

from __future__ import annotations

import re

_LINES = re.compile(
    # The loader of icons (of newer GTKs): bwrap can't make a sandbox inside of a container.
    r"(?:WARNING: Glycin running without sandbox\. Bubblewrap \(bwrap\) doesn't work in the environment\."
    # The graphics driver, where there is no graphics card.
    r"|libEGL warning: [^\r\n]*)\r?\n"
)
_BYTES = re.compile(_LINES.pattern.encode())


def without_noise(written: bytes) -> bytes:
    """What is to be shown of what a program has written to its terminal."""
    return _BYTES.sub(b"", written)


def text_without_noise(written: str) -> str:
    """The same of text."""
    return _LINES.sub("", written)
