"""Top-level await: one asyncio loop that lives as long as the session, and runs while a cell awaits.

A cell with an await is one coroutine, from its first line to the value that it shows: `create_task(f())` wants a
running loop, although there is no await in it, and its task begins when a later line awaits.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import CodeType, FrameType
from typing import Any

_STEP = asyncio.Handle._run.__code__
"""What runs a piece of a task, up to its next await."""


def awaits(code: CodeType) -> bool:
    """Whether a piece of code has to be awaited."""
    return bool(code.co_flags & inspect.CO_COROUTINE)


class SessionLoop:
    """Runs cells that await, one after the other; tasks that a cell has left go on in the next one."""

    def __init__(self) -> None:
        self._runner: _Runner | None = None

    def run(self, codes: Sequence[CodeType], names: dict[str, Any], between: Callable[[], object]) -> None:
        """Run pieces of code, of which some await, to their end.  In the worker, as user code; raises what they raise.

        Calls `between()` after each of them.

        Ctrl-C breaks what they do between two awaits.  While they wait it cancels them, and then it is
        KeyboardInterrupt that is raised; a second one does not wait for that.
        """
        context = contextvars.copy_context()
        try:
            with _outside_of_loops() as nested:
                self._run(_one_after_the_other(codes, names, between), context, nested=nested)
            return
        except BaseException as error:
            raised: BaseException = error
            if isinstance(error, KeyboardInterrupt) and isinstance(error.__context__, asyncio.CancelledError):
                raised = KeyboardInterrupt().with_traceback(error.__context__.__traceback__)  # where the cell was
        finally:
            # numpy's print options and decimal's precision are such variables: what a cell sets is for the next, too.
            for variable, value in context.items():
                if variable.get(None) is not value:
                    variable.set(value)
        trace = raised.__traceback__
        while trace is not None and trace.tb_frame.f_code not in codes:
            trace = trace.tb_next
        raise raised.with_traceback(trace)

    def _run(self, coroutine: Any, context: contextvars.Context, *, nested: bool) -> None:
        if nested:  # by a magic in a cell that awaits, or in an embed(): the loop around it can't run in between
            with _Runner() as runner:
                runner.run(coroutine, context=context)
            return
        if self._runner is None:
            self._runner = _Runner()
        self._runner.run(coroutine, context=context)

    def forget(self) -> None:
        """Have the next cell begin with a new loop: the thread that runs this one was given up, or the session ends."""
        runner, self._runner = self._runner, None
        if runner is not None:
            for task in asyncio.all_tasks(runner.get_loop()):
                task._log_destroy_pending = False  # type: ignore[attr-defined]  # nobody is there to be told


async def _one_after_the_other(codes: Sequence[CodeType], names: dict[str, Any], between: Callable[[], object]) -> None:
    for code in codes:
        result = eval(code, names)
        if awaits(code):
            await result
        between()


class _Runner(asyncio.Runner):  # type: ignore[misc]  # final, as typeshed says
    """asyncio's, but for Ctrl-C: that of asyncio only cancels, which a loop without an await never notices."""

    def _on_sigint(self, signum: int, frame: FrameType | None, main_task: asyncio.Task[Any]) -> None:
        if _runs_cell(frame):
            signal.default_int_handler(signum, frame)
        else:
            super()._on_sigint(signum, frame, main_task)  # type: ignore[misc]


def _runs_cell(frame: FrameType | None) -> bool:
    """Whether the task of a cell is at work, and not the loop or another task."""
    while frame is not None and frame.f_code is not _STEP:
        if frame.f_code is _one_after_the_other.__code__:
            return True
        frame = frame.f_back
    return False


@contextmanager
def _outside_of_loops() -> Iterator[bool]:
    """Whether a loop runs in this thread; meanwhile none does, as far as asyncio knows, and another one may."""
    loop = asyncio._get_running_loop()
    task = None if loop is None else asyncio.current_task(loop)
    if loop is None or task is None:
        yield False
        return
    asyncio._leave_task(loop, task)
    asyncio._set_running_loop(None)
    handler = signal.getsignal(signal.SIGINT)  # of the loop around, and would cancel that
    try:
        _handle_sigint(signal.default_int_handler)
        yield True
    finally:
        _handle_sigint(handler)
        asyncio._set_running_loop(loop)
        asyncio._enter_task(loop, task)


def _handle_sigint(handler: Any) -> None:
    with suppress(ValueError):  # the worker has no main-thread role
        signal.signal(signal.SIGINT, handler)
