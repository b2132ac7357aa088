"""Organisations and collaboratives: listed by the page, closed with what belongs to them, joined and left on a day."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.people import collaboratives, listings, organisations
from app.people.kept import Contradiction
from app.people.models import Collaborative, CollaborativeMember, DecidingBody, Organisation, RoleHolding, SeatHolding
from tests.people import kept, made
from tests.people.kept import DOER, NOW, SINCE, TODAY
from tests.people.test_seats import page_value


def test_250_organisations_are_listed_25_to_a_page_in_as_many_statements_as_one(session: Session) -> None:
    kept.croydon(session)
    session.add_all(
        Organisation(ods_code=f"Q{n:03}", name=f"NHS {n:03}", short_name=f"{n:03}", kind="ccg", opened=SINCE)
        for n in range(250)
    )
    session.commit()
    asked: list[str] = []
    sa.event.listen(session.get_bind(), "before_cursor_execute", lambda *given: asked.append(given[2]))
    first = listings.organisations(session, None, TODAY)
    assert len([one for one in asked if one.startswith("SELECT")]) == 4
    last = listings.organisations(session, None, TODAY, page=99)
    assert (first.total, len(first.rows), last.number, len(last.rows)) == (252, 25, 11, 2)
    assert listings.organisations(session, None, TODAY, words="nhs 24").total == 10


def test_one_sees_one_s_own_organisation_and_partners_and_an_administrator_all(
    client: FlaskClient, session: Session
) -> None:
    kept.croydon(session)
    made.sign_in(client)
    assert "Kent" not in client.get("/organisations?state=all").text
    assert client.get("/organisations/99X").status_code == 404
    assert client.get("/organisations/07V/edit").status_code == 403
    client.post("/sign-out", data={"csrf_token": made.token_in(client.get("/bodies"))})
    made.sign_in(client, email=kept.ADMINISTRATOR)
    assert "NHS Kent Example,99X" in client.get("/organisations?as=csv").text
    assert client.get("/organisations/99X").status_code == 200


def test_an_organisation_is_added_with_its_body_and_corrected(client: FlaskClient, session: Session) -> None:
    kept.croydon(session)
    made.sign_in(client, email=kept.ADMINISTRATOR)
    given: dict[str, object] = {"name": "NHS Bexley CCG", "short_name": "Bexley", "kind": "ccg", "opened": "2013-04-01"}
    taken = kept.send(client, "/organisations/new", ods_code="07v", **given)
    assert taken.status_code == 422
    assert "07V is another organisation’s code." in taken.text
    assert kept.send(client, "/organisations/new", ods_code="07n", **given).status_code == 303
    edit = "/organisations/07N/edit"
    seen = page_value(client.get(edit).text, "seen")
    given |= {"name": "NHS Bexley Example", "seen": seen}
    assert kept.send(client, edit, **given).status_code == 303
    assert kept.send(client, edit, **given).status_code == 409
    page = client.get("/organisations/07N").text
    assert "was changed: name from “NHS Bexley CCG” to “NHS Bexley Example”." in page
    body: dict[str, object] = {"name": "Bexley Governing Body", "short_name": "Bexley", "kind": "governing_body"}
    made_body = kept.send(client, "/organisations/07N/bodies/new", opened="2013-04-01", **body)
    assert made_body.headers["Location"] == "/bodies/bexley/rule"


def test_an_organisation_closes_with_its_bodies_seats_memberships_and_roles(
    client: FlaskClient, session: Session
) -> None:
    here = kept.croydon(session)
    here.administrator.name = "Ada Elsewhere"
    session.execute(
        sa.update(RoleHolding)
        .where(RoleHolding.person_id == here.administrator.id)
        .values(organisation_id=here.other.id)
    )
    session.commit()
    made.sign_in(client, email=kept.ADMINISTRATOR)
    shown, answer = kept.end(client, "/organisations/07V/close", date(2020, 3, 31), successor="36L")
    assert "NHS Croydon CCG Governing Body closes, with 4 seats and whoever holds them." in shown.text
    assert "Sam Secretary is no longer board secretary." in shown.text
    assert answer.status_code == 303
    session.rollback()
    for model in (CollaborativeMember, SeatHolding):
        assert set(session.scalars(sa.select(model.ends))) == {date(2020, 3, 31)}
    body = session.scalars(sa.select(DecidingBody).where(DecidingBody.code == "croydon-gb")).one()
    assert (here.organisation.closed, body.closed) == (date(2020, 3, 31), date(2020, 3, 31))
    assert kept.tags(session)[-1] == "organisation.closed"
    page = client.get("/organisations/07V").text
    assert "On 1 April 2020 its work passes to NHS South West London CCG" in page


def test_a_host_does_not_leave_or_close_before_its_guests(session: Session) -> None:
    here = kept.croydon(session)
    together = session.scalars(sa.select(Collaborative)).one()
    joined = collaboratives.let_join(session, together, here.other, starts=TODAY, doer=DOER, now=NOW)
    host = session.scalars(sa.select(CollaborativeMember).order_by(CollaborativeMember.id)).first()
    assert host is not None
    with pytest.raises(Contradiction, match="hosts South West London. Name another host first."):
        collaboratives.let_leave(session, together, host, ends=TODAY, doer=DOER, now=NOW)
    found = organisations.problems_of_closing_organisation(session, here.other, date(2016, 1, 1), here.other)
    assert found == [("successor", "An organisation does not succeed itself. Choose another.")]
    with pytest.raises(Contradiction, match="is a member from 5 November 2015"):
        collaboratives.let_join(session, together, here.other, starts=date(2016, 1, 1), doer=DOER, now=NOW)
    collaboratives.let_leave(session, together, joined, ends=date(2015, 12, 31), doer=DOER, now=NOW)
    collaboratives.let_join(session, together, here.other, starts=date(2016, 1, 1), doer=DOER, now=NOW)
    assert kept.tags(session) == ["collaborative.joined", "collaborative.left", "collaborative.joined"]


def test_a_collaborative_is_kept_on_its_page(client: FlaskClient, session: Session) -> None:
    kept.croydon(session)
    made.sign_in(client, email=kept.ADMINISTRATOR)
    added = kept.send(client, "/collaboratives/new", name="Kent together", host="99X", starts="2015-01-01")
    assert added.headers["Location"] == "/collaboratives/kent-together"
    join = "/collaboratives/kent-together/members/new"
    assert kept.send(client, join, organisation="07V", starts="2015-12-01").status_code == 303
    edit = "/collaboratives/kent-together/edit"
    seen = page_value(client.get(edit).text, "seen")
    refused = kept.send(client, edit, name="Kent together", host="07V", seen=seen)
    assert "NHS Croydon CCG is no member on 5 November 2015." in refused.text
    assert kept.send(client, edit, name="Kent and Croydon", host="99X", seen=seen).status_code == 303
    page = client.get("/collaboratives/kent-together").text
    assert "NHS Croydon CCG joins Kent together on 1 December 2015." in page
    assert "was changed: name from “Kent together” to “Kent and Croydon”." in page
