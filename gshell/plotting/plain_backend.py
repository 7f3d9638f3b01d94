"""matplotlib's backends as they are, in a program that is not the shell's."""

from __future__ import annotations


def use_plain_backend(name: str) -> str:
    """Switch to the backend `name` ("auto": stay with the one there is); return the name of the one that is used.

    In the program's main thread.  Raises ImportError or ValueError if that can't be done.
    """
    import matplotlib.pyplot as plt

    if name != "auto":
        plt.switch_backend(name)
    return str(plt.get_backend())
