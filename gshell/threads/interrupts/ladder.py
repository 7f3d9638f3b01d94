"""What a press of Ctrl-C means now: rules and times, without threads, signals or a clock.

There is one ladder for each command.  It is told what happens (`press()`, `note()`, `polled()`) and asked what is to be
done (`tick()`); every function gets the time.  Only the console thread uses it, but for `polls()`, which only reads.
docs/interrupts.md has the same states and steps, as a table.

    QUIET       nothing was pressed, or it has been seen to
    TRUSTED     the command polls KBINT, and has PATIENCE seconds to stop by itself
    UNANSWERED  pressed, and the worker has not come to it: it is in C code, or the SIGINT handler is the user's
    DUE         KeyboardInterrupt has to wait for code that must not be broken
    THROWN      it was set as an asynchronous exception, and the worker stands where it stood
    RAISED      it was raised, and the command still runs: it cleans up, or has swallowed it

Every state but the first ends by itself (the command ends, and its ladder with it), or the user is `told` after STUCK
seconds that it does not, and the next press gives the command up.

One press is seen twice: by the SIGINT handler in the worker, which acts at once, and by the console, which reads the
number of each signal from the wakeup fd.  Either may be the first, and two presses may become one call of the handler.
So a press that the console reads counts as answered if the handler ran shortly before, and else is UNANSWERED until
the worker gives a sign of life: the handler, or that of the NUDGE by which the console asks.  CPython runs the handlers
of waiting signals in the order of their numbers, SIGINT's before NUDGE's.  An answer to the NUDGE is thus one for every
press before it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto

from gshell.threads.interrupts.facts import Event, Facts

TRUST = 1.0
"""Seconds since it last looked at KBINT for which a command is trusted to stop by itself."""
PATIENCE = 2.0
"""Seconds that a trusted command has."""
LATE = 0.25
"""Seconds by which the console looks too late only if it was not run.  (It looks every few hundredths of a second.)"""
AHEAD = 0.25
"""Seconds by which the handler may have run before the console learns of the press."""
MOMENT = 0.1
"""Seconds after a press for which the command is watched whatever has come of it: the handler may run a little later.
Who does not answer for so long may be in code that has to be ended by other means (an SQLite query)."""
UNHEARD = 0.5
"""Seconds after which a worker that has not answered is asked for a sign of life."""
MUTE = 0.7
"""Seconds after which a worker that has not answered that either, although the handler is ours, gets the exception
without a handler: at the recursion limit none can begin."""
HANDLERS = 0.5
"""Seconds that handlers have to raise what is due, where they run, before it is set as an asynchronous exception."""
NUDGE_PATIENCE = 0.1
"""Seconds after which a NUDGE that was not handled is sent again: at the recursion limit its handler can't begin."""
STUCK = 2.0
"""Seconds after which the user is told that a command does not stop."""
CHASE = 0.005
"""Seconds between two nudges of a worker in which an interrupt is due."""
EAGER = 0.5
"""Seconds after which a worker that does not come to its interrupt is nudged less often."""
WATCH = 0.05
"""Seconds between two looks then, and at a command that may turn out to be stuck."""
POLL = 0.5
"""Seconds between two looks at whether the command reads KBINT."""


class State(Enum):
    """Where a command stands with Ctrl-C; see the module's text."""

    QUIET = auto()
    TRUSTED = auto()
    UNANSWERED = auto()
    DUE = auto()
    THROWN = auto()
    RAISED = auto()


class Press(Enum):
    """What one more press means."""

    WAIT = auto()
    """It takes its course: see tick()."""
    BREAK = auto()
    """The user, who was told so, insists that a protect() block is broken."""
    GIVE_UP = auto()
    """The user, who was told so, gives the command up."""


class Tell(Enum):
    """What the user is to be told; one more press does it then."""

    PROTECTED = auto()
    """The command is in a protect() block: a press breaks that."""
    SILENT = auto()
    """It does not answer: a press gives it up."""
    GOES_ON = auto()
    """It has swallowed what was raised, or does not come to it: a press gives it up."""


@dataclass(frozen=True)
class Step:
    """What is to be done now."""

    again: float | None = None
    """In how many seconds tick() is to be called again; None: not before something happens."""
    interrupt: float | None = None
    """KeyboardInterrupt is due from now on, since this time."""
    nudge: bool = False
    """Have the worker raise what is due."""
    ask: bool = False
    """Ask the worker for a sign of life."""
    silence: bool = False
    """It has not answered for a moment: end what does not look at signals."""
    tell: Tell | None = None
    """Say so to the user."""


class Ladder:
    """Where one command stands with Ctrl-C."""

    def __init__(self) -> None:
        self.state = State.QUIET
        self.told = False
        """Whether the user was told that one more press gives the command up (or breaks its protect() block)."""
        self._since = 0.0  # when it came into this state
        self._deadline: float | None = None  # until when the command is trusted
        self._pressed = -math.inf  # when the console last learned of a press
        self._polled = -math.inf  # when the command was last seen to look at KBINT
        self._ahead = -math.inf  # when the handler ran for a press that the console did not know of
        self._silence_seen = False
        # When KeyboardInterrupt was raised.  None is forgotten: who presses again, however late, wants it to stop.
        self._raised: list[float] = []

    # What has happened.

    def polled(self, now: float) -> None:
        """The command has looked at KBINT."""
        self._polled = now

    def polls(self, now: float) -> bool:
        """Whether the command has looked at KBINT shortly before Ctrl-C was pressed.  From any thread."""
        # The handler may run long after the press: when a function in C returns.
        pressed = self._pressed
        return (now if pressed == -math.inf else pressed) - self._polled < TRUST

    def note(self, event: Event, at: float) -> None:
        """Something has happened in the worker."""
        if event is Event.HEARD:
            if self.state is State.UNANSWERED:
                self._rest(at)
            else:
                self._ahead = at
        elif event is Event.TRUSTED:
            self._deadline = at + PATIENCE
            self._enter(State.TRUSTED, at)
        elif event is Event.RAISED:
            self._note_raised(at)
        elif event is Event.THROWN:
            self._raised.append(at)
            # Who has not answered the press is silent since then.
            self._enter(State.THROWN, self._since if self.state is State.UNANSWERED else at)
        elif event is Event.ANSWERED:
            if self.state in (State.UNANSWERED, State.THROWN):
                self.told = False
                self._rest(at)
        elif event is Event.ACCEPTED:
            self._raised.clear()
            self._deadline = None
            self.told = False
            if self.state in (State.TRUSTED, State.RAISED):
                self._enter(State.QUIET, at)

    def _note_raised(self, at: float) -> None:
        if len(self._raised) < 2:
            self.told = False  # it was stuck, and now it is not
        self._raised.append(at)
        self._deadline = None
        self._enter(State.RAISED, at)

    def press(self, now: float, facts: Facts) -> Press:
        """The console has learned of a press."""
        meaning = Press.WAIT
        if self.told and (self._is_stuck(now, facts) or len(self._raised) > 1):
            if not facts.protected:
                return Press.GIVE_UP
            meaning = Press.BREAK
        self.told = self._silence_seen = False
        self._pressed = now
        if facts.role:  # else there is no handler, and nothing to be answered
            answered = facts.ours and now - self._ahead < AHEAD
            self._ahead = -math.inf
            if not answered and self.state is not State.UNANSWERED:
                # A worker that stands where it stood has not answered the press before this one, either.
                silent = self.state is State.THROWN and not facts.moved
                self._enter(State.UNANSWERED, self._since if silent else now)
        return meaning

    # What is to be done.

    def tick(self, now: float, facts: Facts) -> Step:
        """Some time has passed, or something has happened: what is to be done now, and when to come back."""
        interrupt = self._end_of_trust(now, facts)
        self._see(now, facts)
        silence = ask = False
        waited = now - self._pressed
        if self._is_silent and waited > MOMENT:
            silence, self._silence_seen = not self._silence_seen, True
            if self.state is State.UNANSWERED and facts.role:
                ask = waited > UNHEARD and not facts.protected
                if waited > MUTE and facts.ours and facts.due is None and not self.polls(now):
                    interrupt = self._pressed
        tell = None if self.told else self._to_tell(now, facts)
        self.told |= tell is not None
        return Step(
            again=0.0 if interrupt is not None else self._again(now, facts),
            interrupt=interrupt,
            nudge=facts.due is not None and not facts.protected,
            ask=ask,
            silence=silence,
            tell=tell,
        )

    def _end_of_trust(self, now: float, facts: Facts) -> float | None:
        """Since when KeyboardInterrupt is due, if the patience with a trusted command is over and KBINT is set."""
        if self._deadline is None or now <= self._deadline:
            return None
        if now > self._deadline + LATE:
            self._deadline = now + LATE  # the machine has stalled, and the command had no time either
            return None
        self._deadline = None
        if self.state is State.TRUSTED:
            self._rest(now)
        return now if facts.flag else None

    def _see(self, now: float, facts: Facts) -> None:
        """Come to the state that the facts make."""
        if facts.due is not None:
            if self.state is not State.UNANSWERED:
                self._enter(State.DUE, facts.due)
        elif self.state is State.DUE:
            self._rest(now)
        if self.state is State.THROWN and facts.moved:
            self._enter(State.RAISED, now)

    @property
    def _is_silent(self) -> bool:
        """Whether the worker has not answered since Ctrl-C, not even with a signal handler of the user's."""
        return self.state in (State.UNANSWERED, State.THROWN)

    def _is_stuck(self, now: float, facts: Facts) -> bool:
        """Whether the command has not come to its interrupt, or has gone on after several, for STUCK seconds."""
        if facts.due is not None:
            return now - facts.due > STUCK
        if self._is_silent and not (self.state is State.THROWN and facts.moved):
            return now - self._since > STUCK
        return len(self._raised) > 1 and now - self._raised[-1] > STUCK

    def _to_tell(self, now: float, facts: Facts) -> Tell | None:
        if not self._is_stuck(now, facts) or (facts.own_prompt and not self._is_silent):
            return None
        if facts.protected and facts.due is not None:
            return Tell.PROTECTED
        return Tell.SILENT if self._is_silent else Tell.GOES_ON

    def _again(self, now: float, facts: Facts) -> float | None:
        if facts.due is not None:
            return CHASE if now - facts.due < EAGER else WATCH
        if self._deadline is not None or self.state is State.UNANSWERED or now - self._pressed <= MOMENT:
            return WATCH
        since = -math.inf
        if self.state is State.THROWN:
            since = self._since
        elif len(self._raised) > 1:
            since = self._raised[-1]
        return WATCH if now - since < STUCK + 10 * WATCH else None

    def _rest(self, now: float) -> None:
        """Leave a state for the one that was below it."""
        if self._deadline is not None:
            self._enter(State.TRUSTED, now)
        else:
            self._enter(State.RAISED if self._raised else State.QUIET, now)

    def _enter(self, state: State, since: float) -> None:
        self.state, self._since = state, since
