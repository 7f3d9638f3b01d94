"""matplotlib's renderer, in pieces: whoever types meanwhile does not wait for a long draw.

A scatter of two million points is one call into C, which keeps the GIL for seconds: no key is echoed, no other thread
runs.  Here such a call is many short ones, and in between others have their turn.  The picture is the same, as Agg
paints one marker, triangle or cell after the other anyway.  A line is one shape.  As a rule nearly all of the time goes
into finding those of its points that can be seen, and that can be done in pieces.  Those are drawn in pieces, too,
whose ends meet a little differently than a corner is drawn: one in hundreds.  What else is one shape (a filled polygon)
is one piece.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from gshell.plotting.crossing import made
from gshell.threads.right_of_way import RightOfWay

PIECE = 0.004
"""Seconds that a piece takes, about."""
FEWEST = 500
"""Markers, points, triangles or cells of the smallest piece, and of the first."""
LINE = 20_000
"""Points of the smallest piece of a line in which the visible ones are looked for, and of a line that is cut."""


_UNCHANGED: Any = IdentityTransform()


class PatientRenderer(RendererAgg):
    """Draws what is long in pieces.  In any thread."""

    _gshell_right_of_way: RightOfWay

    def _update_methods(self) -> None:
        stock: Any = super()
        stock._update_methods()
        # matplotlib keeps the methods of its C part in the object itself.
        vars(self).update(
            draw_markers=self._gshell_markers,
            draw_quad_mesh=self._gshell_quad_mesh,
            draw_gouraud_triangles=self._gshell_triangles,
        )

    def _gshell_markers(self, gc: Any, marker: Any, marker_trans: Any, path: Any, trans: Any, *face: Any) -> None:
        draw = self._renderer.draw_markers
        if path.codes is not None:
            draw(gc, marker, marker_trans, path, trans, *face)
            return

        def piece(begin: int, end: int) -> None:
            draw(gc, marker, marker_trans, Path(path.vertices[begin:end]), trans, *face)

        self._gshell_in_pieces(len(path.vertices), piece)

    def _gshell_triangles(self, gc: Any, points: Any, colors: Any, *rest: Any) -> None:
        def piece(begin: int, end: int) -> None:
            self._renderer.draw_gouraud_triangles(gc, points[begin:end], colors[begin:end], *rest)

        self._gshell_in_pieces(len(points), piece)

    def _gshell_quad_mesh(
        self, gc: Any, master: Any, width: int, height: int, coordinates: Any, offsets: Any, offset_trans: Any,
        faces: Any, antialiased: Any, edges: Any,
    ) -> None:  # fmt: skip
        draw = self._renderer.draw_quad_mesh
        cells = width * height
        if len(offsets) > 1 or not {len(faces), len(edges)} <= {0, 1, cells}:  # they are repeated, not row by row
            draw(gc, master, width, height, coordinates, offsets, offset_trans, faces, antialiased, edges)
            return

        def rows(colors: Any, begin: int, end: int) -> Any:
            return colors if len(colors) != cells else colors[begin * width : end * width]

        def piece(begin: int, end: int) -> None:
            draw(
                gc, master, width, end - begin, coordinates[begin : end + 1], offsets, offset_trans,
                rows(faces, begin, end), antialiased, rows(edges, begin, end),
            )  # fmt: skip

        self._gshell_in_pieces(height, piece, max(1, FEWEST // max(1, width)))

    def draw_path(self, gc: GraphicsContextBase, path: Any, transform: Any, rgbFace: Any = None) -> None:
        draw: Any = super().draw_path
        if (
            len(path.vertices) < LINE
            or not path.should_simplify
            or path.codes is not None
            or rgbFace is not None
            or gc.get_hatch() is not None
            or gc.get_sketch_params() is not None
            or gc.get_snap()
        ):
            draw(gc, path, transform, rgbFace)
            return
        simple = self._gshell_simplified(path, transform)
        new_gc: Any = self.new_gc
        unsnapped, piecewise = new_gc(), new_gc()
        for each in (unsnapped, piecewise):
            each.copy_properties(gc)
            each.set_snap(False)  # as Agg itself does with long lines, unless it is told to snap
        piecewise.set_capstyle("butt")
        count = len(simple.vertices)
        if gc.get_dashes()[1] is not None:  # they would begin anew
            draw(unsnapped, simple, _UNCHANGED, None)
            return

        def piece(begin: int, end: int) -> None:
            at_end = begin == 0 or end == count
            draw(unsnapped if at_end else piecewise, _part(simple, max(0, begin - 1), end), _UNCHANGED, None)

        self._gshell_in_pieces(count, piece)

    def _gshell_simplified(self, path: Any, transform: Any) -> Any:
        """What Agg would make of a long line before it draws it: without the points that can't be seen."""
        clip = (-1.0, -1.0, self.width + 1.0, self.height + 1.0)
        vertices: list[Any] = []
        codes: list[Any] = []

        def piece(begin: int, end: int) -> None:
            part = Path(path.vertices[max(0, begin - 1) : end])  # with the last point of the piece before
            part.simplify_threshold = path.simplify_threshold
            found: Any = part.cleaned(transform, remove_nans=True, clip=clip, simplify=True)
            new, kinds = found.vertices[:-1], found.codes[:-1]  # without its STOP
            if len(new):
                if vertices and np.array_equal(vertices[-1][-1], new[0]):
                    kinds[0] = Path.LINETO
                vertices.append(new)
                codes.append(kinds)

        self._gshell_in_pieces(len(path.vertices), piece, LINE)
        simple = Path(np.concatenate(vertices), np.concatenate(codes)) if vertices else Path(np.empty((0, 2)))
        simple.should_simplify = False
        return simple

    def _gshell_in_pieces(self, count: int, draw: Callable[[int, int], None], size: int = FEWEST) -> None:
        """Draw `count` things by `draw(begin, end)`."""
        fewest, begin = size, 0
        while True:
            end = min(begin + size, count)
            started = time.perf_counter()
            draw(begin, end)
            took = time.perf_counter() - started
            begin = end
            if begin >= count:
                return
            size = max(fewest, min(2 * size, int(size * PIECE / took)))
            if took > PIECE / 2:
                self._gshell_right_of_way.give_way()


def make_renderer(stock: type[RendererAgg], right_of_way: RightOfWay) -> type[RendererAgg]:
    """Return a subclass of matplotlib's renderer that lets keys go first."""
    return made("RendererAgg", PatientRenderer, stock, _gshell_right_of_way=right_of_way)


def _part(path: Any, begin: int, end: int) -> Any:
    """A part of a line, to be drawn by itself."""
    codes = path.codes[begin:end].copy()
    codes[0] = Path.MOVETO
    part = Path(path.vertices[begin:end], codes)
    part.should_simplify = False
    return part
