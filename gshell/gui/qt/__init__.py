"""Qt, through any of its Python bindings: its event loop, and programs of the user's that use it."""
