"""What bodies amended goes out in a workbook and comes into an empty service: it stands there as it stood here."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.audit import queries as audit
from app.audit.service import Doer
from app.audit.tags import Tag
from app.db import db, writing
from app.documents import service as documents
from app.documents.hashing import ClauseDraft, text_hash
from app.documents.queries import version as version_of
from app.exchange import service as exchange
from app.permissions import Refused
from app.programme import service as programme
from app.programme.models import Programme
from app.programme.ruling import Said
from app.signoff import certificates, queries, service
from app.signoff.certificate_routes import signing
from app.signoff.certificates import Certificate
from app.signoff.models import Case
from config import Settings
from tests.exchange.conftest import DOER
from tests.signoff.group import NOW, Group, answer_for_england, decide, make_group, respond, set_meetings
from workflows.facts import Amendment, AnswerFact
from workflows.materiality import Word

EVENING = datetime(2015, 11, 24, 18, 0, tzinfo=UTC)
AGAIN = datetime(2015, 12, 15, 18, 0, tzinfo=UTC)
SOON = "Seen within “one” hour:\n\n- by day;\n- and, at night, by who is there."
SAME_DAY = "A plan the same day, and who keeps it."
CLAUSES = {
    "1": [("aims", "1", "Aims", "One."), ("access", "2", "Access", "Soon."), ("plans", "3", "Plans", "A plan.")],
    "2": [("aims", "1", "Aims", "One."), ("access", "2", "Access", "Two hours."), ("plans", "3", "Plans", "A plan.")],
    "3": [("aims", "1", "Aims", "One."), ("access", "2", "Access", SOON), ("plans", "3", "Plans", SAME_DAY)],
}
AS_AMENDED = AnswerFact(
    "agree_as_amended",
    reason="Two hours are too long.",
    amendments=(Amendment("access", SOON.replace("\n", "\r\n")), Amendment("plans", f" {SAME_DAY}\n")),
)
OTHERWISE = AnswerFact("agree_as_amended", reason="Said too briefly.", amendments=(Amendment("aims", "One and two."),))


class Amended:
    """A group whose Croydon agreed version 2 as amended, in words that version 3 has; others amended it in error."""

    def __init__(self, session: Session) -> None:
        self.session = session
        with writing(session):
            self.group: Group = make_group(session, ("Croydon", "Kingston", "Merton"))
            session.add(Programme(code="group", name="The programme", collaborative_id=self.group.collaborative.id))
            director = self.group.director
            assert director is not None
            self.director = Doer(director.id, director.name, "programme director")
            meetings = set_meetings(session, self.group, EVENING.date(), NOW)
            self._issue("1", NOW)
            opened = programme.open_case_on(
                session,
                version_of(session, "ooh", "1"),
                doer=self.director,
                now=NOW,
                bodies=list(self.group.bodies.values()),
                code="standards",
                definition=("standards", 4),
            )
        self.case: Case = opened
        with writing(session):
            for minute, name in enumerate(self.group.secretaries, start=1):
                respond(session, self.group, self.case, [name], NOW + timedelta(minutes=minute))
        self.put("2", NOW + timedelta(hours=1))
        with writing(session):
            for minute, (name, answer) in enumerate(
                [("Croydon", AS_AMENDED), ("Kingston", OTHERWISE), ("Merton", AnswerFact("agree"))]
            ):
                at = EVENING + timedelta(minutes=minute)
                body, doer = self.group.bodies[name], self.group.doer(name)
                service.schedule(session, self.case, body, meetings[name], doer, NOW + timedelta(hours=2))
                decide(session, self.group, self.case, name, meetings[name], at, answer=answer)
            answer_for_england(session, self.group, self.case, EVENING + timedelta(minutes=4), OTHERWISE)
        for minute, name in enumerate(("Kingston", "NHS England"), start=6):
            self.in_error(name, EVENING + timedelta(minutes=minute))

    def _issue(self, label: str, at: datetime) -> None:
        document = documents.write_document(
            self.session, code="ooh", collaborative_id=self.group.collaborative.id, title="Standards", summary=""
        )
        version = documents.write_version(
            self.session,
            document,
            label=label,
            title="Standards",
            note="What the group asks of its providers.",
            dated=date(2015, 9, 1),
            clauses=[ClauseDraft(*clause) for clause in CLAUSES[label]],
            doer=self.director,
            now=at,
        )
        documents.issue_version(self.session, version, self.director, at)

    def put(self, label: str, at: datetime, ruled: Mapping[str, tuple[Word | None, str]] | None = None) -> None:
        """Put the version of this label to the bodies, once it is ruled what it changes."""
        with writing(self.session) as session:
            self._issue(label, at)
            beside = version_of(session, "ooh", str(int(label) - 1)).hash or ""
            said = Said(beside, ruled) if ruled is not None else None
            programme.open_round_on(session, version_of(session, "ooh", label), self.director, at, said)

    def in_error(self, name: str, at: datetime) -> None:
        """A second person says that nothing was decided."""
        body = self.group.bodies[name]
        with writing(self.session) as session:
            decision = next(
                entry
                for entry in reversed(queries.history(session, self.case))
                if entry.tag == Tag.DECISION_RECORDED.value and (entry.payload or {})["body_id"] == body.id
            )
            service.correct_decision(
                session,
                case_id=self.case.id,
                body_id=body.id,
                entry_id=decision.id,
                reason="The minutes have another clause.",
                answer=None,
                doer=self.director,
                now=at,
            )

    def put_as_amended(self) -> None:
        """Version 3 has Croydon's words; what else is asked, follows from the ruling."""
        ruled: dict[str, tuple[Word | None, str]] = {
            "access": ("material", "It asks more of the night."),
            "plans": ("editorial", "It was meant so."),
        }
        self.put("3", EVENING + timedelta(days=1), ruled)

    def agreed(self) -> None:
        """Merton re-affirms what it was asked to, and the two that had decided nothing agree version 3."""
        session = self.session
        with writing(session):
            meetings = set_meetings(session, self.group, AGAIN.date(), EVENING + timedelta(days=2))
            for minute, name in enumerate(("Kingston", "Merton")):
                decide(session, self.group, self.case, name, meetings[name], AGAIN + timedelta(minutes=minute))
            officer, england = self.group.officer, self.group.bodies["NHS England"]
            assert officer is not None
            service.answer_as_officer(
                session,
                case_id=self.case.id,
                body_id=england.id,
                answer=AnswerFact("agree"),
                seen=queries.seen_for(session, self.case, england),
                token="england-again",
                doer=Doer(officer.id, officer.name, "officer, NHS England"),
                now=AGAIN + timedelta(minutes=3),
                role="officer",
            )


@pytest.fixture
def amended(session: Session) -> Amended:
    return Amended(session)


def certified(made: Certificate) -> list[object]:
    """The facts that a certificate prints, without the place that an entry has in its log."""
    said = made.said
    held = made.party.agreement if made.party else None
    return [
        made.party.sentence if made.party else None,
        [(party.sentence, name) for party, name, _ in made.parties],
        (made.result, made.stage.question, made.round.title, made.round.version_label, made.round.content_hash),
        [said.get(name) for name in ("version_label", "content_hash", "meeting", "held_on", "tally", "role", "reason")],
        (said.get("quorum") or {}).get("sentence"),
        (said.get("reaffirms"), (said.get("rest_of") or {}).get("content_hash")),
        [(one.by, one.on, one.from_label, one.to_label) for one in held.rulings] if held else None,
        made.own_texts,
        (made.at, made.proved.entry.actor_name, made.proved.entry.capacity),
    ]


def stands(session: Session, now: datetime, app: Flask) -> dict[str, Any]:
    """Where everybody stands, in the words that pages and certificates have, and the words that were amended."""
    case = queries.case_by_code(session, "standards")
    found = queries.folded(session, case, now)
    told: dict[str, Any] = {
        "state": found.standing.state,
        "result": found.standing.result,
        "rounds": [
            [
                (
                    one.party.short_name,
                    one.word,
                    one.answer,
                    one.in_favour,
                    one.declined,
                    one.content_hash,
                    one.sentence,
                )
                for one in each.parties
            ]
            for each in found.standing.rounds
        ],
        "asked": {
            one.party.short_name: (one.word, [change.code for change in one.agreement.asked])
            for one in found.standing.parties
            if one.agreement
        },
        "amendments": [
            (said["body"], one["clause"], one["number"], one["text"], one["hash"])
            for said in (entry.payload or {} for entry in queries.history(session, case))
            for one in said.get("amendments") or ()
        ],
        "certificates": {},
    }
    for body in queries.parties_of(session, case.id):
        try:
            with app.app_context():
                made = certificates.of_body(session, found, case, body, *signing())
        except Refused as refusal:
            told["certificates"][body.code] = refusal.sentence
        else:
            told["certificates"][body.code] = certified(made)
    if found.standing.state == "agreed":
        with app.app_context():
            told["certificates"]["the case"] = certified(certificates.of_case(session, found, case, *signing()))
    return told


def brought_into_an_empty_service(workbook: bytes, place: Path, migrated: Path, now: datetime) -> dict[str, Any]:
    """What stands in a service to which nothing but the workbook was given; it goes out of there as it came in."""
    place.mkdir()
    copyfile(migrated, place / "concord.sqlite")
    app = create_app(Settings(instance=place, database_url=f"sqlite:///{place / 'concord.sqlite'}", testing=True))
    with app.app_context():
        with db.sessionmaker() as session:
            assert "\n".join(exchange.check(session, workbook, now).problems.sentences()) == ""
            with writing(session):
                exchange.import_folder(session, workbook, doer=DOER, now=now)
            assert audit.verify(session)[1] == []
            told = stands(session, now, app)
            with writing(session):
                again, _ = exchange.export_workbook(session, doer=DOER, now=now)
            with writing(session):
                assert exchange.import_folder(session, again, doer=DOER, now=now).changes_nothing
        db.engine.dispose()
    return told


def taken_out(session: Session, now: datetime) -> bytes:
    with writing(session):
        return exchange.export_workbook(session, doer=DOER, now=now)[0]


def test_an_agreement_as_amended_and_what_it_carried_over_to_stand_in_an_empty_service_too(
    app: Flask, amended: Amended, migrated_file: Path, tmp_path: Path
) -> None:
    session, now = amended.session, EVENING + timedelta(hours=2)
    here = stands(session, now, app)
    words = {word for _, word, *_ in here["rounds"][-1]}
    assert words == {"agreed as amended", "agreed", "scheduled", "not yet answered"}
    assert [one[:3] for one in here["amendments"]] == [
        ("Croydon", "access", "2"),
        ("Croydon", "plans", "3"),
        ("Kingston", "aims", "1"),
        ("NHS England", "aims", "1"),
    ]
    assert here["amendments"][0][3:] == (SOON, text_hash("Access", SOON))
    assert brought_into_an_empty_service(taken_out(session, now), tmp_path / "before", migrated_file, now) == here

    amended.put_as_amended()
    now = EVENING + timedelta(days=3)
    here = stands(session, now, app)
    assert here["asked"] == {"Croydon": ("carried over", []), "Merton": ("re-affirmation needed", ["access"])}
    certificate = here["certificates"]["croydon"]
    assert "in which clauses 2 and 3 stand as they were amended" in certificate[0]
    assert [one.text for one in certificate[-2]] == [SOON, SAME_DAY]
    assert brought_into_an_empty_service(taken_out(session, now), tmp_path / "carried", migrated_file, now) == here

    amended.agreed()
    now = AGAIN + timedelta(days=1)
    here = stands(session, now, app)
    assert here["state"] == "agreed"
    assert {word for _, word, *_ in here["rounds"][-1]} == {"carried over", "agreed"}
    assert brought_into_an_empty_service(taken_out(session, now), tmp_path / "agreed", migrated_file, now) == here
