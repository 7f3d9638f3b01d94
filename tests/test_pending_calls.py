"""Pending calls: what they raise is raised in the code that they interrupt, and one that raises has been made.

And they run in the worker, as signal handlers do, also if it is another one by then.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from gshell.threads.role import has_gil
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


def test_an_asynchronous_exception_and_a_handler_at_once() -> None:
    """It is raised in the handler's first line; from 3.15 on behind the handler.  It is raised once in any case."""
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
print(len(handled))
"""
    assert run(body) == ("0" if sys.version_info < (3, 15) else "100")


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


LEAVES = """
import os, signal, time
from gshell.threads.role import Role, current_tstate

role, ran_in, states = Role(), {}, []
home = current_tstate()
signal.signal(signal.SIGUSR1, lambda *_: ran_in.update(handler=threading.current_thread().name))
call = PendingCall(lambda: ran_in.update(call=threading.current_thread().name))

def where_bits_are_set():
    return role._cells[1].value if sys.version_info >= (3, 13) else home

def in_thread(name, *functions):
    thread = threading.Thread(target=lambda: [function() for function in functions], name=name)
    thread.start()
    thread.join()

def look():
    signal.signal(signal.SIGUSR2, signal.SIG_DFL)  # for signals
    while len(ran_in) < 2: time.sleep(0)  # for pending calls, as it gets the GIL
"""


@pytest.mark.skipif(not has_gil(), reason="there is no role without the lock")
class TestHolderEnds:
    def test_what_comes_between_two_holders_waits_for_the_second(self) -> None:
        """Also if that, or a thread in between, has the ident of the first."""
        body = """
in_thread("old", role.take, role.leave)
assert where_bits_are_set() == home
call.add()
os.kill(os.getpid(), signal.SIGUSR1)
in_thread("between", work)
work()
assert not ran_in, ran_in
in_thread("new", role.take, look, role.leave)
role.give_back()
print(*sorted(ran_in.items()))
"""
        assert run(LEAVES + body) == "('call', 'new') ('handler', 'new')"

    def test_what_comes_at_the_end_waits_for_the_main_thread(self) -> None:
        body = """
in_thread("old", role.take, role.leave)
call.add()
os.kill(os.getpid(), signal.SIGUSR1)
work()
assert not ran_in, ran_in
role.give_back()
look()
print(*sorted(ran_in.items()))
"""
        assert run(LEAVES + body) == "('call', 'MainThread') ('handler', 'MainThread')"

    def test_it_changes_nothing_when_another_has_the_role(self) -> None:
        body = """
def note():
    states.extend(cell.value for cell in role._cells)

def overtake():
    in_thread("new", role.take, note, functools.partial(begun.put, None), go_on.get, role.leave)

from _queue import SimpleQueue
begun, go_on = SimpleQueue(), SimpleQueue()
new = threading.Thread(target=overtake)
in_thread("old", role.take, new.start, begun.get, role.leave, note)
go_on.put(None)
new.join()
role.give_back()
half = len(states) // 2
print(states[:half] == states[half:])
"""
        assert run(LEAVES + body) == "True"

    @pytest.mark.parametrize("how", ["stopped", "given up"])
    def test_worker_leaves_when_it_ends(self, how: str) -> None:
        body = f"""
from _queue import SimpleQueue
from gshell.threads.gate import Gate
from gshell.threads.interrupts import Interrupts
from gshell.threads.wakeup import wakeup_pipe
from gshell.threads.worker import Worker

read, write = wakeup_pipe()
worker, old = Worker(role, Interrupts(write), Gate(lambda: False)), []
take, begun, go_on = role.take, SimpleQueue(), SimpleQueue()
worker.start()
assert role._cells[0].value == worker.thread.ident

def take_after_the_end_of_the_old():
    go_on.put(None)
    old[0].join()
    states.append((role._cells[0].value, where_bits_are_set()))
    take()

if {how!r} == "given up":
    worker.submit(lambda: (begun.put(None), go_on.get()))
    begun.get()
    role.take, old[:] = take_after_the_end_of_the_old, [worker.thread]
    assert worker.abandon()
    assert states == [(0, home)], states
    assert role._cells[0].value == worker.thread.ident
worker.stop(10)
print((role._cells[0].value, where_bits_are_set()) == (0, home))
role.give_back()
"""
        assert run(LEAVES + body) == "True"


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
