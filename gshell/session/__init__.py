"""A session: builds the three threads, hands each part its collaborators, and takes them down.

session.py is the parts list.  host.py is what the shell gets of the others, toolkit.py chooses whose windows there are,
uncaught.py shows what nobody has caught, ending.py ends threads that may not want to.
"""

from gshell.session.session import Options, Session

__all__ = ["Options", "Session"]
