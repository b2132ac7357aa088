"""A further version is put to the parties: where the route leads to, and what a ruling makes of their agreement.

Sign-off knows nothing of clauses but what the caller hands in: their codes, numbers and hashes are plain facts here.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.service import Act, Doer
from app.audit.tags import Tag
from app.people.models import Organisation
from app.permissions import Stale
from app.signoff.folding import Folded, act_of, folded, with_acts
from app.signoff.models import Case
from app.signoff.refusals import refuse
from app.signoff.subject import Subject, named_version
from workflows.case_history import day_of
from workflows.facts import PartyFact, day_in_words
from workflows.materiality import Agreement, RuledClause, at_stake, clauses_in_words, ruling_said, rulings_of
from workflows.rounds import may_open_round
from workflows.standing import CaseStanding, PartyStanding, RoundStanding
from workflows.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Ruled:
    """What was ruled on each clause that differs from the version with the hash `from_hash`."""

    from_hash: str
    clauses: tuple[RuledClause, ...]


@dataclass(frozen=True, slots=True)
class AtStake:
    """The round in which a case stands, and each party's agreement that a new version would leave behind."""

    round: RoundStanding
    agreements: tuple[tuple[PartyFact, Agreement], ...]


def foreseen(session: Session, case: Case, subject: Subject, doer: Doer, now: datetime, ruled: Ruled) -> CaseStanding:
    """Where the parties would stand if the version were put to them with this ruling; nothing is written."""
    found = folded(session, case, now)
    stage, verdict = leads_to(found, subject.content_hash)
    refuse(verdict)
    asker = session.get_one(Organisation, case.asked_by_id)
    number = found.round.number + 1
    acts = [
        ruling_act(found, number, subject, ruled, doer, asker),
        act_of(found, Tag.ROUND_OPENED, doer, asker, round_said(found, number, stage, subject)),
    ]
    return with_acts(found, acts).standing


def agreements_at_stake(session: Session, case: Case, content_hash: str, now: datetime) -> AtStake:
    """What the parties agreed of earlier versions, which content with this hash would leave behind without a ruling."""
    found = folded(session, case, now)
    stage, verdict = leads_to(found, content_hash)
    history = found.standing.folded
    bodies = {party.body_id: party for party in found.parties}
    held = at_stake(found.definition, stage, history.rounds, rulings_of(history.rulings), bodies) if verdict else {}
    return AtStake(found.round, tuple((bodies[body_id], agreement) for body_id, agreement in held.items()))


def ruling_act(found: Folded, number: int, subject: Subject, ruled: Ruled, doer: Doer, asker: Organisation) -> Act:
    """The entry of a ruling; raises `Stale` where it compares with another version than the one now asked about."""
    current = found.round
    if ruled.from_hash != current.content_hash:
        raise Stale(
            "What the bodies are asked about has changed since this page was shown. Nothing was ruled or asked.",
            f"They are asked about {current.version_label} since {day_in_words(current.opened_on)}.",
        )
    said = ruling_said(
        ruled.clauses,
        from_label=current.version_label,
        from_hash=current.content_hash,
        to_label=named_version(subject.version_label),
        to_hash=subject.content_hash,
        by=doer.name,
    )
    return act_of(found, Tag.CHANGE_RULED, doer, asker, {"round": number, "stage": current.stage, **said})


def asked_to(party: PartyStanding, current: RoundStanding) -> str:
    """ "decide on version 3", or "re-affirm clause 2.1 of version 3" where the rest of an agreement stands."""
    version = named_version(current.version_label)
    if party.agreement is None or not party.agreement.asked:
        return f"decide on {version}"
    return f"re-affirm {clauses_in_words(party.agreement.asked)} of {version}"


def leads_to(found: Folded, content_hash: str) -> tuple[str, Verdict]:
    """The stage at which this content can be put to the parties, with the verdict on it."""
    stages = [found.standing.next_stage] if found.standing.next_stage else []
    began = [one.stage for one in found.standing.rounds if found.definition.stage(one.stage).version != "same"]
    stages += [stage for stage in began[-1:] if stage not in stages]
    verdicts = [
        (stage, may_open_round(found.definition, found.standing, stage, content_hash)) for stage in stages if stage
    ]
    return next(((stage, verdict) for stage, verdict in verdicts if verdict), verdicts[0])


def round_said(found: Folded, number: int, stage: str, subject: Subject) -> dict[str, object]:
    """How an entry says that a round of this stage is opened on a version."""
    return {
        "number": number,
        "round": number,
        "stage": stage,
        "title": found.definition.stage(stage).title,
        "version_id": subject.version_id,
        "version_label": named_version(subject.version_label),
        "content_hash": subject.content_hash,
        "on": day_in_words(day_of(found.now)),
    }
