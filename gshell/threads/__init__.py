"""The worker thread, CPython's main-thread role, interrupts and the safepoint gate.

Nothing here knows a toolkit, matplotlib, a terminal or the language side of the shell.
"""
