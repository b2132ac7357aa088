"""What bodies delegate to joint committees: read, begun by a body's own decision, and ended by one."""

from datetime import date
from functools import partial

from pydantic import Field
from sqlalchemy.orm import Session

from app.api.answering import Invalid, Wrong
from app.api.operations import reads, writes
from app.api.shapes import Code, In, Line, Out, exampled
from app.db import db
from app.people.models import DecidingBody
from app.signoff import delegations
from app.signoff.delegation_models import Delegation
from app.signoff.delegation_routes import delegation_of, offered_to, permitted_body, secretary_of
from app.web.clock import now

GROUP = "Delegations and mergers"
DELEGATE = "sign-off:delegate"
delegating = partial(writes, group=GROUP, scope=DELEGATE)


class DelegationShape(Out):
    """What a body delegated, to whom and for when."""

    delegation: int = Field(description="By which it is asked for")
    body: str
    to: str = Field(description="The code of the joint committee")
    documents: list[str]
    workstreams: list[str]
    starts: date
    ends: date | None = Field(description="Its last day")
    decided: str = Field(description="The minute by which the body delegated")


class DelegationsOfBody(Out):
    """What a body delegated, what was delegated to it, and what it could delegate."""

    given: list[DelegationShape]
    taken: list[DelegationShape]
    can_delegate_to: list[str] = Field(description="The codes of the joint committees that it can delegate to today")


def the_body_itself(body: str) -> DecidingBody:
    """A deciding body, for what the operation does with its delegations."""
    return permitted_body(db.session, body)


@reads("/bodies/<body>/delegations", group=GROUP, of=the_body_itself, answers=DelegationsOfBody)
def delegations_of_body(body: DecidingBody, _asked: None) -> DelegationsOfBody:
    """Read what a body delegated, and what was delegated to it."""
    return DelegationsOfBody(
        given=[_shape(one) for one in delegations.delegations_of(db.session, [body.id])],
        taken=[_shape(one) for one in delegations.delegated_to(db.session, body.id)],
        can_delegate_to=[one.code for one in offered_to(db.session, body)[0]],
    )


def _shape(one: Delegation) -> DelegationShape:
    return DelegationShape(
        delegation=one.id,
        body=one.body.code,
        to=one.to.code,
        documents=[str(code) for code in one.documents],
        workstreams=[str(code) for code in one.workstreams or ()],
        starts=one.starts,
        ends=one.ends,
        decided=one.decided,
    )


class DelegationSaid(In):
    """To whom, what, for which days, and by which minute of its own."""

    model_config = exampled(
        {
            "to": "swl-joint-committee",
            "documents": ["minimum-outcomes"],
            "starts": "2015-12-01",
            "ends": None,
            "decided": "GBP/1516/050",
        }
    )

    to: Code
    documents: list[Code] = Field(default=[], max_length=500)
    workstreams: list[Code] = Field(default=[], max_length=500)
    starts: date
    ends: date | None = Field(None, description="The last day, where there is one")
    decided: Line


@delegating("/bodies/<body>/delegations", of=the_body_itself, body=DelegationSaid, answers=DelegationShape)
def delegate(session: Session, body: DecidingBody, said: DelegationSaid) -> DelegationShape:
    """Record that a body delegates decisions on documents and workstreams to a joint committee."""
    committees, documents, workstreams = offered_to(session, body)
    to = next((one for one in committees if one.code == said.to), None)
    named = (
        ("documents", "document", said.documents, {one.code for one in documents}),
        ("workstreams", "workstream", said.workstreams, set(workstreams)),
    )
    wrong = [
        Wrong(f"#/{field}/{place}", f"No {what} of the body’s collaboratives has this code.")
        for field, what, codes, known in named
        for place, code in enumerate(codes)
        if code not in known
    ]
    if to is None or wrong:
        missing = [Wrong("#/to", "No joint committee of its collaboratives has this code.")] if to is None else []
        raise Invalid(*missing, *wrong)
    given = delegations.delegate(
        session,
        body,
        to,
        documents=said.documents,
        workstreams=said.workstreams,
        starts=said.starts,
        ends=said.ends,
        decided=said.decided,
        doer=secretary_of(body),
        now=now(),
    )
    return _shape(given)


class EndSaid(In):
    """The last day of a delegation, and the minute that ended it."""

    model_config = exampled({"ends": "2016-03-31", "decided": "GBP/1516/071"})

    ends: date
    decided: Line


def the_delegation(body: str, delegation: int) -> Delegation:
    """A delegation that the body gave."""
    return delegation_of(db.session, the_body_itself(body), delegation)


@delegating("/bodies/<body>/delegations/<int:delegation>/end", of=the_delegation, body=EndSaid, answers=DelegationShape)
def end_delegation(session: Session, given: Delegation, said: EndSaid) -> DelegationShape:
    """Give a delegation its last day. What is not decided by then, the body is asked itself."""
    doer = secretary_of(given.body)
    delegations.end_delegation(session, given.id, ends=said.ends, decided=said.decided, doer=doer, now=now())
    return _shape(given)
