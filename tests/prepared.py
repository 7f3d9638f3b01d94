"""Shells that begin as copies of a process that has imported what every shell of their kind imports.

A shell takes a quarter of a second of a processor until its prompt is there, and a whole one until its first figure
is; most of it goes to imports.  A test whose shell is started just as a person would is not about that, mostly: so a
process for each of pytest's, and for each kind of shell, makes the imports, and forks for each shell.  It never has a
second thread.  What is started with an environment, a directory or an interpreter of its own begins as a new process
(terminal.py), and so does what is marked own_process: its test looks at an import, or at what comes from it.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import json
import logging
import os
import pty
import socket
import subprocess
import sys
import tempfile
import termios
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ptyprocess import PtyProcess

_EVERY_SHELL = (
    "gshell.cli",
    "gshell.console.prompt_console",
    "gshell.console.at_terminal",
    "gshell.magics.builtin",
    "gshell.shell.completion.deduced",
    "gshell.shell.pretty",
    "jedi",
    "numpy",
    "prompt_toolkit.key_binding.bindings.search",
    "prompt_toolkit.patch_stdout",
    "pygments.lexers.python",
    "pygments.styles",
    "sqlite3",
)
"""What a shell has imported when its first line was typed; and numpy."""

_FIGURES = (
    "gshell.plotting.renderer",
    "matplotlib.backends.backend_agg",
    "matplotlib.figure",
    "matplotlib.style",
    "numpy.char",
    "numpy.ctypeslib",
    "numpy.f2py",
    "numpy.fft",
    "numpy.polynomial",
    "numpy.random",
    "numpy.rec",
    "numpy.testing",
)
"""What pylab imports, but itself and pyplot: the shell has a part in those."""

_QT = ("PyQt5.QtCore", "PyQt5.QtGui")
"""And with Qt: but QtWidgets, at whose import the shell loads the toolkit.  Other toolkits can't be forked with."""


def imported_by(arguments: Sequence[str]) -> tuple[str, ...]:
    """The modules that a shell with these arguments imports sooner or later."""
    if {"qt", "--qt"} & {*arguments}:
        return _EVERY_SHELL + _FIGURES + _QT
    return _EVERY_SHELL + _FIGURES if {"--gui", "--pylab"} & {*arguments} else _EVERY_SHELL


class Parent:
    """The process that forks.  From any thread."""

    def __init__(self, *modules: str) -> None:
        """It imports these `modules`."""
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # It has a terminal from its beginning: Python looks what its standard streams are when it makes them.
        terminal = pty.openpty()
        with its:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(its.fileno()), *modules],
                stdin=terminal[1],
                stdout=terminal[1],
                stderr=terminal[1],
                pass_fds=[its.fileno()],
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
                start_new_session=True,  # Ctrl-C is for who runs the tests
            )
        self._terminal = terminal  # open to its end: a terminal that was hung up is none, when Python comes to look
        self._socket = ours
        self._lock = threading.Lock()

    def ask(self, question: Sequence[Any], *fds: int) -> int:
        """What it answers."""
        with self._lock:
            socket.send_fds(self._socket, [json.dumps(question).encode()], fds)
            answer = self._socket.recv(100)
        assert answer, "the process that forks has ended"
        return int(answer)

    def close(self) -> None:
        """End it."""
        self._socket.close()
        self._process.wait()
        for each in self._terminal:
            os.close(each)


class Child(PtyProcess):  # type: ignore[misc]
    """One of its children."""

    def __init__(self, parent: Parent, pid: int, fd: int) -> None:
        super().__init__(pid, fd)
        self._parent = parent

    def isalive(self) -> bool:
        """Whether it runs; else its status is there."""
        return not self.terminated and self._look("poll") is None

    def wait(self) -> int | None:
        """Wait for its end; the exit status, if that was not by a signal."""
        if not self.terminated:
            self._look("wait")
        return self.exitstatus

    def _look(self, how: str) -> int | None:
        code = self._parent.ask([how, self.pid])
        if code == RUNS:
            return None
        self.terminated = True
        self.exitstatus: int | None = code if code >= 0 else None
        self.signalstatus: int | None = -code if code < 0 else None
        return code


def log(pid: int) -> Path:
    """Where a child writes what it logs, if it does."""
    return Path(tempfile.gettempdir()) / f"gshell-{pid}.log"


RUNS = 1000
"""Not an exit status, and not a signal."""


def fork(parent: Parent, arguments: Sequence[str], env: Mapping[str, str], cwd: str, size: tuple[int, int]) -> Child:
    """Start gshell in a terminal of its own."""
    ours, its = pty.openpty()
    termios.tcsetwinsize(its, size)
    try:
        pid = parent.ask(["fork", list(arguments), dict(env), cwd], its)
    finally:
        os.close(its)
    return Child(parent, pid, ours)


# In the process that forks.


def _serve(connection: socket.socket) -> None:
    """Do what is asked until there is nobody to ask; returns in the children, as what they are to be."""
    while True:
        message, fds, *_ = socket.recv_fds(connection, 1 << 20, 1)
        if not message:
            os._exit(0)
        what, *rest = json.loads(message)
        if what == "fork":
            pid = os.fork()
            if pid == 0:
                connection.close()
                _begin(fds[0], *rest)
                return
            os.close(fds[0])
            answer = pid
        else:
            pid, status = os.waitpid(rest[0], os.WNOHANG if what == "poll" else 0)
            answer = os.waitstatus_to_exitcode(status) if pid else RUNS
        connection.send(str(answer).encode())


def _begin(terminal: int, arguments: list[str], env: dict[str, str], cwd: str) -> None:
    """Be a process that was started with these, in the terminal."""
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for fd in range(3):
        os.dup2(terminal, fd)
    os.close(terminal)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    logger = logging.getLogger("gshell")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.addHandler(logging.FileHandler(log(os.getpid()), delay=True))
    sys.argv = ["gshell", *arguments]


def _main() -> None:
    fd, *modules = sys.argv[1:]
    for name in modules:
        importlib.import_module(name)
    from gshell.console.looks import prepare_lexer
    from gshell.settings import Settings

    prepare_lexer(Settings())  # it compiles some hundred regular expressions
    # Each collection in a child would look at all that was imported, and have it copied for that.
    gc.collect()
    gc.freeze()
    _serve(socket.socket(fileno=int(fd)))
    from gshell.cli import main

    sys.exit(main())


if __name__ == "__main__":
    sys.path[0] = os.path.dirname(os.__file__)  # as `python -m gshell` does
    _main()
