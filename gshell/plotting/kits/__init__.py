"""What is different in matplotlib's own canvas, manager and toolbar, one module for each toolkit."""
