"""A session: builds the three threads, hands each part its collaborators, and takes them down.

session.py is the parts list.  host.py is what the shell gets of the others, toolkit.py chooses whose windows there are,
uncaught.py shows what nobody has caught, survival.py keeps the session on the disk, ending.py ends threads that may not
want to.
"""

from gshell.session.first_commands import Options
from gshell.session.session import Session

__all__ = ["Options", "Session"]
