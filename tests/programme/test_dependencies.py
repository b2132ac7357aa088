"""What hangs together with a milestone: dependencies, baselines re-set by authority, sign-offs threatened."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.db import writing
from app.documents.models import Document
from app.meetings.models import Meeting
from app.meetings.queries import papers_due
from app.permissions import Refused, Stale
from app.programme.baselines import rebaseline, set_tolerance
from app.programme.consequences import baselines_of, consequences
from app.programme.dates import parse_given
from app.programme.dependencies import add_dependency, add_sign_off, remove_dependency
from app.programme.models import Milestone, Programme, Workstream
from tests.programme.swl import NOW, World, signed_in, south_west_london
from tests.signoff.group import make_group, open_case, set_meetings


@pytest.fixture
def world(session: Session) -> World:
    return south_west_london(session)


def made(session: Session, workstream_id: int, code: str, day: date) -> Milestone:
    milestone = Milestone(
        code=code,
        workstream_id=workstream_id,
        title=code.title(),
        position=9,
        baseline_words=str(day),
        baseline_earliest=day,
        baseline_latest=day,
        demonstration=True,
    )
    session.add(milestone)
    session.commit()
    return milestone


def tie(session: Session, world: World, milestone: int, needs: int, note: str = "It rests on it.") -> None:
    with writing(session):
        add_dependency(session, milestone, needs, note=note, doer=world.doer("manager"), now=NOW)


def test_a_slip_shows_what_it_pushes_across_workstreams(session: Session, world: World) -> None:
    metrics = made(session, world.workstreams["online"], "metrics", date(2015, 12, 10))
    contract = made(session, world.workstreams["architecture"], "contract", date(2016, 1, 10))
    tie(session, world, metrics.id, world.milestone)
    tie(session, world, contract.id, metrics.id)
    drawn = session.get_one(Milestone, world.milestone)
    found = consequences(session, drawn, parse_given("20 December 2015"), NOW)
    assert [(one.milestone.code, one.through.code, one.pushed.to) for one in found.dependants] == [
        ("metrics", "architecture-drawn", date(2015, 12, 20)),
        ("contract", "metrics", date(2016, 1, 10)),
    ]
    assert [one.milestone.code for one in found.moved] == ["metrics"]
    assert consequences(session, drawn, None, NOW).moved == []


def test_a_circle_is_refused_and_its_way_is_named(session: Session, world: World) -> None:
    metrics = made(session, world.workstreams["online"], "metrics", date(2015, 12, 10))
    tie(session, world, metrics.id, world.milestone)
    with pytest.raises(Refused, match="“Architecture drawn” needs “Metrics” needs “Architecture drawn”"):
        tie(session, world, world.milestone, metrics.id)
    with pytest.raises(Refused, match="“Metrics” needs “Metrics”"):
        tie(session, world, metrics.id, metrics.id)
    with pytest.raises(Refused, match="waits for “Architecture drawn” already"):
        tie(session, world, metrics.id, world.milestone)
    with pytest.raises(Refused, match="A dependency says why"):
        tie(session, world, world.milestone, made(session, world.workstreams["online"], "c", date(2016, 1, 1)).id, " ")
    with writing(session):
        remove_dependency(
            session, metrics.id, world.milestone, reason="No longer so.", doer=world.doer("manager"), now=NOW
        )
    tags = session.scalars(sa.select(RecordEntry.tag).order_by(RecordEntry.id)).all()
    assert tags == ["dependency.added", "dependency.removed"]


def test_a_milestone_threatens_the_sign_off_that_needs_it(session: Session) -> None:
    with writing(session):
        group = make_group(session)
        meetings = set_meetings(session, group, date(2015, 11, 24), NOW)
        case = open_case(session, group, NOW)
        document = Document(
            id=case.subject_id,
            code="d",
            collaborative_id=group.collaborative.id,
            title="Standards",
            summary="",
            demonstration=True,
        )
        session.add(document)
        programme = Programme(code="p", collaborative_id=case.collaborative_id, name="Programme")
        session.add(programme)
        session.flush()
        stream = Workstream(
            code="w",
            programme_id=programme.id,
            title="Standards",
            sentence="One set.",
            kind="standards",
            position=1,
            starts=date(2015, 4, 1),
            demonstration=True,
        )
        session.add(stream)
        session.flush()
    metrics = made(session, stream.id, "metrics", date(2015, 11, 10))
    with writing(session):
        add_sign_off(
            session, metrics.id, case.subject_id, note="The paper holds them.", doer=group.doer("Merton"), now=NOW
        )
    assert meetings
    first = session.scalars(sa.select(Meeting).order_by(Meeting.held_on)).first()
    assert first is not None
    due = papers_due(session, first) or first.held_on
    found = consequences(session, metrics, parse_given("23 November 2015"), NOW)
    assert due < date(2015, 11, 23)
    assert found.threatened and all(one.threat.new for one in found.threatened)
    assert any(one.threat.deadline.papers_due == due for one in found.threatened)
    assert consequences(session, metrics, parse_given("6 November 2015"), NOW).threatened == []


def reset(session: Session, world: World, became: str, shown: str, authority: str = "Board") -> None:
    with writing(session):
        rebaseline(
            session,
            world.milestone,
            became=parse_given(became),
            authority=authority,
            authorised_on=date(2015, 11, 4),
            reason="The scope was widened.",
            shown=shown,
            doer=world.doer("director"),
            now=NOW,
        )


def test_a_baseline_is_re_set_by_a_named_authority_and_the_old_one_is_kept(session: Session, world: World) -> None:
    with pytest.raises(Refused, match="only by a named authority"):
        reset(session, world, "January 2016", "30 November 2015", authority=" ")
    reset(session, world, "January 2016", "30 November 2015")
    with pytest.raises(Stale, match="was re-set after you opened the page"):
        reset(session, world, "March 2016", "30 November 2015")
    milestone = session.get_one(Milestone, world.milestone)
    assert (milestone.baseline_words, milestone.baseline_latest) == ("January 2016", date(2016, 1, 31))
    (kept,) = baselines_of(session, world.milestone)
    assert (kept.was.latest, kept.became, kept.authority) == (date(2015, 11, 30), "January 2016", "Board")
    assert session.scalars(sa.select(RecordEntry.tag)).all() == ["milestone.rebaselined"]


def test_the_pages_show_a_slip_before_it_is_confirmed(client: FlaskClient, session: Session, world: World) -> None:
    metrics = made(session, world.workstreams["online"], "metrics", date(2015, 12, 10))
    tie(session, world, metrics.id, world.milestone)
    with writing(session):
        set_tolerance(session, world.milestone, 10, reason="Agreed.", doer=world.doer("director"), now=NOW)
    manager = signed_in(client, session, world, "manager")
    typed = {"seen": "0", "what": "forecast", "became": "15 December 2015", "reason": "No room was free."}
    shown = manager.post("/milestones/architecture-drawn/date", {**typed, "action": "preview"}).text
    assert "Nothing is changed yet" in shown
    assert "Pushed from 10 December 2015 to 15 December 2015, 5 days later." in shown
    session.rollback()
    assert session.get_one(Milestone, world.milestone).forecast_words is None
    assert (
        manager.post("/milestones/architecture-drawn/date", {**typed, "action": "change"}).headers["Location"]
        == "/milestones/architecture-drawn"
    )
    page = signed_in(client, session, world, "reader").get("/milestones/architecture-drawn").text
    assert "15 days late, beyond the tolerance of 10 days." in page
    assert "Metrics" in page and "Change its date" not in page
    for address in ("baseline", "tolerance"):
        assert signed_in(client, session, world, "manager").get(f"/milestones/metrics/{address}").status_code == 403
    director = signed_in(client, session, world, "director")
    wrong = director.post("/milestones/metrics/baseline", {"became": "soon", "authorised_on": "", "shown": "x"})
    assert wrong.status_code == 422 and "Say who authorised it" in wrong.text
    circle = director.post(
        "/milestones/architecture-drawn/dependencies", {"needs": "metrics", "document": "", "reason": "So."}
    )
    assert circle.status_code == 403 and "That would close a circle" in circle.text
    both = director.post("/milestones/metrics/dependencies", {"needs": "", "document": "", "reason": "So."})
    assert both.status_code == 422 and "Choose a milestone it waits for" in both.text
