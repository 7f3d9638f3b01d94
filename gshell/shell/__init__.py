"""The language side of the shell: compile, execute, display, traceback, magics.  No terminal, no GUI."""
