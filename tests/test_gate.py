"""The gate with real threads: what the GUI thread may do while the worker is parked, or writes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.terminal import ROOT

SESSION = """
import contextlib, os, pty, signal, sys, threading, time
from gshell.console.output import AbovePrompt
from gshell.console.output_stream import text_stream
from gshell.threads.gate import Gate
from gshell.threads.role import Role

role, gate, ready, stop = Role(), Gate(lambda: False), threading.Event(), False
master, slave = pty.openpty()
saved, _ = os.dup(1), os.dup2(slave, 1)
os.dup2(slave, 2)
above = AbovePrompt()
out, err = text_stream(1, above), text_stream(2, above)
threading.Thread(target=lambda: [None for _ in iter(lambda: os.read(master, 65536), b"")], daemon=True).start()
def start(work):
    def run():
        role.take()
        gate.adopt(can_park=True)
        ready.set()
        work()
        gate.retire()
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread
def begin(work):
    thread = start(work)
    ready.wait()
    return thread
def turn():
    while True:
        stack = contextlib.ExitStack()
        if stack.enter_context(gate.turn()):
            return stack
        stack.close()
def end(thread, text):
    global stop
    stop = True
    thread.join(10)
    role.give_back()
    os.write(saved, f"{text} {thread.is_alive()}".encode())
    os._exit(0)
"""

PRINT = """
def work():
    while not stop: print("of the worker", file=out)
thread, overtaken = begin(work), 0
for _ in range(30):
    with turn():
        print("of a callback", file=out)
        overtaken += gate.overtaken
end(thread, f"overtaken {overtaken}")
"""
SLEEP = """
count = 0
def work():
    global count
    while not stop: count += 1
thread = begin(work)
with turn():
    # Who waited for the GIL as we came in goes on to the next place where CPython looks at pending calls.
    while not gate.parked: time.sleep(0.001)
    before = count
    time.sleep(0.5)
    end_count = count
    overtaken = gate.overtaken
end(thread, f"overtaken {int(overtaken)}, counted {end_count - before}")
"""
LOCK = """
lock = threading.Lock()
def work():
    while not stop:
        with lock:
            for _ in range(1000): pass
thread, overtaken = begin(work), 0
for _ in range(10):
    with turn(), lock: pass
end(thread, "not for ever")
"""
HANDLER = """
def handler(signum, frame): print("of the handler", file=err)
def work():
    signal.signal(signal.SIGUSR1, handler)
    begun.set()
    while not stop: print("of the worker", file=out)
begun = threading.Event()
thread = begin(work)
begun.wait()
for _ in range(2000):
    signal.pthread_kill(thread.ident, signal.SIGUSR1)
end(thread, "handled")
"""
GIVEN_UP = """
import ctypes
libc, mutex = ctypes.CDLL(None), ctypes.create_string_buffer(64)
libc.pthread_mutex_lock(mutex)
begin(lambda: libc.pthread_mutex_lock(mutex))
while not gate._call.waits:
    with turn(): pass
def pause(frame, event, argument):  # the GUI thread has the GIL between any two lines
    if frame.f_code is Role.take.__code__ or frame.f_back.f_code is Role.take.__code__: time.sleep(0.001)
    return pause
def work():
    while not stop: pass
threading.settrace(pause)
ready.clear()
with turn():
    thread = start(work)
    while not gate.parked: pass
ready.wait()
with turn(): pass
end(thread, "taken over")
"""


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param(PRINT, "overtaken 0 False", id="a callback prints while the worker is parked after a write"),
        pytest.param(SLEEP, "overtaken 0, counted 0 False", id="a callback that sleeps is not blocked"),
        pytest.param(LOCK, "not for ever False", id="a callback that waits for the worker's lock is"),
        pytest.param(HANDLER, "handled False", id="a signal handler writes to the other stream"),
        pytest.param(GIVEN_UP, "taken over False", id="a worker is given up while the GUI thread is in"),
    ],
)
def test_gate(code: str, told: str) -> None:
    done = subprocess.run([sys.executable, "-c", SESSION + code], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.stdout == told
