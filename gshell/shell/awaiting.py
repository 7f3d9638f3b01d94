"""Top-level await: one asyncio loop that lives as long as the session, and runs while a cell awaits."""

from __future__ import annotations

import asyncio
from types import CoroutineType
from typing import Any


class SessionLoop:
    """Runs the coroutines of cells, one after the other; tasks that a cell has left go on in the next one."""

    def __init__(self) -> None:
        self._runner: asyncio.Runner | None = None

    def run(self, coroutine: CoroutineType[Any, Any, Any]) -> None:
        """Run it to its end.  In the worker, as user code; raises what it raises.

        Ctrl-C cancels it, and then it is KeyboardInterrupt that is raised; a second one does not wait for that.
        """
        if self._runner is None:
            self._runner = asyncio.Runner()
        try:
            self._runner.run(coroutine)
            return
        except BaseException as error:
            raised: BaseException = error
            if isinstance(error, KeyboardInterrupt) and isinstance(error.__context__, asyncio.CancelledError):
                raised = KeyboardInterrupt().with_traceback(error.__context__.__traceback__)  # where the cell was
        trace = raised.__traceback__
        while trace is not None and trace.tb_frame.f_code is not coroutine.cr_code:
            trace = trace.tb_next
        raise raised.with_traceback(trace)

    def forget(self) -> None:
        """Have the next cell begin with a new loop: the thread that runs this one was given up, or the session ends."""
        runner, self._runner = self._runner, None
        if runner is not None:
            for task in asyncio.all_tasks(runner.get_loop()):
                task._log_destroy_pending = False  # type: ignore[attr-defined]  # nobody is there to be told
