"""Magic commands: one small function each, in files by what they are about.

To add one, write a function in the file that it belongs to (or in a new one, which builtin.py imports), and decorate it
with `@magic(name, usage)` of registry.py, where it says what a usage line looks like.  Its docstring is its help.

What a magic remembers from one call to the next is an object of a class in its own file, which it asks for by

    shell.magics.state(LastEdit)

There is one for each shell, made without arguments when it is first asked for, and so nothing that the user does in one
session, or in one embed(), is known in another one of the same process.  What a magic wants to hear of (a cell that was
typed, a value that is shown) it listens to: `shell.cells.typed`, `.before`, `.after`, `shell.display.shown`.

Magics use the shell; the shell knows of them only what is in shell/known_magics.py, and is given that as it is made
(session.py here).
"""
