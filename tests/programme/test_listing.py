"""How everything is going: ratings now and before, silence, the next milestone; and what each body owes."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.db import writing
from app.programme import queries, service
from app.programme.models import Milestone, Period, Workstream, WorkstreamBody
from app.programme.queries import Filters
from app.programme.service import LocalText, UpdateText
from tests.programme.swl import NOW, World, south_west_london

ALL = Filters()


@pytest.fixture
def world(session: Session) -> World:
    return south_west_london(session)


def report(
    session: Session, world: World, workstream: str, at: str, brag: str, days_ago: int, approve: bool = True
) -> None:
    now = NOW - timedelta(days=days_ago)
    text = UpdateText(overall=brag, headline="Headline.", done="Done.", path_to_green="Path.")
    doer = world.doer("manager")
    with writing(session):
        update = service.save_update(session, world.workstreams[workstream], world.periods[at], text, 0, doer, now)
        update = service.submit_update(session, update.id, update.version, doer, now)
        if approve:
            service.approve_update(session, update.id, update.version, world.doer("director"), now)


def rows(session: Session, world: World, filters: Filters = ALL) -> list[queries.WorkstreamRow]:
    period = session.get_one(Period, world.periods["2015-10"])
    return queries.workstreams(session, world.programme, period, filters, NOW.date())


def test_a_row_shows_the_rating_now_and_before_and_the_state_of_the_update(session: Session, world: World) -> None:
    report(session, world, "architecture", "2015-08", "green", 40)
    report(session, world, "architecture", "2015-10", "amber", 2)
    first, second = rows(session, world)
    assert (first.brag, first.was, first.state, first.brag_period) == (
        "amber",
        "green",
        "approved",
        "October/November 2015",
    )
    assert (first.updated_on, first.silent_days, first.silent) == (date(2015, 11, 3), 2, False)
    assert (second.brag, second.was, second.state, second.updated_on) == (None, None, "owed", None)


def test_a_draft_does_not_hide_the_last_rating(session: Session, world: World) -> None:
    report(session, world, "architecture", "2015-08", "green", 40)
    with writing(session):
        service.save_update(
            session,
            world.workstreams["architecture"],
            world.periods["2015-10"],
            UpdateText(overall="red"),
            0,
            world.doer("manager"),
            NOW,
        )
    first = rows(session, world)[0]
    assert (first.brag, first.brag_period, first.was, first.state) == (
        "green",
        "August/September 2015",
        None,
        "draft",
    )


@pytest.mark.parametrize(("days", "silent"), [(29, False), (30, True), (34, True)])
def test_silence_is_shown_from_the_thirtieth_day(session: Session, world: World, days: int, silent: bool) -> None:
    report(session, world, "architecture", "2015-10", "green", days)
    first = rows(session, world)[0]
    assert (first.silent_days, first.silent) == (days, silent)


def test_a_workstream_never_heard_of_is_silent_since_it_began(session: Session, world: World) -> None:
    assert rows(session, world)[1].silent_days == (NOW.date() - date(2015, 8, 1)).days


def test_the_next_milestone_is_the_one_expected_first_of_those_not_done(session: Session, world: World) -> None:
    stream = world.workstreams["architecture"]
    for code, day, actual in (
        ("earlier", date(2015, 11, 12), None),
        ("done", date(2015, 10, 1), date(2015, 10, 2)),
        ("words", None, None),
    ):
        session.add(
            Milestone(
                code=code,
                workstream_id=stream,
                title=code,
                position=9,
                baseline_words=str(day or "soon"),
                baseline_earliest=day,
                baseline_latest=day,
                actual=actual,
                demonstration=True,
            )
        )
    session.commit()
    first = rows(session, world)[0]
    assert first.milestone == "earlier"
    assert first.milestone_due is not None
    assert first.milestone_due.latest == date(2015, 11, 12)


def test_filters_narrow_and_sorts_order(session: Session, world: World) -> None:
    report(session, world, "online", "2015-10", "red", 1)

    def codes(filters: Filters = ALL) -> list[str]:
        return [row.code for row in rows(session, world, filters)]

    assert codes() == ["architecture", "online"]
    assert codes(Filters(sort="brag")) == ["online", "architecture"]
    assert codes(Filters(sort="title")) == ["online", "architecture"]
    assert codes(Filters(sort="updated")) == ["architecture", "online"]
    assert codes(Filters(kind="digital")) == ["online"]
    assert codes(Filters(brag="red")) == ["online"]
    assert codes(Filters(brag="none")) == ["architecture"]
    assert codes(Filters(body="wandsworth")) == ["architecture"]
    assert codes(Filters(silent=True)) == ["architecture"]
    assert codes(Filters(text="PATIENTS sentence")) == ["online"]
    assert codes(Filters(text="100%")) == []


def test_the_list_takes_the_same_number_of_statements_however_long(session: Session, world: World) -> None:
    def counted() -> int:
        statements: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
            statements.append(statement)

        session.rollback()
        period = session.get_one(Period, world.periods["2015-10"])
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        queries.workstreams(session, world.programme, period, Filters(), NOW.date())
        queries.grid(session, period)
        event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    few = counted()
    session.add_all(
        Workstream(
            code=f"more-{n}",
            programme_id=world.programme,
            title=f"More {n}",
            sentence="More.",
            kind="pilot",
            position=n + 10,
            starts=date(2015, 8, 1),
            demonstration=True,
        )
        for n in range(60)
    )
    session.flush()
    ids = session.scalars(sa.select(Workstream.id).where(Workstream.code.startswith("more-")))
    session.add_all(WorkstreamBody(workstream_id=id_, body_id=world.bodies["croydon"]) for id_ in ids)
    session.commit()
    assert counted() == few


def test_the_grid_says_what_each_body_owes_and_whom_to_chase(session: Session, world: World) -> None:
    with writing(session):
        service.submit_local_position(
            session,
            workstream_id=world.workstreams["architecture"],
            period_id=world.periods["2015-10"],
            body_id=world.bodies["wandsworth"],
            text=LocalText(),
            nothing_local=True,
            seen=0,
            doer=world.doer("manager"),
            now=NOW,
        )
    found = queries.grid(session, session.get_one(Period, world.periods["2015-10"]))
    assert [body.short_name for body in found.bodies] == ["Croydon", "Wandsworth"]
    croydon, wandsworth = (body.id for body in found.bodies)
    assert found.rows[0].cells == {croydon: "owed", wandsworth: "nothing_local"}
    assert found.rows[1].cells == {croydon: "owed"}
    assert found.counts == {"owed": 2, "nothing_local": 1}
    office, chase = found.chase
    assert chase.body is not None
    both = ("System architecture", "Patients Online")
    assert (chase.body.short_name, chase.number, chase.titles) == ("Croydon", 2, both)
    assert [name for name, _ in chase.contacts] == ["Croydon Manager", "Croydon Secretary"]
    assert (office.body, office.number, office.titles) == (None, 2, both)
    assert [name for name, _ in office.contacts] == ["Manager", "Director"]


def test_what_bodies_and_the_office_owe_is_listed_for_the_home_page(session: Session, world: World) -> None:
    period = session.get_one(Period, world.periods["2015-10"])
    report(session, world, "online", "2015-10", "green", 1, approve=False)
    assert [row.code for row in queries.owed_updates(session, world.programme, period, NOW.date())] == ["architecture"]
    croydon = [world.bodies["croydon"]]
    owed = queries.local_positions_for(session, period, croydon, croydon, 20)
    assert [(row.code, row.body, row.state, row.every) for row in owed] == [
        ("architecture", "Croydon", "owed", 2),
        ("online", "Croydon", "owed", 2),
    ]
    assert [row.code for row in queries.local_positions_for(session, period, croydon, [], 1)] == ["architecture"]
    assert queries.days_left(period, NOW.date()) == 5
