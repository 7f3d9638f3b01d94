"""Thread-safe versions of matplotlib's own GUI backends, made by one generic piece.

pyplot runs in the worker, the widgets live on the GUI thread.  What crosses, and how:

- Made, shown, titled, resized, destroyed: `GuiThread.call`, in which the worker waits.  pyplot builds the canvas
  and the window through `FigureManager.create_with_canvas`, and all of that is carried over in one piece.
- Drawn: `draw_idle` from any thread posts one request, which is carried out on the GUI thread, under the gate, not
  oftener than 30 times a second.  `draw` in the worker renders there and then (that is what the caller wants), in
  matplotlib's code, where the gate keeps the GUI thread out.
- Shown: a paint event only ever copies the last finished frame.  The renderer may be half through a draw of the
  worker's, or belong to a savefig with another resolution.
- Mouse, keys, resizes, toolbar buttons, timers: wait for their turn (turns.py).
- Waiting (`pause`, `show(block=True)`, `ginput`): the worker waits on a queue, not in an event loop; the windows
  have theirs on the GUI thread already.
"""

from __future__ import annotations

from types import ModuleType

from matplotlib._pylab_helpers import Gcf

from gshell.plotting.backend_state import BackendState
from gshell.plotting.canvas import LiveCanvas, make_canvas
from gshell.plotting.manager import make_manager
from gshell.plotting.timer import make_timer
from gshell.plotting.toolbar import make_toolbar


def make_backend(stock: ModuleType, state: BackendState) -> ModuleType:
    """Return a backend module for pyplot like `stock`, one of matplotlib's, that is safe to use from the worker.

    In the thread that imports `stock`.
    """
    kit = state.kit
    kit.callbacks_in_turn(lambda function: lambda *args: state.turns.add(lambda: function(*args)))
    toolbar = make_toolbar(kit.toolbar, state)
    manager = make_manager(kit, toolbar, state)
    canvas = make_canvas(kit, manager, make_timer(kit.timer, state), state)
    kit.export(canvas, toolbar)
    module = ModuleType(f"{stock.__name__} (gshell)", stock.__doc__)
    vars(module).update(FigureManager=manager, FigureCanvas=canvas, backend_version=stock.backend_version)
    return module


def flush(state: BackendState) -> None:
    """Draw at once what is waiting to be drawn: a command has ended.  In the worker."""
    clicked = state.take_clicked()
    if clicked is not None and clicked in Gcf.get_all_fig_managers():
        Gcf.set_active(clicked)
    for manager in Gcf.get_all_fig_managers():
        if isinstance(manager.canvas, LiveCanvas):
            manager.canvas.gshell_hurry_soon()
    state.new_canvases.clear()
    state.gui.post(state.turns.hurry)
