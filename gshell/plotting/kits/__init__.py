"""A FigureKit for each toolkit: what is different in matplotlib's own canvas, manager, toolbar and timer."""
