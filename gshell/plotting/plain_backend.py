"""matplotlib's backends as they are, in a program that is not the shell's."""

from __future__ import annotations

from gshell.plotting.backend_names import backend_of


def use_plain_backend(name: str) -> str:
    """Switch to the backend `name` ("auto": stay with the one there is); return the name of the one that is used.

    In the program's main thread.  Raises ImportError or ValueError if that can't be done.
    """
    import matplotlib.pyplot as plt

    if name != "auto":
        plt.switch_backend(backend_of(name))
    return str(plt.get_backend())
