"""The bodies are asked: a case is opened on a version, a further version is put to them, its changes are ruled on."""

from typing import Literal

from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from app.api.decisions import ASK, SIGN
from app.api.operations import reads, writes
from app.api.places import Versioned, the_version_of_the_office
from app.api.shapes import Code, In, Line, NothingMore, Out, Reason
from app.db import db
from app.people.queries import bodies_of_collaborative
from app.permissions import Refused
from app.programme.asking import open_case_on
from app.programme.routes.places import for_programme
from app.programme.ruling import Said, open_round_on, to_rule_on
from app.signoff.models import Case
from app.signoff.queries import round_of, standing_of
from app.web.clock import now, today
from workflows.materiality import Word

GROUP = "Asking the bodies"


class DefinitionSaid(In):
    """Under which definition."""

    name: Code
    version: int


class OpenSaid(In):
    """What is asked, and of whom."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"title": "Minimum outcomes, version 3", "definition": {"name": "standards", "version": 1}}]
        }
    )

    title: Line = Field("", description="Else the document’s title and the version")
    bodies: list[Code] | None = Field(
        None,
        max_length=1000,
        description="The codes of the bodies; where none are named, all of the collaborative’s that the route asks",
    )
    definition: DefinitionSaid | None = Field(None, description="Else the usual one for documents")


class Opened(Out):
    """The sign-off that is open now, and its round."""

    sign_off: str
    title: str
    round: int
    stage: str
    version: str
    content_hash: str
    result: str


def _opened(session: Session, case: Case) -> Opened:
    found = standing_of(session, case, now())
    current = found.round
    assert current is not None
    return Opened(
        sign_off=case.code,
        title=case.title,
        round=current.number,
        stage=current.stage,
        version=current.version_label,
        content_hash=round_of(session, case, current.number).content_hash,
        result=found.result,
    )


@writes(
    "/documents/<document>/versions/<version>/sign-off",
    group=GROUP,
    scope=ASK,
    of=the_version_of_the_office,
    body=OpenSaid,
    answers=Opened,
)
def open_sign_off(session: Session, of: Versioned, said: OpenSaid) -> Opened:
    """Open a sign-off on an issued version."""
    parties = None
    if said.bodies is not None:
        there = {
            body.code: body for body in bodies_of_collaborative(session, of.version.document.collaborative_id, today())
        }
        unknown = [code for code in said.bodies if code not in there]
        if unknown:
            raise Refused(
                f"{', '.join(unknown)}: no such body is in the collaborative today.", f"some of {', '.join(there)}"
            )
        parties = [there[code] for code in dict.fromkeys(said.bodies)]
    case = open_case_on(
        session,
        of.version,
        bodies=parties,
        title=said.title,
        definition=(said.definition.name, said.definition.version) if said.definition else None,
        doer=for_programme(of.programme),
        now=now(),
    )
    return _opened(session, case)


@writes(
    "/documents/<document>/versions/<version>/round",
    group=GROUP,
    scope=ASK,
    of=the_version_of_the_office,
    body=NothingMore,
    answers=Opened,
)
def open_round(session: Session, of: Versioned, _said: NothingMore) -> Opened:
    """Put a further version to the bodies that a sign-off asks.

    Where bodies agreed an earlier version, what it changes has to be ruled on: that is another operation.
    """
    return _opened(session, open_round_on(session, of.version, for_programme(of.programme), now()).case)


class ChangeShape(Out):
    """A clause that differs, and how."""

    clause: str
    number: str
    heading: str
    how: str


class ToRuleShape(Out):
    """What has to be ruled on before the version is put to the bodies; empty where no agreement is at stake."""

    sign_off: str | None
    agreed: str = Field(description="Who agreed what before, in words")
    beside: str | None = Field(description="The hash of the version that they were asked about, to be sent back")
    changes: list[ChangeShape]


@reads(
    "/documents/<document>/versions/<version>/ruling", group=GROUP, of=the_version_of_the_office, answers=ToRuleShape
)
def to_be_ruled_on(of: Versioned, _asked: None) -> ToRuleShape:
    """Read what has to be ruled on before a version is put to the bodies."""
    found = to_rule_on(db.session, of.version, now())
    if found is None:
        return ToRuleShape(sign_off=None, agreed="", beside=None, changes=[])
    return ToRuleShape(
        sign_off=found.case.code,
        agreed=found.agreed,
        beside=found.at_stake.round.content_hash,
        changes=[
            ChangeShape(clause=one.code, number=one.number, heading=one.heading, how=one.how) for one in found.changes
        ],
    )


class ClauseRuled(In):
    """What a change of a clause is, and why."""

    clause: Code
    ruling: Literal["editorial", "material"]
    reason: Reason


class RulingSaid(In):
    """A ruling on every change."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "beside": "0" * 64,
                    "clauses": [{"clause": "access", "ruling": "editorial", "reason": "A comma was added."}],
                }
            ]
        }
    )

    beside: str = Field(pattern=r"^[0-9a-f]{64}$", description="`beside` as it was read")
    clauses: list[ClauseRuled] = Field(max_length=5000)


@writes(
    "/documents/<document>/versions/<version>/ruling",
    group=GROUP,
    scope=SIGN,
    of=the_version_of_the_office,
    body=RulingSaid,
    answers=Opened,
)
def rule_on_changes(session: Session, of: Versioned, said: RulingSaid) -> Opened:
    """Rule on what a version changes, and put it to the bodies.

    An editorial change carries signatures over; a material one asks those who signed the clause to re-affirm it.
    """
    clauses: dict[str, tuple[Word | None, str]] = {one.clause: (one.ruling, one.reason) for one in said.clauses}
    ruled = Said(said.beside, clauses)
    if to_rule_on(session, of.version, now()) is None:
        raise Refused("No agreement is at stake with this version, so there is nothing to rule on.", "a further round")
    return _opened(session, open_round_on(session, of.version, for_programme(of.programme), now(), ruled).case)
