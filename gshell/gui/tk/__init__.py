"""Tk, through tkinter: its event loop, and programs of the user's that use it."""
