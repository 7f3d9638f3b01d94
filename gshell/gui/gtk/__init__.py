"""GTK 3 and GTK 4, through PyGObject: their event loop, and programs of the user's that use it."""
