"""Ctrl-C: KeyboardInterrupt in the worker, exactly once for each press, and never in the shell's own code.

The user expects of Ctrl-C what it does in plain Python, beside three threads and a GUI: it stops whatever runs, at
once, loses nothing, and leaves the shell whole.  This page says what stands in the way, and what is done about it.


What does not work
------------------

*Let CPython do it.*  CPython runs signal handlers in one thread, between any two bytecodes.  Its own SIGINT handler
raises KeyboardInterrupt wherever that happens to be.  In a shell that is now and then the shell itself: between taking
a lock and the `try` that gives it back, or in the `except` that has just caught the exception of the last press.  Trio
met this first, and its answer is ours: the handler looks at the frame that it has interrupted.  In user code it raises,
in the shell's own it only notes that KeyboardInterrupt is *due* (protection.py).  Then somebody has to come back to it.

*Come back when the protected code ends.*  There is no hook for "this frame is about to return" that is cheap and always
there.  The return of the frame is watched (frame_exit.py) where that is possible, and user code begins with a look at
what is due.  Neither is enough: the worker may go from the protected function straight into a call that blocks.  So as
long as something is due the console thread sends a second signal, NUDGE, whose handler raises what is due if it can
now.

*Raise an asynchronous exception from the console thread.*  PyThreadState_SetAsyncExc needs no handler, but lands only
between bytecodes: `time.sleep(1000)` would sleep on.  And it lands anywhere: whoever sets it has looked at the frame
some time before.  It is what we do where nothing else is left: without the main-thread role (role.py), and at the
recursion limit, where no handler can begin.

*Take it back.*  When the worker comes to a line that could, it has been raised: in the first line of whatever function
was next.  And to take back what is not there stops traced code for ever, on 3.11 (take_back() in async_exc.py).  So it
is set in one step with the taking of what is due, and is never too late (Command.throw).

*Trust that the signal arrives.*  The kernel gives a SIGINT to any thread that does not block it, one that a BLAS
library has made, say.  There, CPython's handler in C notes the signal and writes its number to the wakeup fd; the
worker sleeps on in its system call.  So the console reads the wakeup fd, and wakes the worker with a signal that has no
Python handler (WAKE), which ends system calls with EINTR.

*Trust that the handler runs.*  C code that does not ask for signals never lets it; asyncio has its own there; at the
recursion limit it raises RecursionError, which user code may swallow.  The console does not take silence for an answer:
it asks with a NUDGE, and tells the user when there is none (ladder.py).

*Test what is due, then take it.*  Between the two steps another handler may run, or another thread: one press would
raise two exceptions.  What is due is a claim (claim.py): who takes it raises it.

*Ask the clock which command a press is for.*  A signal that another thread got in the last moment of a command has its
handler run when the worker next runs Python code, in the next command, perhaps minutes later.  So a command is an
object with an identity (commands.py).  What is due is due in that object.  And before a command is given to the worker,
the console sees to it that the handlers of all presses that it has read have run (Worker.settle).


What we do
----------

    signals.py    the handlers, where they are installed, masks, forks; wakeup_fd.py: beside the user's own wakeup fd
    commands.py   which command a press is for
    delivery.py   raise KeyboardInterrupt in it, once: the handlers, the nudge, protection's end, without a handler
    ladder.py     what a press means now, and what is to be done next: rules and times, no threads
    interrupts.py all of that together, for the rest of the shell

One press, in a command that runs Python code: the kernel gives SIGINT to the worker, CPython's C handler writes its
number to the wakeup fd, and Delivery.on_sigint() runs, sets KBINT and raises KeyboardInterrupt.  That takes 0.3 ms.
Meanwhile the console has read the number, tells the ladder of the press, learns that the handler has run, and has
nothing to do.

The same, in C code that does not look at signals: no handler runs.  The ladder is UNANSWERED; after half a second
the console asks, after two it tells the user where the command is, and the next press abandons it (worker.py,
abandon.py).
"""

from gshell.threads.flag import INTERRUPTED
from gshell.threads.interrupts.commands import Command
from gshell.threads.interrupts.interrupts import Interrupts
from gshell.threads.interrupts.ladder import POLL, Press, Step, Tell
from gshell.threads.interrupts.signals import SIGQUIT

__all__ = [
    "INTERRUPTED",
    "POLL",
    "SIGQUIT",
    "Command",
    "Interrupts",
    "Press",
    "Step",
    "Tell",
]
