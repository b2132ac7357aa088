"""Seats, holders, deputies and rules change from a day on; what a decision rests on stays as it was."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.service import Act, append
from app.audit.tags import Tag
from app.people import bodies, holders, seats
from app.people.kept import Contradiction
from app.people.models import BodyRule, Seat, SeatDeputy, SeatHolding
from tests.people import kept, made
from tests.people.kept import DOER, NOW, SINCE, TODAY

DAY = timedelta(days=1)
SEAT = "/bodies/croydon-gb/seats/croydon-chair"


def holding(session: Session, seat: Seat) -> list[tuple[str, date, date | None]]:
    """Who holds a seat, from when to when."""
    rows = session.scalars(sa.select(SeatHolding).where(SeatHolding.seat_id == seat.id).order_by(SeatHolding.starts))
    return [(row.person.name, row.starts, row.ends) for row in rows]


def test_a_holder_takes_over_on_a_day_and_the_one_before_leaves_the_day_before(session: Session) -> None:
    here = kept.croydon(session)
    given: dict[str, Any] = {"starts": date(2016, 1, 1), "ends": None, "doer": DOER, "now": NOW}
    with pytest.raises(Contradiction) as refused:
        holders.join(session, here.chair_seat, here.secretary, takes_over=False, **given)
    assert refused.value.problems[0] == (
        "starts",
        "Dr Chair Example holds this seat from 1 April 2013. End that first, or choose other days. "
        "Two people who share one vote have a seat each.",
    )
    holders.join(session, here.chair_seat, here.secretary, takes_over=True, **given)
    assert holding(session, here.chair_seat) == [
        ("Dr Chair Example", SINCE, date(2015, 12, 31)),
        ("Sam Secretary", date(2016, 1, 1), None),
    ]
    assert kept.tags(session) == ["holder.left", "holder.joined"]


def test_nobody_holds_a_seat_on_days_on_which_it_or_its_body_is_not_there(session: Session) -> None:
    here = kept.croydon(session)
    here.lay_seat.ends = date(2016, 3, 31)
    here.body.closed = date(2016, 6, 30)
    session.flush()
    given: dict[str, Any] = {"takes_over": False, "doer": DOER, "now": NOW}
    with pytest.raises(Contradiction, match="31 December 2016 is after the last day of the seat Lay member, 31 March"):
        holders.join(session, here.lay_seat, here.chair, starts=TODAY, ends=date(2016, 12, 31), **given)
    with pytest.raises(Contradiction, match="1 July 2016 is after the last day of NHS Croydon CCG Governing Body"):
        holders.join(session, here.chair_seat, here.secretary, starts=date(2016, 7, 1), ends=None, **given)
    with pytest.raises(Contradiction, match="4 November 2015 is before the first day, 5 November 2015"):
        holders.join(session, here.lay_seat, here.chair, starts=TODAY, ends=TODAY - DAY, **given)


def test_a_body_that_met_on_a_day_keeps_its_seats_as_they_were_until_then(session: Session) -> None:
    here = kept.croydon(session)
    met = {"held_on": "2015-11-03", "held": True, "rows": [{"seat_id": here.chair_seat.id}]}
    owner = here.organisation
    append(session, [Act(Tag.ATTENDANCE_RECORDED, DOER, owner.id, owner.name, "meeting", 1, met)], NOW)
    said = "Croydon met or decided on 3 November 2015, with its seats and rule as they were."
    with pytest.raises(Contradiction, match=f"{said} Enter 4 November 2015 or a later day."):
        given: dict[str, Any] = {"takes_over": True, "ends": None, "doer": DOER, "now": NOW}
        holders.join(session, here.chair_seat, here.secretary, starts=date(2015, 11, 3), **given)
    with pytest.raises(Contradiction, match=f"{said} Enter 3 November 2015 or a later day."):
        seats.end_seat(session, here.chair_seat, ends=date(2015, 11, 2), doer=DOER, now=NOW)
    with pytest.raises(Contradiction, match=said):
        rule: dict[str, Any] = {"quorum": made.QUORUM, "lead_number": None, "lead_unit": None, "source": None}
        bodies.set_rule(session, here.body, starts=date(2015, 11, 1), doer=DOER, now=NOW, **rule)
    seats.end_seat(session, here.chair_seat, ends=date(2015, 11, 3), doer=DOER, now=NOW)
    assert holding(session, here.chair_seat) == [("Dr Chair Example", SINCE, date(2015, 11, 3))]


def test_a_vote_changes_from_a_day_in_a_new_seat_with_the_same_people(session: Session) -> None:
    here = kept.croydon(session)
    holders.name_deputy(session, here.chair_seat, here.secretary, starts=TODAY, ends=None, doer=DOER, now=NOW)
    follows = seats.change_vote(
        session,
        here.chair_seat,
        starts=date(2016, 1, 1),
        kind="chair",
        voting=True,
        shares_with=here.lay_seat,
        doer=DOER,
        now=NOW,
    )
    assert here.chair_seat.ends == date(2015, 12, 31)
    assert here.chair_seat.shared_vote is None
    assert follows.shared_vote == here.lay_seat.shared_vote == "croydon-lay_member"
    assert holding(session, follows) == [("Dr Chair Example", date(2016, 1, 1), None)]
    deputies = session.scalars(sa.select(SeatDeputy).order_by(SeatDeputy.starts)).all()
    assert [(one.seat_id, one.ends) for one in deputies] == [
        (here.chair_seat.id, date(2015, 12, 31)),
        (follows.id, None),
    ]


def test_a_vote_is_shared_within_one_body_and_among_seats_that_vote(session: Session) -> None:
    here = kept.croydon(session)
    away = Seat(
        code="kent-chair",
        body_id=session.scalars(sa.text("select id from deciding_body where code = 'kent-gb'")).one(),
        title="Chair",
        kind="chair",
        voting=True,
        position=1,
        starts=SINCE,
    )
    session.add(away)
    session.flush()
    given: dict[str, Any] = {
        "title": "GP",
        "kind": "gp_member",
        "position": 9,
        "starts": TODAY,
        "doer": DOER,
        "now": NOW,
    }
    with pytest.raises(Contradiction, match="a seat of another body"):
        seats.add_seat(session, here.body, voting=True, shares_with=away, **given)
    with pytest.raises(Contradiction, match="has none to share"):
        seats.add_seat(session, here.body, voting=False, shares_with=here.lay_seat, **given)


def test_nobody_stands_in_for_themselves_or_twice_on_one_day(session: Session) -> None:
    here = kept.croydon(session)
    given: dict[str, Any] = {"doer": DOER, "now": NOW}
    with pytest.raises(Contradiction, match="nobody stands in for themselves"):
        holders.name_deputy(session, here.chair_seat, here.chair, starts=TODAY, ends=None, **given)
    holders.name_deputy(session, here.chair_seat, here.secretary, starts=TODAY, ends=TODAY + 9 * DAY, **given)
    with pytest.raises(Contradiction, match="is named already from 5 November 2015 to 14 November 2015"):
        holders.name_deputy(session, here.chair_seat, here.secretary, starts=TODAY + 9 * DAY, ends=None, **given)
    with pytest.raises(Contradiction, match="is named as deputy for this seat"):
        holders.join(session, here.chair_seat, here.secretary, starts=TODAY, ends=None, takes_over=True, **given)
    holders.name_deputy(session, here.chair_seat, here.secretary, starts=TODAY + 10 * DAY, ends=None, **given)


def test_a_rule_from_a_day_ends_the_one_before_and_leaves_no_day_without(session: Session) -> None:
    here = kept.croydon(session)
    given: dict[str, Any] = {
        "quorum": made.QUORUM,
        "lead_number": 3,
        "lead_unit": "working",
        "source": None,
        "doer": DOER,
        "now": NOW,
    }
    bodies.set_rule(session, here.body, starts=date(2016, 1, 1), **given)
    between = bodies.set_rule(session, here.body, starts=date(2015, 12, 1), **given)
    rules = session.scalars(sa.select(BodyRule).where(BodyRule.body_id == here.body.id).order_by(BodyRule.starts))
    spans = [(rule.starts, rule.ends) for rule in rules]
    assert spans[1:] == [
        (date(2014, 4, 1), date(2015, 11, 30)),
        (between.starts, date(2015, 12, 31)),
        (date(2016, 1, 1), None),
    ]
    session.execute(sa.delete(BodyRule))
    with pytest.raises(Contradiction, match="From 1 April 2013 to 31 December 2015 no rule would be in force."):
        bodies.set_rule(session, here.body, starts=date(2016, 1, 1), **given)
    with pytest.raises(Contradiction) as refused:
        bodies.set_rule(session, here.body, **{**given, "starts": SINCE, "lead_unit": None, "quorum": None})
    assert [name for name, _ in refused.value.problems] == ["lead_unit", "quorum"]


def test_ending_a_seat_shows_what_follows_and_is_done_once_it_is_confirmed(
    client: FlaskClient, session: Session
) -> None:
    kept.croydon(session)
    made.sign_in(client)
    shown, answer = kept.end(client, f"{SEAT}/end", date(2015, 12, 31))
    page = " ".join(shown.text.split())
    assert shown.status_code == 200
    assert "Dr Chair Example leaves it." in page
    assert "From 1 January 2016, 1 of Croydon’s 2 voting seats must be present." in page
    assert "it cannot be quorate" in page
    assert "No meeting of Croydon is planned after that day." in page
    assert "No open sign-off case waits for Croydon." in page
    assert answer.status_code == 303
    page = client.get("/bodies/croydon-gb/seats/croydon-chair").text
    assert "1 April 2013 to 31 December 2015" in page
    assert "board secretary, NHS Croydon CCG" in page
    assert "the seat Clinical chair ends on 31 December 2015" in page


def test_an_end_that_was_not_confirmed_as_it_stands_changes_nothing(client: FlaskClient, session: Session) -> None:
    here = kept.croydon(session)
    made.sign_in(client)
    answer = kept.send(client, f"{SEAT}/end", ends="2015-12-31", confirmed="what stood there before")
    assert (answer.status_code, "check and confirm" in answer.text) == (200, True)
    assert kept.send(client, f"{SEAT}/end", ends="2013-01-01").status_code == 422
    session.rollback()
    assert session.get_one(Seat, here.chair_seat.id).ends is None


def test_seats_are_kept_on_pages_with_errors_by_their_fields(client: FlaskClient, session: Session) -> None:
    kept.croydon(session)
    made.sign_in(client)
    new = "/bodies/croydon-gb/seats/new"
    given = {"title": "A new GP", "kind": "gp_member", "position": 5, "voting": "y", "shares_with": ""}
    wrong = kept.send(client, new, starts="2012-01-01", **given)
    assert wrong.status_code == 422
    assert "1 January 2012 is before the first day of NHS Croydon CCG Governing Body, 1 April 2013." in wrong.text
    assert 'value="A new GP"' in wrong.text
    right = kept.send(client, new, starts="2015-12-01", **given)
    assert right.status_code == 303
    seat = "/bodies/croydon-gb/seats/croydon-gb-a-new-gp"
    assert kept.send(client, f"{seat}/holder", person="chair", starts="2015-12-01").status_code == 303
    assert kept.send(client, f"{seat}/deputy", person="secretary", starts="2015-12-01").status_code == 303
    page = client.get(seat).text
    assert "Dr Chair Example holds the seat A new GP on NHS Croydon CCG Governing Body from 1 December 2015." in page
    assert "Sam Secretary may stand in for the seat A new GP" in page
    seen = page_value(client.get(f"{seat}/edit").text, "seen")
    first = kept.send(client, f"{seat}/edit", what="correct", title="New GP", position=6, seen=seen)
    stale = kept.send(client, f"{seat}/edit", what="correct", title="Another", position=6, seen=seen)
    assert (first.status_code, stale.status_code) == (303, 409)
    changed = kept.send(client, f"{seat}/edit", what="vote", starts="2016-02-01", kind="gp_member", shares_with="")
    assert changed.status_code == 303
    assert "vote from yes to no" in client.get("/bodies/croydon-gb").text


def test_the_rule_is_set_on_a_page(client: FlaskClient, session: Session) -> None:
    kept.croydon(session)
    made.sign_in(client)
    form: dict[str, object] = {"starts": "2016-01-01", "quorum": "2/3", "lead_number": 3, "lead_unit": "clear"}
    needed = {"need_1_count": 2, "need_1_label": "lay member"}
    assert kept.send(client, "/bodies/croydon-gb/rule", **form, **needed).status_code == 422
    needed |= {"need_1_kinds": "lay_member"}
    assert kept.send(client, "/bodies/croydon-gb/rule", **form, **needed).status_code == 303
    page = " ".join(client.get("/bodies/croydon-gb").text.split())
    assert "Rules to come" in page
    said = "Two thirds of the voting seats must be present, rounded up, and among them two lay members."
    assert f"has a rule from 1 January 2016. {said} Papers are due three clear days before the meeting." in page


def test_a_seat_is_not_reached_through_another_body(client: FlaskClient, session: Session) -> None:
    kept.croydon(session)
    made.sign_in(client, email=kept.ADMINISTRATOR)
    assert client.get("/bodies/croydon-gb/seats/croydon-chair").status_code == 200
    assert client.get("/bodies/kent-gb/seats/croydon-chair").status_code == 404


def page_value(page: str, name: str) -> str:
    """The value of a hidden field."""
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]
