"""The user's code that wants the terminal finds it in its ordinary mode: input(), getpass, a child process.

Patched are the few places where Python code starts a child or reads the terminal.  (An audit hook would see them all
too, but CPython then calls it for every `id()` and `sys._getframe()`, at 150 ns each.)
"""

from __future__ import annotations

import builtins
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from types import ModuleType
from typing import Any, Protocol

from gshell.console.terminal import Terminal
from gshell.imports import when_imported
from gshell.shell.child_process import run_and_wait

GLANCE = 0.05
"""Seconds between two looks at whether the debugger has given the terminal back."""


class StepsBack(Protocol):
    """The prompt beside the running command, which steps back for who reads in the command."""

    def make_way(self) -> None:
        """Have the terminal be free for the calling thread, if that runs the command."""
        ...

    def looks_here(self) -> bool:
        """Whether the calling thread does what was typed at that prompt."""
        ...


class OnDemand:
    """Hands the terminal over when it is asked for, from the beginning until undo().

    While the prompt is shown (`prompting()`), a thread or a callback of the user's does not get it.  A child keeps the
    terminal until there is no child any more, or the command ends.
    """

    def __init__(
        self, terminal: Terminal, prompting: Callable[[], bool], debugging: Callable[[], bool], beside: StepsBack
    ) -> None:
        """`debugging()`: a debugger in another thread than the calling one has the terminal; who reads, waits."""
        self._beside = beside
        self._terminal = terminal
        self._prompting = prompting
        self._debugging = debugging
        self._undo = ExitStack()
        self._undone = False
        self._stock_input = builtins.input
        self._replace(builtins, "input", lambda prompt="", /: self._read_line(prompt))
        self._before_reading(builtins, "input")
        self._before_child(subprocess.Popen, "__init__")
        for name in ("posix_spawn", "posix_spawnp", "forkpty"):
            if hasattr(os, name):
                self._before_child(os, name)
        self._replace(os, "system", _system)
        for name in ("_exit", "abort", "execv", "execve"):
            self._before_end(name)
        when_imported("getpass", self._on_getpass)

    def undo(self) -> None:
        """Have everything as it was."""
        self._undone = True
        self._undo.close()

    def _replace(self, owner: Any, name: str, wrapper: Callable[..., Any]) -> None:
        stock: Callable[..., Any] = getattr(owner, name)
        setattr(owner, name, _like(wrapper, stock))
        self._undo.callback(setattr, owner, name, stock)

    def _before_reading(self, owner: Any, name: str) -> None:
        stock: Callable[..., Any] = getattr(owner, name)

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            while self._debugging():
                time.sleep(GLANCE)
            self._beside.make_way()
            looks = self._beside.looks_here()
            if looks or self._prompting():
                where = "look" if looks else "thread or callback"
                raise RuntimeError(f"{name}() in a {where}: the prompt has the terminal")
            with self._terminal.handed_over():
                return stock(*args, **kwargs)

        self._replace(owner, name, wrapper)

    def _read_line(self, prompt: object) -> str:
        """input(), with the terminal handed over."""
        line = self._terminal.take_line()
        if line is not None:
            text = line.decode(errors="surrogateescape")
            print(prompt, text, sep="", end="", flush=True)
            return text[:-1]
        begun = self._terminal.take_ahead().decode(errors="surrogateescape")
        prompt = f"{prompt}{begun}"
        if not self._terminal.breaks_reads:
            print(prompt, end="", flush=True)
            prompt = ""
            self._terminal.wait_for_line()
        return begun + self._stock_input(prompt)

    def _before_child(self, owner: Any, name: str) -> None:
        stock: Callable[..., Any] = getattr(owner, name)
        terminal = self._terminal

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if kwargs.get("stdin") is None:  # else it reads something else
                self._beside.make_way()
            lend = not self._prompting() and terminal.may_be_lent
            if lend:
                terminal.hand_over()
            result = stock(*args, **kwargs)
            if lend:
                terminal.lend()  # not before: there must be a child to wait for
            return result

        self._replace(owner, name, wrapper)

    def _before_end(self, name: str) -> None:
        """The process ends by this, or becomes another program, with no way for the shell to clean up after it."""
        stock: Callable[..., Any] = getattr(os, name)

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            self._terminal.hand_over()
            try:
                return stock(*args, **kwargs)
            finally:  # there is no such program
                if not self._prompting():
                    self._terminal.take()

        self._replace(os, name, wrapper)

    def _on_getpass(self, module: ModuleType) -> None:
        if not self._undone:
            self._before_reading(module, "getpass")


def _system(command: Any) -> int:
    """os.system: run a command in a subshell and return its wait status; KeyboardInterrupt if Ctrl-C ended it.

    C's system() ignores SIGINT in this process meanwhile, and drops one that comes before its child has begun.
    """
    sys.audit("os.system", command)
    status, interrupted = run_and_wait(command)
    if interrupted:
        raise KeyboardInterrupt
    return -status if status < 0 else status << 8


def _like(wrapper: Callable[..., Any], stock: Callable[..., Any]) -> Callable[..., Any]:
    wrapper.__name__ = stock.__name__
    wrapper.__qualname__ = stock.__qualname__
    wrapper.__doc__ = stock.__doc__
    wrapper.__wrapped__ = stock  # type: ignore[attr-defined]
    return wrapper
