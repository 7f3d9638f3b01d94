"""What a press of Ctrl-C means: every state, every way from one to another, every time, with a clock of our own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from gshell.threads.interrupts.facts import Event, Facts
from gshell.threads.interrupts.ladder import (
    AHEAD,
    CHASE,
    EAGER,
    LATE,
    MOMENT,
    MUTE,
    PATIENCE,
    STUCK,
    TRUST,
    UNHEARD,
    WATCH,
    Ladder,
    Press,
    State,
    Step,
    Tell,
)

QUIET, TRUSTED, UNANSWERED, DUE, THROWN, RAISED = State
A_BIT = 0.001


class Climb:
    """A ladder, the time, and the facts."""

    def __init__(self) -> None:
        self.ladder = Ladder()
        self.now = 1000.0
        self.facts = Facts()

    def know(self, **facts: object) -> None:
        self.facts = replace(self.facts, **facts)  # type: ignore[arg-type]

    def note(self, *events: Event) -> None:
        for event in events:
            self.ladder.note(event, self.now)

    def press(self) -> Press:
        return self.ladder.press(self.now, self.facts)

    def tick(self, seconds: float = 0.0) -> Step:
        self.now += seconds
        return self.ladder.tick(self.now, self.facts)

    def wait(self, seconds: float) -> list[Step]:
        """Come back as often as it says, for so long; return the steps in which there was something to do.

        The last one, if KeyboardInterrupt is due by that.
        """
        end, steps = self.now + seconds, list[Step]()
        again: float | None = 0.0
        while again is not None and self.now + again <= end:
            step = self.tick(again)
            again = step.again
            if step != Step(again=again):
                steps.append(step)
            if step.interrupt is not None:
                return steps
        self.now = end
        return steps

    def told(self, seconds: float) -> Tell | None:
        """What the user was told meanwhile."""
        said = [step.tell for step in self.wait(seconds) if step.tell]
        assert len(said) <= 1
        return said[0] if said else None


@pytest.fixture
def climb() -> Climb:
    return Climb()


def due(climb: Climb) -> None:
    climb.know(due=climb.now)
    climb.tick()


REACH: dict[State, Callable[[Climb], object]] = {
    QUIET: lambda climb: None,
    TRUSTED: lambda climb: climb.note(Event.TRUSTED),
    UNANSWERED: lambda climb: climb.press(),
    DUE: due,
    THROWN: lambda climb: climb.note(Event.THROWN),
    RAISED: lambda climb: climb.note(Event.RAISED),
}
"""How to come to each state."""


def no_longer_due(climb: Climb) -> None:
    climb.know(due=None)
    climb.tick()


def moved(climb: Climb) -> None:
    climb.know(due=None, moved=True)
    climb.tick()


def press_that_was_heard(climb: Climb) -> None:
    climb.note(Event.HEARD)
    climb.press()


INPUTS: dict[str, Callable[[Climb], object]] = {
    **{event.name: lambda climb, event=event: climb.note(event) for event in Event},  # type: ignore[misc]
    "press, not heard": lambda climb: climb.press(),
    "press, heard": press_that_was_heard,
    "due": due,
    "nothing due": no_longer_due,
    "moved": moved,
}

# Below each of the states (QUIET, TRUSTED, UNANSWERED, DUE, THROWN, RAISED): the one that follows.
NEXT: dict[str, tuple[State, ...]] = {
    "HEARD": (QUIET, TRUSTED, QUIET, DUE, THROWN, RAISED),
    "TRUSTED": (TRUSTED,) * 6,
    "RAISED": (RAISED,) * 6,
    "THROWN": (THROWN,) * 6,
    "ANSWERED": (QUIET, TRUSTED, QUIET, DUE, RAISED, RAISED),
    "ACCEPTED": (QUIET, QUIET, UNANSWERED, DUE, THROWN, QUIET),
    "press, not heard": (UNANSWERED,) * 6,
    "press, heard": (QUIET, TRUSTED, UNANSWERED, DUE, THROWN, RAISED),
    "due": (DUE, DUE, UNANSWERED, DUE, DUE, DUE),
    "nothing due": (QUIET, TRUSTED, UNANSWERED, QUIET, THROWN, RAISED),
    "moved": (QUIET, TRUSTED, UNANSWERED, QUIET, RAISED, RAISED),
}


@pytest.mark.parametrize("state", State, ids=lambda state: state.name)
@pytest.mark.parametrize("name", INPUTS)
def test_transition(climb: Climb, state: State, name: str) -> None:
    REACH[state](climb)
    assert climb.ladder.state is state
    INPUTS[name](climb)
    assert climb.ladder.state is NEXT[name][list(State).index(state)]


def test_nothing_was_pressed(climb: Climb) -> None:
    assert climb.tick() == Step()


def test_raised_at_once(climb: Climb) -> None:
    """The handler may run before the console reads the press, or after: nothing is to be done."""
    climb.note(Event.HEARD, Event.RAISED)
    climb.now += AHEAD - A_BIT
    assert climb.press() is Press.WAIT
    assert climb.wait(60) == []
    assert climb.press() is Press.WAIT
    climb.now += MOMENT / 2
    climb.note(Event.HEARD, Event.RAISED)
    assert climb.ladder.state is RAISED
    assert climb.wait(1) == []


def test_a_command_is_watched_for_a_moment_after_a_press(climb: Climb) -> None:
    climb.note(Event.HEARD, Event.RAISED)
    climb.press()
    assert climb.tick(MOMENT - A_BIT).again == WATCH
    assert climb.tick(2 * A_BIT).again is None


def test_the_handler_that_ran_long_before_was_that_of_another_press(climb: Climb) -> None:
    climb.note(Event.HEARD)
    climb.now += AHEAD + A_BIT
    climb.press()
    assert climb.ladder.state is UNANSWERED


def test_one_run_of_the_handler_answers_one_press(climb: Climb) -> None:
    climb.note(Event.HEARD)
    climb.press()
    assert climb.ladder.state is QUIET
    climb.press()
    assert climb.ladder.state is UNANSWERED


def test_two_presses_that_became_one_run_of_the_handler(climb: Climb) -> None:
    """The console asks, the worker answers, and nothing more is raised."""
    climb.note(Event.HEARD, Event.RAISED)
    climb.press()
    climb.press()
    steps = climb.wait(UNHEARD + 2 * WATCH)
    assert [step.ask for step in steps][:2] == [False, True]
    climb.note(Event.ANSWERED)
    assert climb.ladder.state is RAISED
    assert climb.wait(60) == []


# KBINT.


@pytest.mark.parametrize(("ago", "polls"), [(TRUST - A_BIT, True), (TRUST + A_BIT, False)])
def test_who_has_polled_lately_polls(climb: Climb, ago: float, polls: bool) -> None:
    climb.ladder.polled(climb.now)
    assert climb.ladder.polls(climb.now + ago) is polls


def test_what_counts_is_when_the_key_was_pressed(climb: Climb) -> None:
    climb.ladder.polled(climb.now)
    climb.press()
    assert climb.ladder.polls(climb.now + 60)


def test_who_never_polled_does_not(climb: Climb) -> None:
    assert not climb.ladder.polls(climb.now)


def trusted(climb: Climb) -> None:
    climb.note(Event.HEARD, Event.TRUSTED)
    climb.press()


def test_patience_with_a_trusted_command(climb: Climb) -> None:
    trusted(climb)
    assert climb.wait(PATIENCE - A_BIT) == []
    (step, *_) = climb.wait(2 * WATCH)
    assert step.interrupt == pytest.approx(climb.now, abs=2 * WATCH)
    assert step.again == 0.0
    assert climb.ladder.state is QUIET


def test_a_command_that_has_cleared_the_flag_has_taken_the_interrupt(climb: Climb) -> None:
    trusted(climb)
    climb.know(flag=False)
    assert climb.wait(60) == []
    assert climb.ladder.state is QUIET


def test_a_machine_that_has_stalled_gives_more_time(climb: Climb) -> None:
    trusted(climb)
    assert climb.tick(PATIENCE + LATE + A_BIT).interrupt is None
    assert climb.ladder.state is TRUSTED
    assert climb.tick(LATE / 2).interrupt is None
    assert climb.tick(LATE / 2 + A_BIT).interrupt == climb.now


def test_second_press_ends_the_trust(climb: Climb) -> None:
    trusted(climb)
    climb.note(Event.HEARD, Event.RAISED)
    climb.press()
    assert climb.ladder.state is RAISED
    assert climb.wait(60) == []


def test_trust_outlives_a_press_that_has_no_handler_of_its_own(climb: Climb) -> None:
    trusted(climb)
    climb.press()
    climb.wait(UNHEARD + WATCH)
    climb.note(Event.ANSWERED)
    assert climb.ladder.state is TRUSTED
    assert [step.interrupt for step in climb.wait(60)] != []


def test_accepted_ends_the_trust(climb: Climb) -> None:
    trusted(climb)
    climb.note(Event.ACCEPTED)
    assert climb.wait(60) == []


# What is due.


def test_what_is_due_is_nudged_often_and_then_less_often(climb: Climb) -> None:
    climb.know(due=climb.now)
    assert climb.tick() == Step(again=CHASE, nudge=True)
    assert climb.tick(EAGER - A_BIT) == Step(again=CHASE, nudge=True)
    assert climb.tick(2 * A_BIT) == Step(again=WATCH, nudge=True)
    climb.know(due=None)
    assert climb.tick() == Step()


def test_a_protected_block_is_not_nudged(climb: Climb) -> None:
    climb.know(due=climb.now, protected=True)
    assert climb.tick() == Step(again=CHASE)


def test_a_protected_block_can_be_broken(climb: Climb) -> None:
    climb.note(Event.HEARD)
    climb.press()
    climb.know(due=climb.now, protected=True)
    assert climb.told(STUCK - A_BIT) is None
    assert climb.press() is Press.WAIT
    climb.note(Event.HEARD)
    assert climb.told(3 * WATCH) is Tell.PROTECTED
    assert climb.told(60) is None
    assert climb.press() is Press.BREAK
    assert not climb.ladder.told


def test_who_does_not_come_to_it_goes_on(climb: Climb) -> None:
    climb.note(Event.HEARD)
    climb.press()
    climb.know(due=climb.now)
    assert climb.told(STUCK + 2 * WATCH) is Tell.GOES_ON
    assert climb.press() is Press.GIVE_UP


# Silence.


def test_silence_is_broken_once_for_each_press(climb: Climb) -> None:
    climb.press()
    assert not climb.tick(MOMENT - A_BIT).silence
    assert climb.tick(2 * A_BIT).silence
    assert not climb.tick(WATCH).silence
    climb.press()
    assert climb.tick(MOMENT + A_BIT).silence


def test_who_is_silent_is_asked(climb: Climb) -> None:
    climb.press()
    assert not climb.tick(UNHEARD - A_BIT).ask
    assert climb.tick(2 * A_BIT).ask
    assert climb.tick(WATCH).ask
    climb.note(Event.ANSWERED)
    assert climb.wait(60) == []


def test_who_is_protected_is_not_asked(climb: Climb) -> None:
    climb.know(protected=True)
    climb.press()
    assert not climb.tick(UNHEARD + A_BIT).ask


def test_who_does_not_answer_is_interrupted_without_a_handler(climb: Climb) -> None:
    climb.press()
    pressed = climb.now
    assert climb.tick(MUTE - A_BIT).interrupt is None
    assert climb.tick(2 * A_BIT).interrupt == pressed
    climb.know(due=pressed)
    assert climb.tick().interrupt is None
    assert climb.tick().nudge


@pytest.mark.parametrize("why", ["the user's handler", "polls", "no role"])
def test_who_does_not_answer_for_a_good_reason_is_not(climb: Climb, why: str) -> None:
    if why == "polls":
        climb.ladder.polled(climb.now)
    climb.know(ours=why != "the user's handler", role=why != "no role")
    climb.press()
    assert all(step.interrupt is None for step in climb.wait(60))


def test_the_users_handler_has_not_been_heard_even_if_ours_was(climb: Climb) -> None:
    climb.know(ours=False)
    climb.note(Event.HEARD)
    climb.press()
    assert climb.ladder.state is UNANSWERED


def test_who_stays_silent_is_given_up(climb: Climb) -> None:
    climb.press()
    pressed = climb.now
    climb.wait(STUCK)
    climb.know(due=pressed)
    assert climb.told(STUCK) is Tell.SILENT
    assert climb.press() is Press.GIVE_UP


def test_who_has_answered_after_all_is_not_given_up(climb: Climb) -> None:
    climb.know(ours=False)
    climb.press()
    assert climb.told(STUCK + 2 * WATCH) is Tell.SILENT
    climb.note(Event.HEARD, Event.RAISED)
    assert climb.press() is Press.WAIT


def test_silent_since_the_press_also_if_the_exception_was_thrown_later(climb: Climb) -> None:
    climb.press()
    pressed = climb.now
    climb.wait(STUCK)
    climb.note(Event.THROWN)
    assert climb.told(pressed + STUCK + 2 * WATCH - climb.now) is Tell.SILENT


@pytest.mark.parametrize("apart", [0.1, 0.5, MUTE + WATCH, 1.0, 1.5, STUCK - WATCH, STUCK + 2 * WATCH])
def test_who_stays_silent_is_given_up_however_often_it_is_pressed(climb: Climb, apart: float) -> None:
    """Also when one press after the other comes to nothing but an exception that waits in it."""
    climb.know(moved=False)
    begin = climb.now
    while climb.press() is not Press.GIVE_UP:
        assert climb.now - begin < STUCK + apart + 2 * WATCH
        end = climb.now + apart
        while climb.now < end:
            steps = climb.wait(end - climb.now)
            if steps and steps[-1].interrupt is not None:
                climb.note(Event.THROWN)


# Without the role.


def test_without_the_role_nobody_is_asked(climb: Climb) -> None:
    climb.know(role=False)
    assert climb.press() is Press.WAIT
    assert climb.ladder.state is QUIET


def test_thrown_and_stuck_where_it_was(climb: Climb) -> None:
    climb.know(role=False)
    climb.press()
    climb.note(Event.THROWN)
    assert climb.told(STUCK + 2 * WATCH) is Tell.SILENT
    assert climb.wait(STUCK) == []  # and it is no longer watched
    assert climb.press() is Press.GIVE_UP


def test_thrown_and_come_on(climb: Climb) -> None:
    climb.know(role=False)
    climb.press()
    climb.note(Event.THROWN)
    assert climb.told(STUCK / 2) is None
    climb.know(moved=True)
    assert climb.told(60) is None
    assert climb.ladder.state is RAISED


def test_told_and_then_come_on_is_not_given_up(climb: Climb) -> None:
    climb.know(role=False)
    climb.press()
    climb.note(Event.THROWN)
    assert climb.told(STUCK + 2 * WATCH) is Tell.SILENT
    climb.know(moved=True)
    assert climb.press() is Press.WAIT


# Swallowed.


def raised(climb: Climb) -> None:
    climb.note(Event.HEARD, Event.RAISED)
    climb.press()


def test_who_cleans_up_after_one_press_is_left_alone(climb: Climb) -> None:
    raised(climb)
    assert climb.wait(60) == []


def test_who_swallows_two_is_given_up(climb: Climb) -> None:
    raised(climb)
    climb.wait(1)
    raised(climb)
    assert climb.told(STUCK - WATCH) is None
    assert climb.told(3 * WATCH) is Tell.GOES_ON
    climb.note(Event.HEARD, Event.RAISED)  # the handler is faster than the console, and that is swallowed too
    assert climb.press() is Press.GIVE_UP


@pytest.mark.parametrize("apart", [0.5, 3.0, 12.0, 60.0, 3600.0, 86400.0])
def test_presses_count_until_the_command_ends_however_far_apart(climb: Climb, apart: float) -> None:
    raised(climb)
    assert climb.wait(apart) == []
    raised(climb)
    assert climb.told(60) is Tell.GOES_ON
    climb.now += apart  # the next press finds what the user was told
    climb.note(Event.HEARD, Event.RAISED)
    assert climb.press() is Press.GIVE_UP


def test_thrown_and_raised_by_a_handler_is_two(climb: Climb) -> None:
    """Who comes to a handler has had what was thrown raised before."""
    climb.press()
    climb.note(Event.THROWN)
    climb.note(Event.HEARD, Event.RAISED)
    assert climb.told(60) is Tell.GOES_ON


def test_raised_long_after_it_was_thrown(climb: Climb) -> None:
    climb.note(Event.THROWN)
    climb.now += 10
    climb.press()
    climb.note(Event.RAISED)
    assert climb.ladder.state is RAISED


def test_a_program_with_a_prompt_of_its_own_goes_on_by_right(climb: Climb) -> None:
    climb.know(own_prompt=True)
    raised(climb)
    raised(climb)
    assert climb.told(60) is None
    climb.know(ours=False)
    assert climb.press() is Press.WAIT
    assert climb.told(60) is Tell.SILENT  # but for one that does not answer


def test_accepted_by_a_debugger_is_not_swallowed(climb: Climb) -> None:
    raised(climb)
    raised(climb)
    climb.note(Event.ACCEPTED)
    assert climb.told(60) is None
