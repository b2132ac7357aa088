"""A merger is planned on its page: what is wrong is said by the field, what follows is shown, then it is confirmed."""

from datetime import date

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry, RecordLog
from app.people.models import Organisation, OrganisationSuccessor, RoleHolding
from tests.people import kept, made

NEW = "/mergers/new"


def test_a_merger_is_shown_before_it_is_confirmed_and_takes_effect_at_once_today(
    client: FlaskClient, session: Session
) -> None:
    here = kept.croydon(session)
    session.execute(sa.delete(OrganisationSuccessor))
    kent = here.other
    kent.opened = date(2013, 4, 1)
    session.add(
        RoleHolding(person_id=here.administrator.id, role="administrator", organisation_id=kent.id, starts=kept.TODAY)
    )
    session.commit()
    made.sign_in(client, email=kept.ADMINISTRATOR)
    given: dict[str, object] = {"successor": kent.ods_code, "from_on": kept.TODAY.isoformat(), "reason": "An order"}
    wrong = kept.send(client, NEW, predecessors="07V 99Z", **given)
    assert (wrong.status_code, "99Z is no organisation’s ODS code here. Check it." in wrong.text) == (422, True)
    shown = kept.send(client, NEW, predecessors="07v", **given)
    assert "NHS Croydon CCG Governing Body closes, with 4 seats and whoever holds them." in shown.text
    assert "lose their access with the end of 4 November 2015" in shown.text
    session.rollback()
    assert session.get_one(Organisation, here.organisation.id).closed is None
    token = shown.text.partition('name="confirmed" value="')[2].partition('"')[0]
    done = kept.send(client, NEW, predecessors="07v", confirmed=token, **given)
    assert done.status_code == 303
    page = client.get(done.headers["Location"]).text
    assert "It took effect on 5 November 2015" in page
    assert f"/organisation/{here.organisation.id}</code>" in page
    assert (
        "What ended" in page and "NHS Croydon CCG Governing Body closes, with 4 seats and whoever holds them." in page
    )
    session.rollback()
    assert session.get_one(Organisation, here.organisation.id).closed == date(2015, 11, 4)
    assert session.get_one(RecordLog, here.organisation.id).sealed_on == kept.TODAY
    assert "log.sealed" in set(session.scalars(sa.select(RecordEntry.tag)))
    assert client.get("/organisations/07V").status_code == 200
