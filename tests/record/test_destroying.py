"""What an entry says is destroyed by two people; its leaf stays, the rest of the record holds, and it is told."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

import verify_record
from app.audit import queries as audit
from app.audit.models import RecordEntry, RecordLeaf
from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.db import writing
from app.exchange.kinds.recorded import NOT_WHOLE
from app.people.models import Organisation
from app.permissions import Refused, Role, Stale
from app.record import queries, service
from app.signoff.folding import folded
from app.signoff.models import CaseState
from app.signoff.queries import history
from app.signoff.sentences import told
from tests.people import kept, made
from tests.signoff.group import make_group, open_case

NOW = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)
CANARY = "Mrs Canary of Acacia Avenue told me of her illness"
ADMINISTRATOR, SECRETARY = (
    Doer(1, "Ada Administrator", "organisation administrator"),
    Doer(2, "Sam Secretary", "secretary"),
)
ASKED: dict[str, Any] = {"ground": "request", "under": "UK GDPR, article 17", "reason": "She asked for it."}


def said(session: Session, organisation_id: int, name: str, tag: Tag, **payload: object) -> int:
    with writing(session):
        [entry_id] = append(session, [Act(tag, SECRETARY, organisation_id, name, "document", 1, payload)], NOW)
    return entry_id


@pytest.fixture
def croydon(session: Session) -> tuple[int, int]:
    """Croydon's id, and the second of three entries in its log: a comment that holds a person's data."""
    make_group(session, ["Croydon", "Merton"])
    session.commit()
    organisation = session.scalars(sa.select(Organisation).where(Organisation.ods_code == "T00")).one()
    ids = [
        said(session, organisation.id, organisation.name, tag, text=text, comment=number)
        for number, (tag, text) in enumerate(
            [(Tag.MEETING_SET, "One"), (Tag.COMMENT_MADE, CANARY), (Tag.COMMENT_MADE, "Three")], start=1
        )
    ]
    return organisation.id, ids[1]


def asked(session: Session, croydon: tuple[int, int]) -> int:
    with writing(session):
        return service.ask(session, *croydon, **ASKED, doer=ADMINISTRATOR, now=NOW, years=20)


def destroyed(session: Session, croydon: tuple[int, int], doer: Doer = SECRETARY) -> int:
    number = asked(session, croydon)
    with writing(session):
        return service.confirm(session, *croydon, asked=number, doer=doer, now=NOW, years=20)


def test_the_text_goes_and_the_leaf_and_every_checkpoint_stay(session: Session, croydon: tuple[int, int]) -> None:
    before, leaves = audit.checkpoints(session), session.scalars(sa.select(RecordLeaf.hash)).all()
    number = asked(session, croydon)
    with pytest.raises(Refused, match="Whoever asked for the destruction cannot confirm it"), writing(session):
        service.confirm(session, *croydon, asked=number, doer=ADMINISTRATOR, now=NOW, years=20)
    with pytest.raises(Refused, match="asked for already"):
        asked(session, croydon)
    with pytest.raises(Stale), writing(session):
        service.confirm(session, *croydon, asked=number - 1, doer=SECRETARY, now=NOW, years=20)
    with writing(session):
        declaring = service.confirm(session, *croydon, asked=number, doer=SECRETARY, now=NOW, years=20)
    entry = session.get_one(RecordEntry, croydon[1])
    assert (entry.payload, entry.salt, entry.tag, entry.actor_name) == (None, None, "comment.made", "Sam Secretary")
    kept_leaves = session.scalars(sa.select(RecordLeaf.hash).order_by(RecordLeaf.position)).all()
    assert set(leaves) < set(kept_leaves)
    assert audit.verify(session, before)[1] == []
    [(told_of, about)] = queries.destroyed(session)
    assert (told_of.entry.id, about, told_of.under, told_of.reason) == (declaring, croydon[1], *_words())
    with pytest.raises(Stale), writing(session):
        service.confirm(session, *croydon, asked=number, doer=SECRETARY, now=NOW, years=20)
    with pytest.raises(Refused, match="destroyed already"):
        asked(session, croydon)


def _words() -> tuple[str, str]:
    return ASKED["under"], ASKED["reason"]


def test_what_is_declined_stays_and_can_be_asked_for_anew(session: Session, croydon: tuple[int, int]) -> None:
    number = asked(session, croydon)
    with writing(session):
        service.decline(session, *croydon, asked=number, reason="It is needed.", doer=SECRETARY, now=NOW)
    assert session.get_one(RecordEntry, croydon[1]).payload == {"text": CANARY, "comment": 2}
    with pytest.raises(Stale), writing(session):
        service.confirm(session, *croydon, asked=number, doer=SECRETARY, now=NOW, years=20)
    assert destroyed(session, croydon)


def undeclared(session: Session, entry_id: int) -> str:
    session.execute(sa.update(RecordEntry).where(RecordEntry.id == entry_id + 1).values(payload=None, salt=None))
    return f"Entry {entry_id + 1} (comment.made) at leaf 2 has lost its text, and no entry says that it was destroyed."


def put_back(session: Session, entry_id: int) -> str:
    session.execute(sa.update(RecordEntry).where(RecordEntry.id == entry_id).values(payload={"text": "x"}, salt="00"))
    return "has its text, and entry"


def somebody_else(session: Session, entry_id: int) -> str:
    session.execute(sa.update(RecordEntry).where(RecordEntry.id == entry_id).values(actor_name="Somebody Else"))
    return "is not what is left of the one whose text was destroyed."


def declaration_gone(session: Session, entry_id: int) -> str:
    declaring = session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == "entry.destroyed")).one()
    session.execute(sa.update(RecordEntry).where(RecordEntry.id == declaring.id).values(payload=None, salt=None))
    return f"Entry {entry_id} (comment.made) at leaf 1 has lost its text, and no entry says that it was destroyed."


def leaf_deleted(session: Session, entry_id: int) -> str:
    session.execute(sa.delete(RecordLeaf).where(RecordLeaf.entry_id == entry_id))
    session.execute(sa.delete(RecordEntry).where(RecordEntry.id == entry_id))
    return "Leaf 1 is missing"


def moved(session: Session, entry_id: int) -> str:
    both = RecordLeaf.entry_id.in_((entry_id, entry_id + 1))
    rows = [
        (leaf.organisation_id, leaf.position, leaf.hash) for leaf in session.scalars(sa.select(RecordLeaf).where(both))
    ]
    session.execute(sa.delete(RecordLeaf).where(both))
    for (organisation_id, position, leaf), moved_to in zip(sorted(rows), (entry_id + 1, entry_id), strict=True):
        values = {"organisation_id": organisation_id, "position": position, "entry_id": moved_to, "hash": leaf}
        session.execute(sa.insert(RecordLeaf).values(values))
    return "is not what is left of the one whose text was destroyed."


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("tamper", [undeclared, put_back, somebody_else, declaration_gone, leaf_deleted, moved])
def test_a_destruction_hides_no_other_change(session: Session, croydon: tuple[int, int], tamper: object) -> None:
    assert callable(tamper)
    destroyed(session, croydon)
    outside = audit.checkpoints(session)
    session.execute(sa.text("PRAGMA foreign_keys = OFF"))
    for name in session.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        session.execute(sa.text(f"DROP TRIGGER {name}"))
    sentence = tamper(session, croydon[1])
    session.commit()
    session.expire_all()
    assert sentence in " ".join(one.sentence for one in audit.verify(session, outside)[1])


def test_the_database_lets_no_text_go_that_nothing_is_said_of(session: Session, croydon: tuple[int, int]) -> None:
    destroyed(session, croydon)
    for values in ({"payload": None, "salt": None}, {"payload": {"text": "x"}}, {"salt": "00"}, {"actor_name": "X"}):
        for entry_id in (
            (croydon[1], croydon[1] + 1) if "payload" not in values or values["payload"] else (croydon[1] + 1,)
        ):
            with pytest.raises(sa.exc.DatabaseError, match="append-only"):
                session.execute(sa.update(RecordEntry).where(RecordEntry.id == entry_id).values(**values))
            session.rollback()


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_it_is_checked_off_line_and_not_a_byte_of_it_is_left(
    app: Flask, session: Session, croydon: tuple[int, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = app.test_cli_runner().invoke
    older = tmp_path / "older.txt"
    assert run(args=["record", "checkpoint", str(older)]).exit_code == 0
    destroyed(session, croydon)
    log, proof = tmp_path / "log.json", tmp_path / "proof.json"
    assert run(args=["record", "export", "T00", str(log)]).exit_code == 0
    assert run(args=["record", "prove", str(croydon[1] + 1), str(proof)]).exit_code == 0
    for file in (log, proof):
        code = verify_record.main([str(file), *(["--checkpoint", str(older)] if file == log else [])])
        assert code == 0, capsys.readouterr().out
    shown = capsys.readouterr().out
    assert "Of 1 the text is destroyed" in shown
    assert "Entry 2 (comment.made): She asked for it. (UK GDPR, article 17). entry.destroyed, 2015-11-05" in shown
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join(lines[:5]))  # without the entry that says so
    assert verify_record.main([str(log)]) == 1
    assert "The text of entry 2 is gone, and nothing on record says that it was destroyed" in capsys.readouterr().out
    session.close()
    assert run(args=["record", "clean"]).exit_code == 0
    listed = run(args=["record", "destroyed"]).output
    assert f"Entry {croydon[1]}, NHS Croydon CCG: destroyed on 5 November 2015 by Sam Secretary, secretary" in listed
    for path in tmp_path.glob("concord.sqlite*"):
        assert CANARY.encode() not in path.read_bytes(), path.name


def test_an_entry_of_a_case_stays_while_the_case_stands_and_goes_when_its_years_are_over(session: Session) -> None:
    group = make_group(session)
    case = open_case(session, group, NOW)
    session.commit()
    opened = history(session, case)[0]
    from_case = (group.host.id, opened.id)
    with pytest.raises(Refused, match="what the case “Out-of-hospital standards standards” is about"):
        asked(session, from_case)
    body = group.bodies["Croydon"]
    with writing(session):
        said_of = {"body_id": body.id, "held_on": "2015-11-19", "meeting_id": 1, "sentence": "Not quorate."}
        act = Act(Tag.NOT_QUORATE, SECRETARY, body.organisation_id, "NHS Croydon CCG", "case", case.id, said_of)
        [entry_id] = append(session, [act], NOW)
    of_body = (body.organisation_id, entry_id)
    with pytest.raises(Refused, match="It counts for the case .*, which is open: where the case stands follows"):
        asked(session, of_body)
    with writing(session):
        act = Act(Tag.CASE_WITHDRAWN, SECRETARY, group.host.id, group.host.name, "case", case.id, {"reason": "No."})
        append(session, [act], NOW)
        session.execute(sa.update(CaseState).where(CaseState.case_id == case.id).values(state="withdrawn"))
    with pytest.raises(Refused, match="which still stands: decisions are kept for 20 years after"):
        asked(session, of_body)
    years_on = NOW.replace(year=2036)
    with writing(session):
        number = service.ask(
            session, *of_body, **{**ASKED, "ground": "retention"}, doer=ADMINISTRATOR, now=years_on, years=20
        )
    with writing(session):
        service.confirm(session, *of_body, asked=number, doer=SECRETARY, now=years_on, years=20)
    standing = folded(session, case, years_on).standing
    assert standing.state == session.get_one(CaseState, case.id).state == "withdrawn"
    assert "What this entry said was destroyed." in told(history(session, case), standing)[1].sentence
    assert session.scalars(NOT_WHOLE).all() == [case.id]  # so an export leaves it out
    assert audit.verify(session)[1] == []


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_an_administrator_asks_on_the_page_and_the_secretary_confirms(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    made.make(session)
    made.administrator(session, "keeper", "Kim Keeper", Role.ORGANISATION_ADMINISTRATOR)
    croydon = session.scalars(sa.select(Organisation).where(Organisation.ods_code == "07V")).one()
    entry_id = said(session, croydon.id, croydon.name, Tag.COMMENT_MADE, text=CANARY, title="Standards", body="Croydon")
    page = f"/organisations/07V/record/{entry_id}"
    made.sign_in(client, email="keeper@croydon.example")
    assert "Read the record of Croydon" in client.get("/organisations/07V").text
    assert CANARY in client.get(page).text
    assert kept.send(client, f"{page}/destroy").status_code == 422
    assert kept.send(client, f"{page}/destroy", **ASKED).status_code == 303
    shown = client.get(page).text
    assert "Waiting for a second person" in shown and f"{page}/confirm" not in shown
    assert "Whoever asked for the destruction cannot confirm it" in client.get(f"{page}/confirm").text
    other = app.test_client()
    made.sign_in(other)
    assert "Waiting for a second person" in other.get("/organisations/07V/record?state=asked").text
    number = other.get(f"{page}/confirm").text.partition('name="asked" value="')[2].partition('"')[0]
    assert kept.send(other, f"{page}/confirm", asked=number).status_code == 422
    assert kept.send(other, f"{page}/confirm", asked=number, sure="y").status_code == 303
    shown = other.get(page).text
    assert CANARY not in shown
    assert "Destroyed under UK GDPR, article 17 on 5 November 2015" in shown and "by Sam Secretary, board sec" in shown
    assert "Asked for by Kim Keeper, organisation administrator" in shown
    assert "UK GDPR" in other.get("/organisations/07V/record?as=csv").text
    assert f"Entry {entry_id}" in other.get("/organisations/07V/record?state=destroyed").text
    assert client.get("/organisations/99X/record").status_code == 404
