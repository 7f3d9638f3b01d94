"""Pending calls: what they raise is raised in the code that they interrupt, and one that raises has been made.

And they run in the worker, also if it is another one by then.
"""

from __future__ import annotations

import subprocess
import sys

from tests.terminal import ROOT

# Each in a process of its own, whose main thread has the main-thread role.  `together()` does two things with no
# bytecode in between: map() and operator.call() are C.
PROGRAM = """
import ctypes, functools, operator, sys, threading
from gshell.threads.async_exc import set_async_exc
from gshell.threads.role import PendingCall

calls = []
unraisable = []
sys.unraisablehook = unraisable.append

def together(*functions):
    _ = [*map(operator.call, functions)]

def interrupt():
    me = ctypes.c_ulong(threading.get_ident())
    return functools.partial(set_async_exc, me, ctypes.py_object(KeyboardInterrupt))

def work():
    for number in range(1000):
        str(number)

"""


def run(body: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM + body], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_it_is_made_once() -> None:
    assert (
        run("call = PendingCall(lambda: calls.append(1)); call.add(); work(); print(calls, call.waits)") == "[1] False"
    )


def test_what_it_raises_is_raised_in_the_code_that_it_interrupts() -> None:
    body = """
def fail():
    raise LookupError("through")

call = PendingCall(fail)
try:
    call.add()
    work()
except LookupError as error:
    print(error, call.waits, unraisable)
"""
    assert run(body) == "through False []"


def test_an_asynchronous_exception_that_comes_first_is_that_exception() -> None:
    """It lands in the first instruction of the call's function, which has no chance to catch it."""
    body = """
from gshell.threads import role

call = PendingCall(lambda: calls.append(1))
for _ in range(100):
    call._asked.add(None)
    try:
        together(
            functools.partial(role._add_pending_call, role._clear_set, call._asked),
            functools.partial(role._add_pending_call, role._is_true, call),
            interrupt(),
        )
        work()
    except KeyboardInterrupt:
        assert not call.waits
    else:
        raise AssertionError("nothing was raised")
print(len(unraisable))
"""
    assert run(body) == "0"


def test_an_asynchronous_exception_that_comes_before_a_handler_is_raised_in_its_first_line() -> None:
    """So there is never one that a handler could take back (Command.throw)."""
    body = """
import os, signal

handled = []
signal.signal(signal.SIGUSR1, lambda *_: handled.append(1))
for _ in range(100):
    try:
        together(interrupt(), functools.partial(os.kill, os.getpid(), signal.SIGUSR1))
        work()
    except KeyboardInterrupt:
        work()
    else:
        raise AssertionError("nothing was raised")
print(handled)
"""
    assert run(body) == "[]"


def test_what_waits_for_a_worker_that_is_given_up_runs_in_the_next_one() -> None:
    """And not in the OS main thread, which gets the GIL between any two lines meanwhile."""
    body = """
import signal, time
from _queue import SimpleQueue
from gshell.threads.role import Role

role, begun, ran_in = Role(), SimpleQueue(), {}
libc, mutex = ctypes.CDLL(None), ctypes.create_string_buffer(64)
libc.pthread_mutex_lock(mutex)
signal.signal(signal.SIGUSR1, lambda *_: ran_in.update(handler=threading.current_thread().name))

def stuck():
    role.take()
    together(functools.partial(begun.put, None), functools.partial(libc.pthread_mutex_lock, mutex))

def pause(frame, event, argument):
    time.sleep(0.001)
    return pause

def take_over():
    sys.settrace(pause)
    role.take()
    sys.settrace(None)
    signal.signal(signal.SIGUSR2, signal.SIG_DFL)  # looks for signals; since 3.13 their handlers wait for such a look
    while len(ran_in) < 2: pass

old, new = threading.Thread(target=stuck, name="old"), threading.Thread(target=take_over, name="new")
old.start()
begun.get()
call = PendingCall(lambda: ran_in.update(call=threading.current_thread().name))
call.add()
signal.pthread_kill(old.ident, signal.SIGUSR1)
new.start()
while new.is_alive(): pass
libc.pthread_mutex_unlock(mutex)
old.join()
role.give_back()
print(*sorted(ran_in.items()))
"""
    assert run(body) == "('call', 'new') ('handler', 'new')"


TAKES_BACK = """
import sys, threading, time
from gshell.threads.async_exc import take_back
from gshell.threads.role import PendingCall
calls = []
call = PendingCall(lambda: calls.append(1))
def is_made():  # not asked for then, as in gate.py
    frame = sys._current_frames()[here]
    while frame is not None and frame.f_code is not PendingCall.__bool__.__code__: frame = frame.f_back
    return frame is not None
def ask():
    while going:
        if not call.waits and not is_made(): call.add()
        time.sleep(1e-4)
here = threading.get_ident()
going = True
thread = threading.Thread(target=ask); thread.start()
sys.setprofile(lambda *_: None)
while len(calls) < 200: take_back(here)
sys.setprofile(None)
going = False
thread.join()
print(len(calls) >= 200)
"""


def test_pending_call_while_an_exception_is_taken_back() -> None:
    """In a thread with a profile function, on 3.11: it would never get past the start of a function.

    Nor does it if another call is asked for at once whenever one was made, and the threads switch as often: then there
    is always one, for which 3.11 goes back to that start.  Nothing in the shell asks like that.
    """
    done = subprocess.run([sys.executable, "-c", TAKES_BACK], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.stdout == "True\n", done.stderr
