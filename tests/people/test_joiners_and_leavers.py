"""People join and leave on a day: everything that ends is shown first, and with the last of it their access."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.people import joiners_and_leavers as kept_people
from app.people.kept import Contradiction
from app.people.models import Organisation, Person, RoleHolding, SeatHolding
from app.people.queries import actor_of
from app.permissions import Role
from tests.people import kept, made
from tests.people.kept import DOER, NOW, SINCE, TODAY
from tests.people.test_seats import page_value

GIVE = "/people/chair/roles/new"
JOINS: dict[str, object] = {
    "name": "Nell Newcomer",
    "email": "nell@croydon.example",
    "organisation": "07V",
    "programme": "",
}


def test_someone_joins_in_a_role_from_a_day(client: FlaskClient, session: Session) -> None:
    kept.croydon(session)
    made.sign_in(client)
    wrong = kept.send(client, "/people/new", **{**JOINS, "email": "no address"}, role="reader", starts="2015-12-01")
    assert "Enter an email address in the right form" in wrong.text
    answer = kept.send(client, "/people/new", **JOINS, role="programme_manager", starts="2015-12-01")
    assert answer.headers["Location"] == "/people/nell-newcomer"
    session.rollback()
    someone = session.scalars(sa.select(Person).where(Person.code == "nell-newcomer")).one()
    assert not actor_of(session, someone, date(2015, 11, 30)).roles
    assert actor_of(session, someone, date(2015, 12, 1)).holds(Role.PROGRAMME_MANAGER)
    page = client.get("/people/nell-newcomer").text
    assert "To come" in page
    assert "Nell Newcomer is programme manager of NHS Croydon CCG from 1 December 2015." in page


def test_a_secretary_makes_nobody_more_than_themselves(client: FlaskClient, session: Session) -> None:
    kept.croydon(session)
    made.sign_in(client)
    given = {"organisation": "07V", "starts": "2015-12-01", "programme": ""}
    assert kept.send(client, GIVE, role="officer", **given).status_code == 303
    for role in ("administrator", "organisation_administrator", "programme_director"):
        assert kept.send(client, GIVE, role=role, **given).status_code == 422
        assert f'value="{role}"' not in client.get("/people/new").text
    ada = session.scalars(sa.select(RoleHolding.id).where(RoleHolding.role == "administrator")).one()
    assert client.get(f"/people/administrator/roles/{ada}/end").status_code == 403
    assert kept.send(client, "/people/administrator/leaves", ends="2015-12-31").status_code == 403


def test_whoever_leaves_loses_everything_on_the_day_they_were_shown(client: FlaskClient, session: Session) -> None:
    here = kept.croydon(session)
    session.add(SeatHolding(seat_id=here.lay_seat.id, person_id=here.secretary.id, starts=SINCE))
    session.commit()
    made.sign_in(client, email=kept.ADMINISTRATOR)
    shown, answer = kept.end(client, "/people/secretary/leaves", date(2015, 12, 31))
    page = " ".join(shown.text.split())
    assert "Sam Secretary leaves the seat Lay member, NHS Croydon CCG Governing Body." in page
    assert "Lay member is vacant from 1 January 2016, until someone else holds it." in page
    assert "Sam Secretary is no longer board secretary of NHS Croydon CCG." in page
    assert "After 31 December 2015 their account opens nothing of the service any more." in page
    assert answer.status_code == 303
    session.rollback()
    assert actor_of(session, here.secretary, date(2015, 12, 31)).organisation_ids
    assert not actor_of(session, here.secretary, date(2016, 1, 1)).organisation_ids
    again = kept.send(client, "/people/secretary/leaves", ends="2016-01-31")
    assert "has no seat and no role after 31 January 2016" in again.text


def test_what_had_not_begun_is_taken_back_by_leaving(session: Session) -> None:
    here = kept.croydon(session)
    later = TODAY + timedelta(days=60)
    session.add(SeatHolding(seat_id=here.lay_seat.id, person_id=here.secretary.id, starts=later))
    session.flush()
    kept_people.leave(session, here.secretary, ends=TODAY, organisations=None, doer=DOER, now=NOW)
    assert session.scalars(sa.select(SeatHolding.id).where(SeatHolding.person_id == here.secretary.id)).all() == []
    assert kept.tags(session) == ["holder.left", "role.ended"]


def test_the_last_administrator_stays(session: Session) -> None:
    here = kept.croydon(session)
    role = session.scalars(sa.select(RoleHolding).where(RoleHolding.role == "administrator")).one()
    with pytest.raises(Contradiction, match="Nobody would be administrator after that day."):
        kept_people.end_role(session, role, ends=TODAY, doer=DOER, now=NOW)
    with pytest.raises(Contradiction, match="Nobody would be administrator after that day."):
        kept_people.leave(session, here.administrator, ends=TODAY, organisations=None, doer=DOER, now=NOW)


def test_a_role_is_held_once_on_a_day_and_while_the_organisation_is_open(session: Session) -> None:
    here = kept.croydon(session)
    here.organisation.closed = date(2020, 3, 31)
    session.flush()
    given: dict[str, Any] = {
        "role": Role.SECRETARY,
        "organisation": here.organisation,
        "programme_code": None,
        "ends": None,
    }
    given |= {"doer": DOER, "now": NOW}
    with pytest.raises(Contradiction, match="is board secretary there from 1 April 2013. End that first"):
        kept_people.give_role(session, here.secretary, starts=TODAY, **given)
    with pytest.raises(Contradiction, match="1 April 2020 is after the last day of NHS Croydon CCG, 31 March 2020"):
        kept_people.give_role(session, here.chair, starts=date(2020, 4, 1), **given)


def test_the_address_of_someone_with_an_account_is_moved_by_an_administrator_only(
    client: FlaskClient, session: Session
) -> None:
    """Whoever moved it could have a new password sent to themselves."""
    kept.croydon(session)
    made.sign_in(client)
    edit = "/people/administrator/edit"
    seen = page_value(client.get(edit).text, "seen")
    refused = kept.send(client, edit, name="Ada Administrator", email="mine@croydon.example", seen=seen)
    assert refused.status_code == 422
    assert "Only an administrator may change the address of someone who has an account" in refused.text
    spelt = kept.send(client, edit, name="Ada Example", email=kept.ADMINISTRATOR, seen=seen)
    assert spelt.status_code == 303
    assert "name from “Ada Administrator” to “Ada Example”" in client.get("/people/administrator").text


def test_someone_known_elsewhere_joins_under_the_same_name_and_address(session: Session) -> None:
    here = kept.croydon(session)
    given: dict[str, Any] = {"email": "chair@croydon.example", "organisation": here.other, "doer": DOER, "now": NOW}
    assert kept_people.add_person(session, name="dr chair example", **given).id == here.chair.id
    with pytest.raises(Contradiction, match="Someone of another name has this address."):
        kept_people.add_person(session, name="Another", **given)


def test_people_are_found_by_name_seat_role_and_organisation(client: FlaskClient, session: Session) -> None:
    here = kept.croydon(session)
    stranger = made.person(session, "stranger", "Una Stranger", "una@kent.example")
    session.add(
        RoleHolding(person_id=stranger.id, role=Role.SECRETARY.value, organisation_id=here.other.id, starts=SINCE)
    )
    session.add_all(
        Person(code=f"p{n}", name=f"Person {n:02}", email=f"p{n}@croydon.example", demonstration=False)
        for n in range(60)
    )
    session.flush()
    owner = session.get_one(Organisation, here.organisation.id)
    session.add_all(
        RoleHolding(person_id=someone.id, role=Role.READER.value, organisation_id=owner.id, starts=SINCE)
        for someone in session.scalars(sa.select(Person).where(Person.name.like("Person%")))
    )
    session.commit()
    made.sign_in(client)
    assert "63 people" in client.get("/people").text
    last = client.get("/people?page=3").text
    assert ("Sam Secretary" in last, "Page 2 of 3" in last) == (True, True)
    for asked in ("q=clinical+chair", "q=sam", "role=secretary", "q=board+secretary"):
        page = client.get(f"/people?{asked}").text
        assert ("1 person" in page, "Una" in page) == (True, False), asked
    assert "Nobody is like that" in client.get("/people?organisation=99X").text
    assert 'Sam Secretary,secretary@croydon.example,"Board secretary, Croydon"' in client.get("/people?as=csv").text
    assert client.get("/people/stranger").status_code == 404
