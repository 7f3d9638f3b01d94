"""Where the standard library keeps Ctrl-C waiting, or makes noise about it, it does so no more.

A process that is about to end anyway may take its time; the prompt of a shell should be back at once.
"""

from __future__ import annotations

import functools
import linecache
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from types import FrameType, ModuleType
from typing import Any, TypeVar

from gshell.imports import when_imported
from gshell.threads.async_exc import checkpoint
from gshell.threads.flag import INTERRUPTED
from gshell.threads.protection import completed

F = TypeVar("F", bound=Callable[..., Any])

GRACE = 2.0
"""Seconds that a child has to end by the SIGINT that it got too, before subprocess.run() has it killed."""
DEPTH = 500
"""The least recursion limit."""
TRIES = 5
"""What another thread is in the way of is tried so often."""
OWN_SIGINT = 0.05
"""Seconds in which a SIGINT that has ended a child reaches this process too."""


def install() -> None:
    """Patch what keeps Ctrl-C waiting.  Once, at start."""
    _patch_subprocess()
    _patch_executor()
    _patch_recursion_limit()
    _patch_linecache()
    when_imported("multiprocessing.process", _on_multiprocessing)
    # Broken off in there, an event loop has half of its attributes, and complains of the others when it is collected.
    when_imported("asyncio.unix_events", lambda asyncio: completed(asyncio._UnixSelectorEventLoop.__init__))


def _patch_subprocess() -> None:
    # After a KeyboardInterrupt Popen waits 0.25 s for its child, and then run() kills it.  The child keeps its time,
    # but nobody waits for it.
    stock_wait, stock_kill = subprocess.Popen.wait, subprocess.Popen.kill
    # Broken off between fork and the line that notes the pid, it would leave a process that nobody can end or wait for.
    stock_init = completed(subprocess.Popen.__init__)

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            stock_init(self, *args, **kwargs)
            checkpoint()
        except KeyboardInterrupt:
            if self.pid is not None:  # the caller does not get to know it
                end(self)
            raise
        self._sigint_wait_secs = 0

    def wait(self: Any, timeout: float | None = None) -> int:
        # A child that was ended by SIGINT: the same Ctrl-C is on its way to us.  The kernel may have given it to a
        # thread that has yet to wake up, and the user's next line would run.
        status: int = stock_wait(self, timeout)
        if status == -signal.SIGINT:
            time.sleep(OWN_SIGINT)
        return status

    def see_off(child: Any) -> None:
        try:
            child.wait(GRACE)
        except subprocess.TimeoutExpired:
            stock_kill(child)
            child.wait()

    def end(child: Any) -> None:
        threading.Thread(target=see_off, args=[child], daemon=True).start()

    def kill(self: Any) -> None:
        in_run = sys._getframe(1).f_code.co_filename == subprocess.__file__
        if in_run and isinstance(sys.exception(), KeyboardInterrupt) and self.poll() is None:
            end(self)
        else:
            stock_kill(self)

    patches: tuple[Any, ...] = (__init__, wait, kill)
    for function in patches:
        function.__wrapped__ = getattr(subprocess.Popen, function.__name__)
        setattr(subprocess.Popen, function.__name__, function)


def _patch_recursion_limit() -> None:
    # It holds for all threads: with less, the prompt could not be drawn, nor what stops the user's code be executed.
    stock = sys.setrecursionlimit

    def setrecursionlimit(limit: int, /) -> None:
        stock(limit)
        if limit < DEPTH:
            stock(DEPTH)
            print(f"gshell: the recursion limit is {DEPTH}: the shell itself needs that much", file=sys.stderr)

    sys.setrecursionlimit = setrecursionlimit


def _patch_linecache() -> None:
    # Two threads look at the sources of their tracebacks, or stop at a breakpoint, at the same time: one finds that a
    # file has changed and takes it out, and the other, which has its name already, raises KeyError in the user's code.
    def patient(stock: F) -> F:
        @functools.wraps(stock)
        def again(*args: Any, **kwargs: Any) -> Any:
            for _ in range(TRIES):
                with suppress(KeyError):
                    return stock(*args, **kwargs)
            return stock(*args, **kwargs)

        return again  # type: ignore[return-value]

    linecache.checkcache = patient(linecache.checkcache)
    linecache.getlines = patient(linecache.getlines)


def _patch_executor() -> None:
    # `with ThreadPoolExecutor()` waits at its end for what its threads do, which no signal reaches.
    stock = Executor.__exit__

    def __exit__(self: Any, kind: type[BaseException] | None, error: Any, trace: Any) -> bool | None:
        if kind is KeyboardInterrupt and type(self).__module__.startswith("concurrent.futures."):
            self.shutdown(wait=False, cancel_futures=True)
            return False
        return stock(self, kind, error, trace)

    Executor.__exit__ = __exit__  # type: ignore[method-assign]


# Ctrl-C reaches the children of multiprocessing too, and each of them prints a traceback that says only that.  So in a
# forked one SIGINT ends the process without a word, but for the time in which it runs the user's code: there it is the
# KeyboardInterrupt that this code may expect, and the end is as quiet.  A worker of a Pool takes no notice while it has
# nothing to do: ended in the middle of a message, it would spoil the queues for those that follow it.


def after_fork() -> None:
    """In a forked child."""
    fork = sys.modules.get("multiprocessing.popen_fork")
    is_fork = fork is not None and sys._getframe(1).f_code.co_filename == fork.__file__
    if is_fork and signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else the user wants it otherwise
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def _on_multiprocessing(process: ModuleType) -> None:
    stock = process.BaseProcess.run

    def run(self: Any) -> None:
        if signal.getsignal(signal.SIGINT) is not signal.SIG_DFL or process.current_process() is not self:
            stock(self)
            return
        try:
            signal.signal(signal.SIGINT, _in_child)
            stock(self)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        finally:
            signal.signal(signal.SIGINT, signal.SIG_DFL)

    process.BaseProcess.run = run


def _in_child(signum: int, frame: FrameType | None) -> None:
    """The SIGINT handler of a forked process."""
    pool, queues = sys.modules.get("multiprocessing.pool"), sys.modules.get("multiprocessing.queues")
    if pool is not None and queues is not None:
        called = ""
        while frame is not None:
            if frame.f_code is pool.worker.__code__ and called in ("", queues.__file__):
                return
            called = frame.f_code.co_filename
            frame = frame.f_back
    raise KeyboardInterrupt
