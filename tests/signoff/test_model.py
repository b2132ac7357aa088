"""Drawn sequences of real requests against a ledger kept by hand: accepted or refused, and what the pages then say.

Never agreed without a quorum of current, eligible, distinct seats over one content; never silently un-agreed; nothing
added after the close; explanations never contradict the outcome.
"""

from collections.abc import Sequence
from itertools import count
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.conftest import REAL_DAY, SettableClock
from tests.signoff.sequence import OPENED, offer
from tests.signoff.small_world import make_world
from tests.signoff.steps_between import STEPS, WholePlay

Drawn = tuple[int, Sequence[tuple[str, int]]]
"""A sequence: what its world is drawn from, and each step with what its details are drawn from."""

DELEGATED = 0.3
"""The share of the sequences with a joint committee to which the case's document may be delegated."""

ONCE_FOUND: Sequence[Drawn] = (
    (30, [("decide", 300)]),  # a quorum off by one; one person in two seats counted twice
    (561, [("schedule", 5610), ("note_a_conflict", 5611), ("decide", 5612)]),  # a conflicted seat counted
    (348, [("end_a_seat", 3480), ("decide", 3481)]),  # a seat counted whose holder had left
    (0, [("decide", 0), ("put_another_version", 1), ("send_an_older_form", 2)]),  # an older content answered
    (0, [("withdraw_the_case", 0), ("answer_as_officer", 1)]),  # an answer after the close
    (28, [("wait", 280), ("decide", 281)]),  # a deputy whose time was over
    (5, [("answer_as_officer", 50), ("decide", 51)]),  # a definition edited in flight: every body, and here
    (2, [("answer_as_officer", 20), ("decide", 21)]),  # two of them
    (2, [("answer_as_officer", 20), ("wait", 21)]),  # a variation past its expiry
    (4, [("wait", 40)]),  # a delegation past its last day
)
"""Sequences that find a planted fault each, drawn for it."""


def play(app: Flask, session: Session, clock: SettableClock, drawn: Drawn, number: int) -> None:
    """Play one sequence in a small world of its own."""
    seed, steps = drawn
    chance = Random(seed)
    needed = chance.choice((2, 3))
    offer(app, needed)
    clock.now = OPENED
    session.rollback()
    session.expunge_all()
    delegation = Random(f"{seed}, delegation")
    delegated = delegation if delegation.random() < DELEGATED else None
    world = make_world(
        session,
        number,
        chance,
        Random(f"{seed}, between meetings"),
        OPENED,
        REAL_DAY,
        delegated,
        Random(f"{seed}, scopes"),
    )
    played = WholePlay(app, session, clock, world, needed)
    for kind, of_step in steps:
        played.step(kind, of_step)


def play_many(app: Flask, session: Session, clock: SettableClock, sequences: int, most: int, **how: Any) -> None:
    """Play those that once found a fault, and so many drawn ones of up to so many steps."""
    numbers = count(1)
    for drawn in ONCE_FOUND:
        play(app, session, clock, drawn, next(numbers))
    kinds = st.sampled_from([kind for kind, weight in STEPS.items() for _ in range(weight)])
    seeds = st.integers(0, 2**32)

    @settings(max_examples=sequences, deadline=None, database=None, suppress_health_check=list(HealthCheck), **how)
    @given(st.tuples(seeds, st.lists(st.tuples(kinds, seeds), min_size=most // 5, max_size=most)))
    def sequence(drawn: Drawn) -> None:
        play(app, session, clock, drawn, next(numbers))

    sequence()


def test_a_few_sequences_come_to_what_the_ledger_says(
    client: FlaskClient, session: Session, clock: SettableClock
) -> None:
    play_many(client.application, session, clock, 5, 12, derandomize=True)


@pytest.mark.long
def test_two_thousand_sequences_come_to_what_the_ledger_says(
    client: FlaskClient, session: Session, clock: SettableClock
) -> None:
    play_many(client.application, session, clock, 2000, 30)
