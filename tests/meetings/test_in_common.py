"""Bodies meet in common: each joins by its own secretary, the agenda is one, every decision is a body's own."""

import re
from datetime import date, time
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.queries import entries_of
from app.meetings import in_common, in_common_agenda, service
from app.meetings.models import Meeting
from app.permissions import Refused
from app.signoff import in_common as of_cases
from app.signoff import queries
from app.signoff.scheduling import schedule
from tests.conftest import SettableClock
from tests.signoff.group import (
    NOW,
    Group,
    begin_session,
    decide,
    make_group,
    open_accounts,
    open_case,
    put_to_decision,
    set_meetings,
)

DAY = date(2015, 11, 24)
OWN = "A contract of Merton alone"
FOUR = ("Croydon", "Kingston", "Merton", "Sutton")


def test_each_body_joins_and_leaves_by_itself_and_the_others_go_on(session: Session) -> None:
    group = make_group(session, FOUR, nhs_england=False)
    met = set_meetings(session, group, DAY, NOW)
    made = in_common.set_in_common(
        session, met["Croydon"], group.collaborative, title="Committees in common", doer=group.doer("Croydon"), now=NOW
    )
    met["Merton"].begins, met["Merton"].place = time(10, 0), "Elsewhere"
    for name in ("Merton", "Sutton"):
        in_common.join(session, made.id, met[name], doer=group.doer(name), now=NOW)
    assert (met["Merton"].begins, met["Merton"].place) == (time(14, 0), "The Town Hall")
    ids = {name: meeting.id for name, meeting in met.items()}
    assert (
        in_common_agenda.held_with(session, ids.values())[ids["Merton"]].sentence
        == "Held in common with Croydon and Sutton."
    )
    for name, asked in (("Croydon", "Assure"), ("Croydon", "Agree the virement"), ("Merton", "Assure")):
        _item(session, group, met, name, "Finance report", recommendation=asked)
    joined = in_common_agenda.meetings_joined(session, made.id)
    lines = in_common_agenda.one_agenda(session, joined, {}, DAY, everything=True)
    assert [[cell.item is not None for cell in line.cells] for line in lines if line.title == "Finance report"] == [
        [True, True, False],
        [True, False, False],
    ]
    with pytest.raises(Refused, match="held in common already"):
        in_common.set_in_common(
            session, met["Merton"], group.collaborative, title="Another", doer=group.doer("Merton"), now=NOW
        )
    in_common.leave(session, met["Sutton"], reason="It meets alone", doer=group.doer("Sutton"), now=NOW)
    service.move_meeting(
        session,
        met["Merton"],
        held_on=date(2015, 11, 26),
        begins=time(14, 0),
        reason="The hall is let",
        doer=group.doer("Merton"),
        now=NOW,
    )
    assert [one.id for one in in_common_agenda.meetings_joined(session, made.id)] == [ids["Croydon"]]
    with pytest.raises(Refused, match="is held on 24 November 2015"):
        in_common.join(session, made.id, met["Merton"], doer=group.doer("Merton"), now=NOW)
    told = [(entry.organisation_name, entry.tag) for entry in entries_of(session, in_common.THING, made.id)]
    assert told == [
        ("NHS Croydon CCG", "in-common.set"),
        ("NHS Merton CCG", "in-common.joined"),
        ("NHS Sutton CCG", "in-common.joined"),
        ("NHS Sutton CCG", "in-common.left"),
        ("NHS Merton CCG", "in-common.left"),
    ]


def _item(session: Session, group: Group, met: dict[str, Meeting], name: str, title: str, **more: Any) -> None:
    service.propose_item(
        session,
        met[name],
        origin="request",
        subject_kind=None,
        subject_id=None,
        title=title,
        purpose="decision",
        doer=group.doer(name),
        now=NOW,
        **more,
    )


def test_one_agenda_shows_every_bodys_decision_side_by_side(
    session: Session, client: FlaskClient, clock: SettableClock
) -> None:
    group = make_group(session, FOUR, nhs_england=False)
    accounts = open_accounts(session, group)
    met = set_meetings(session, group, DAY, NOW)
    case = open_case(session, group, NOW)
    put_to_decision(session, group, case, NOW)
    schedule(session, case, group.bodies["Merton"], met["Merton"], group.doer("Merton"), NOW)
    for part, title in ((1, OWN), (2, f"{OWN}, in private")):
        private: dict[str, Any] = {"private_ground": "In confidence", "private_review_on": date(2016, 6, 1)}
        _item(session, group, met, "Merton", title, part=part, **(private if part == 2 else {}))
    session.commit()

    def become(who: str) -> None:
        client.set_cookie("concord", begin_session(session, accounts[who], clock.real))
        session.commit()

    def post(path: str, data: dict[str, str]) -> str:
        page = client.get(path.removesuffix("/take-up")).text
        token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
        answered = client.post(path, data={"csrf_token": token, **data}, follow_redirects=True)
        return f"{answered.status_code} {answered.text}"

    become("merton-secretary")
    assert "200" in post("/meetings/merton-2015-11-24/in-common", {"which": "new/group", "title": "In common"})
    path = "/meetings-in-common/in-common-2015-11-24"
    assert "Only Merton has joined so far." in client.get(path).text
    become("sutton-secretary")
    text = client.get(path).text
    assert OWN not in text and "Join with Sutton’s meeting" in text
    assert client.get("/meetings/merton-2015-11-24/in-common").status_code == 404
    text = post("/meetings/sutton-2015-11-24/in-common", {"which": "in-common-2015-11-24"})
    assert "2 bodies sit together" in text and OWN in text and f"{OWN}, in private" not in text
    item = re.findall(r'name="item" value="(\d+)"', text)
    assert len(item) == 2
    own = {"meeting": "sutton-2015-11-24"}
    assert "is item 7 of Sutton’s agenda" in post(f"{path}/take-up", {**own, "item": item[0]})
    assert "404" in post(f"{path}/take-up", {"meeting": "merton-2015-11-24", "item": item[0]})[:3]
    assert "404" in post(f"{path}/take-up", {"meeting": "croydon-2015-11-24", "item": item[0]})[:3]
    assert "is item 8 of Sutton’s agenda" in post(f"{path}/take-up", {**own, "item": item[1]})
    assert "In common with Merton" in client.get("/sign-offs/standards").text
    assert "meets 24 November 2015, in common" in client.get("/sign-offs").text
    assert "In common with Merton" in client.get("/sign-offs/standards/route").text

    clock.now = NOW.replace(day=25)
    decide(session, group, case, "Sutton", met["Sutton"], clock.now)
    told = of_cases.tells
    with client.application.test_request_context():
        lines = in_common_agenda.one_agenda(
            session, [met["Merton"], met["Sutton"]], {"case": told}, clock.now.date(), everything=False
        )
    assert [[cell.decided and cell.decided.word for cell in line.cells] for line in lines] == [["scheduled", "agreed"]]
    row = next(one for one in queries.cells(session, [case.id]) if one.body_id == group.bodies["Sutton"].id)
    assert row.in_common_id is not None
