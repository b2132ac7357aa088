"""A list of cases and the bodies they ask come to the same whichever statement finds them, on every page of each."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy.orm import Session

from app.db import writing
from app.signoff import listing, opening
from tests.signoff.group import NOW, Group, make_group, open_case

NAMES = [f"Body {number}" for number in range(9)]
ASKED = {
    "west-1": NAMES[:5],
    "west-2": NAMES[:4],
    "west-3": NAMES[1:6],
    "east-1": NAMES[3:8],
    "east-2": NAMES[4:8],
}
"""Whom each case asks, the oldest first. Nobody asks the last body."""
WITHDRAWN = ("west-2", "east-1")
WORDS = ("", "standards", "WEST", "standards west", "west-3", "no such words")


@pytest.fixture
def group(session: Session) -> Group:
    """The cases, one a day."""
    with writing(session):
        made = make_group(session, NAMES, nhs_england=False)
        for day, (code, names) in enumerate(ASKED.items()):
            asks = replace(made, bodies={name: made.bodies[name] for name in names})
            case = open_case(session, asks, NOW + timedelta(days=day), code=code)
            if code in WITHDRAWN:
                opening.withdraw(
                    session, case_id=case.id, reason="Overtaken.", doer=made.doer(NAMES[0]), now=NOW + timedelta(days=9)
                )
    return made


@pytest.mark.parametrize("size", [1, 2, 5, 50])
def test_what_is_listed_and_who_is_asked_is_what_the_filters_leave(session: Session, group: Group, size: int) -> None:
    shared = [group.collaborative.id]
    order = sorted(group.bodies.values(), key=lambda body: body.short_name)
    for state, words in product(("", "open", "withdrawn", "agreed"), WORDS):
        filters = listing.Filters(state=state, words=words)
        codes = [
            code
            for code in reversed(ASKED)
            if all(word in f"out-of-hospital standards {code}" for word in words.lower().split())
            and state in ("", "withdrawn" if code in WITHDRAWN else "open")
        ]
        asked = [one.code for one in order if any(one is group.bodies[name] for code in codes for name in ASKED[code])]
        for page in range(1, len(codes) // size + 2):
            shown = listing.cases(session, shared, filters, size, page)
            assert [case.code for case in shown] == codes[(page - 1) * size : page * size], (filters, page)
            assert {case.total for case in shown} <= {len(codes)}
            if not shown and page > 1:
                continue
            first = listing.bodies_asked(session, shared, filters, 2, shown=shown)
            assert [body.code for body in first] == asked[:2], (filters, page)
            assert {body.total for body in first} <= {len(asked)}
            everyone = listing.bodies_asked(session, shared, filters, shown=shown)
            assert [body.code for body in everyone] == asked, (filters, page)
            for column in (1, 2, 3, 9):
                number, under = listing.columns(session, shared, filters, first, 2, column, shown)
                assert [body.code for body in under] == asked[(number - 1) * 2 : number * 2], (filters, page, column)
        assert [body.code for body in listing.bodies_asked(session, shared, filters)] == asked, filters


def test_a_body_that_is_still_asked_finds_its_cases_and_all_whom_these_ask(session: Session, group: Group) -> None:
    filters = listing.Filters(body=NAMES[1])
    for size in (1, 50):
        shown = listing.cases(session, [group.collaborative.id], filters, size)
        assert [case.code for case in shown] == ["west-3", "west-1"][:size]
        asked = listing.bodies_asked(session, [group.collaborative.id], filters, 50, shown=shown)
        assert {body.short_name for body in asked} == set(NAMES[:6])


def test_nothing_is_listed_of_another_group(session: Session, group: Group) -> None:
    for filters in (listing.Filters(), listing.Filters(words="standards"), listing.Filters("open", "standards")):
        shown = listing.cases(session, [group.collaborative.id + 1], filters, 50)
        assert list(shown) == []
        assert list(listing.bodies_asked(session, [group.collaborative.id + 1], filters, 50, shown=shown)) == []
        assert list(listing.bodies_asked(session, [group.collaborative.id + 1], filters, 50)) == []
