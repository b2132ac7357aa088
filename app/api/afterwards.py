"""Who asked thinks again: a sign-off is withdrawn, or what a version changes is ruled on again."""

from datetime import date, datetime
from functools import partial

from pydantic import Field
from sqlalchemy.orm import Session

from app.api.answering import Invalid, Wrong
from app.api.asking import GROUP, ClauseRuled
from app.api.decisions import SIGN
from app.api.operations import reads, writes
from app.api.places import Office, the_office_of
from app.api.rulings import RuledShape, ruled_clauses
from app.api.shapes import In, Out, Reason, exampled
from app.db import db
from app.programme.routes.places import for_programme
from app.signoff.folding import folded
from app.signoff.models import Case
from app.signoff.queries import standing_of
from app.signoff.ruling_again import rule_again, ruling_to_make_again
from app.signoff.withdrawing_cases import what_follows, withdraw_case
from app.web.clock import now
from workflows.materiality import RuledClause

thinking_again = partial(writes, group=GROUP, scope=SIGN, of=the_office_of)


class KeptItem(Out):
    """An item that stays on its agenda, and why."""

    meeting: str
    why: str


class FollowsShape(Out):
    """What withdrawing a sign-off would bring about."""

    answered: str = Field(description="The bodies whose answer stays in the history, in words")
    no_longer_asked: str = Field(description="The bodies that are asked nothing any more, in words")
    off: list[str] = Field(description="The codes of the meetings whose agendas let go of it")
    stays: list[KeptItem]
    seen: int = Field(description="The last entry: what withdrawing it has to send back")


@reads("/sign-offs/<sign_off>/withdrawal", group=GROUP, of=the_office_of, answers=FollowsShape)
def before_withdrawing(of: Office, _asked: None) -> FollowsShape:
    """Read what withdrawing a sign-off would bring about."""
    follows = what_follows(db.session, of.case, now())
    return FollowsShape(
        answered=follows.answered,
        no_longer_asked=follows.no_longer_asked,
        off=[item.meeting.code for item in follows.off],
        stays=[KeptItem(meeting=item.meeting.code, why=why) for item, why in follows.stay],
        seen=follows.last_entry,
    )


class Whole(Out):
    """Where the whole stands now."""

    sign_off: str
    state: str
    result: str


class WithdrawalOfCase(In):
    """Why, and what was before you."""

    model_config = exampled({"reason": "The plan it belongs to was overtaken.", "seen": 341})

    reason: Reason
    seen: int


@thinking_again("/sign-offs/<sign_off>/withdrawal", body=WithdrawalOfCase, answers=Whole)
def withdraw_sign_off(session: Session, of: Office, said: WithdrawalOfCase) -> Whole:
    """Withdraw a sign-off: nobody is asked any more, and the agendas ahead let go of it."""
    doer, case_id = for_programme(of.programme), of.case.id
    withdraw_case(session, case_id=case_id, reason=said.reason, seen=said.seen, doer=doer, now=now())
    return _whole(session, of.case)


def _whole(session: Session, case: Case) -> Whole:
    standing = standing_of(session, case, now())
    return Whole(sign_off=case.code, state=standing.state, result=standing.result)


class RulingShape(Out):
    """The ruling on the version that is asked about now."""

    from_version: str
    to_version: str
    by: str
    on: date | datetime
    clauses: list[RuledShape]
    seen: int = Field(description="Its entry: what ruling again has to send back")


@reads("/sign-offs/<sign_off>/ruling", group=GROUP, of=the_office_of, answers=RulingShape)
def to_be_ruled_on_again(of: Office, _asked: None) -> RulingShape:
    """Read the ruling that can be made again, until a body has acted on it."""
    ruling = ruling_to_make_again(folded(db.session, of.case, now()))
    return RulingShape(
        from_version=ruling.from_label,
        to_version=ruling.to_label,
        by=ruling.by,
        on=ruling.on,
        clauses=ruled_clauses(ruling),
        seen=ruling.entry_id,
    )


class RulingAgain(In):
    """Another ruling on the same changes, why it is made, and what was before you."""

    model_config = exampled(
        {
            "clauses": [{"clause": "access", "ruling": "material", "reason": "Two hours became four."}],
            "reason": "The first ruling overlooked the figure.",
            "seen": 341,
        }
    )

    clauses: list[ClauseRuled] = Field(max_length=5000)
    reason: Reason
    seen: int


@thinking_again("/sign-offs/<sign_off>/ruling", body=RulingAgain, answers=Whole)
def rule_on_changes_again(session: Session, of: Office, said: RulingAgain) -> Whole:
    """Rule again on what a version changes. What was ruled before stays in the history."""
    changes = {one.change.code: one.change for one in ruling_to_make_again(folded(session, of.case, now())).clauses}
    wrong = [
        Wrong(f"#/clauses/{place}/clause", "Nothing was ruled on a clause of this code.")
        for place, one in enumerate(said.clauses)
        if one.clause not in changes
    ]
    if wrong:
        raise Invalid(*wrong)
    ruled = {one.clause: (one.ruling, one.reason) for one in said.clauses}
    clauses = tuple(RuledClause(change, *ruled.get(code, (None, ""))) for code, change in changes.items())
    doer, case_id = for_programme(of.programme), of.case.id
    rule_again(session, case_id=case_id, clauses=clauses, reason=said.reason, seen=said.seen, doer=doer, now=now())
    return _whole(session, of.case)
