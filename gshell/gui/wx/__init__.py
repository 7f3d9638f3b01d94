"""wx, through wxPython: its event loop, and programs of the user's that use it."""
