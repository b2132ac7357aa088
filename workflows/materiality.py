"""A ruling says of each changed clause whether the change is editorial or material, and so what stays agreed.

Editorial: what a body agreed carries over to the new version. Material: it is asked to re-affirm that clause only,
and the rest of its agreement stands. Without a ruling on every clause that changed between exactly these two
versions nothing carries. Nobody has signed a clause that was added, so everyone who agreed is asked about it.

What changed is told by whoever knows the thing that is asked about: here a clause is a code, a number and a hash.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, cast

from workflows.after_the_answer import AGREEMENT_WITHDRAWN
from workflows.case_history import DECISION_RECORDED, Act, Round, day_of
from workflows.facts import CaseEntry
from workflows.stages import Definition
from workflows.verdict import Verdict, in_words, no, yes

How = Literal["added", "removed", "reworded", "reworded and moved", "moved"]
Word = Literal["editorial", "material"]

AS_AMENDED = "agree_as_amended"
"""The answer of who agrees a version that has its amendment: it counts once there is one, and then carries over."""

AGREEING = frozenset({"agree", "agree_with_conditions", "agree_with_local_variation"})
"""Usual answers that can carry over. A response to a draft, or a release, is of one text and of no other."""


def agrees(said: Mapping[str, Any]) -> bool:
    """Whether a decision's entry holds an answer that can carry over: a usual one, or its stage's own in favour.

    An answer of the stage's own is written with how it counts, so that its entry is read without the definition.
    """
    return said.get("answer") in AGREEING or (bool(said.get("answer_title")) and said.get("counts") == "in_favour")


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause that differs between two versions; the hashes are of its words, `was` nothing where it is new.

    `number` is the clause's in the newer version, or in the older one where it was removed.
    """

    code: str
    number: str
    heading: str
    how: How
    was: str | None
    hash: str | None

    @property
    def called(self) -> str:
        """ "clause 2.1", or by its heading where it has no number."""
        return f"clause {self.number}" if self.number else f"the clause “{self.heading or self.code}”"


@dataclass(frozen=True, slots=True)
class RuledClause:
    """A changed clause and what was ruled on it: nothing while that is still to be said."""

    change: ClauseChange
    ruling: Word | None
    reason: str

    @property
    def settled(self) -> bool:
        """Whether the ruling on it is whole."""
        possible = ("material",) if self.change.how == "added" else ("editorial", "material")
        return self.ruling in possible and bool(self.reason.strip())


@dataclass(frozen=True, slots=True)
class Ruling:
    """A person's ruling on every clause that changed between two versions, as the entry `entry_id` holds it."""

    entry_id: int
    on: date
    by: str
    from_label: str
    from_hash: str
    to_label: str
    to_hash: str
    clauses: tuple[RuledClause, ...]

    @property
    def whole(self) -> bool:
        """Whether it says of every changed clause what the change is, and why."""
        return all(clause.settled for clause in self.clauses)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a party agreed in an earlier round, and what of it is still to be re-affirmed on the version asked now.

    `act` is its decision on the whole version, `again` its later re-affirmations, `rulings` what carried it since.
    `amended`: it agreed only as amended in these clauses, each by the hash of its words, and no version has them yet.
    """

    round: Round
    act: Act
    again: tuple[tuple[Round, Act], ...] = ()
    rulings: tuple[Ruling, ...] = ()
    asked: tuple[ClauseChange, ...] = ()
    amended: Mapping[str, str] = field(default_factory=dict)

    @property
    def content_hash(self) -> str:
        """The hash of the version that was agreed."""
        return self.round.content_hash

    @property
    def acts(self) -> tuple[tuple[Round, Act], ...]:
        """The decisions that it rests on, in their order: that on the whole, and each re-affirmation."""
        return ((self.round, self.act), *self.again)

    def ruled_last(self, code: str) -> tuple[RuledClause, Ruling] | None:
        """The latest ruling on a clause since it was agreed."""
        for ruling in reversed(self.rulings):
            for clause in ruling.clauses:
                if clause.change.code == code:
                    return clause, ruling
        return None


Rulings = Mapping[tuple[str, str], Ruling]
"""Rulings by the hashes of the two versions: a ruling on other versions is none on these."""


def may_rule(changes: Sequence[ClauseChange], ruled: Iterable[RuledClause]) -> Verdict:
    """Does this rule on every changed clause, with a reason for each, and on nothing else?"""
    by_code = {clause.change.code: clause for clause in ruled}
    for change in changes:
        clause = by_code.pop(change.code, None)
        if clause is None or clause.ruling is None:
            return no(f"Nothing is ruled on {change.called} yet.", "editorial or material, with the reason")
        if clause.change != change:
            return no(f"What was ruled on {change.called} is about another change.", "a ruling on this change")
        if clause.ruling == "editorial" and change.how == "added":
            return no(
                f"{_begun(change.called)} is new, so nobody has signed it and no signature can carry over to it.",
                "a ruling as material: everyone who agreed the earlier version is asked about it",
            )
        if not clause.settled:
            return no(f"The ruling on {change.called} needs its reason.", "the reason")
    if by_code:
        other = next(iter(by_code.values())).change
        return no(f"{_begun(other.called)} did not change, so there is nothing to rule on.")
    return yes("Every changed clause is ruled on.")


def ruling_said(
    ruled: Iterable[RuledClause], *, from_label: str, from_hash: str, to_label: str, to_hash: str, by: str
) -> dict[str, object]:
    """A ruling as an entry of the case holds it."""
    return {
        "from_version": from_label,
        "from_hash": from_hash,
        "to_version": to_label,
        "to_hash": to_hash,
        "by": by,
        "clauses": [
            {**clause_said(clause.change), "ruling": clause.ruling, "reason": clause.reason.strip()} for clause in ruled
        ],
    }


def clause_said(change: ClauseChange) -> dict[str, object]:
    """A changed clause as an entry holds it."""
    return {
        "code": change.code,
        "number": change.number,
        "heading": change.heading,
        "how": change.how,
        "was": change.was,
        "hash": change.hash,
    }


def ruling_of(entry: CaseEntry) -> Ruling:
    """The ruling that an entry holds."""
    said = entry.payload
    return Ruling(
        entry.id,
        day_of(entry.at),
        str(said.get("by") or ""),
        str(said["from_version"]),
        str(said["from_hash"]),
        str(said["to_version"]),
        str(said["to_hash"]),
        tuple(
            RuledClause(_change(clause), cast("Word | None", clause.get("ruling")), str(clause.get("reason") or ""))
            for clause in said["clauses"]
        ),
    )


def rulings_of(entries: Iterable[CaseEntry]) -> Rulings:
    """The rulings of a case by the versions they are about; of two on the same versions the later counts."""
    return {(found.from_hash, found.to_hash): found for found in map(ruling_of, entries)}


def agreement_before(
    body_id: int, earlier: Sequence[Round], now: Round, rulings: Rulings, stages: Collection[str] = ()
) -> Agreement | None:
    """What the party agreed in earlier rounds of this stage (or of `stages`), where every step since is ruled on."""
    held: Agreement | None = None
    content = ""
    for the_round in (*earlier, now):
        if held is not None and the_round.content_hash != content:
            held = _carried(held, rulings.get((content, the_round.content_hash)))
        content = the_round.content_hash
        if the_round is not now and the_round.stage in (stages or (now.stage,)):
            held = _after_decision(held, the_round, body_id)
    return held


def at_stake(
    definition: Definition, stage: str, rounds: Sequence[Round], rulings: Rulings, body_ids: Iterable[int]
) -> dict[int, Agreement]:
    """The agreements, by body, that a new version put to the parties in `stage` would leave behind without a ruling.

    They are of that stage, or of one that follows it on the same version and so will ask again by itself.
    """
    if not rounds:
        return {}
    again = [stage]
    following = definition.stage(stage).then.complete
    while following not in again and any(one.name == following and one.version == "same" for one in definition.stages):
        again.append(following)
        following = definition.stage(following).then.complete
    found: dict[int, Agreement] = {}
    for body_id in body_ids:
        for name in again:
            held = _held_after(body_id, rounds, rulings, name)
            if held is not None:
                found[body_id] = held
    return found


def material_in_words(said: Mapping[str, Any]) -> str:
    """The ruling of an entry in a sentence: what is editorial, and what is asked again."""
    by_ruling: dict[object, list[ClauseChange]] = {}
    for clause in said.get("clauses") or ():
        by_ruling.setdefault(clause.get("ruling"), []).append(_change(clause))
    parts = [f"{word}: {clauses_in_words(by_ruling[word])}" for word in ("material", "editorial") if word in by_ruling]
    what = "; ".join(parts) or "no clause has changed"
    again = str(said.get("again") or "").rstrip(".")
    if again:
        return (
            f"{said.get('by')} ruled again on what changes from {said.get('from_version')} to "
            f"{said.get('to_version')}: {what}. Why again: {again}."
        )
    return (
        f"{said.get('by')} ruled on what changes from {said.get('from_version')} to {said.get('to_version')}: {what}."
    )


def reaffirmed(said: Mapping[str, Any]) -> tuple[ClauseChange, ...]:
    """The clauses that a decision was asked to re-affirm; none where it was asked about the whole."""
    return tuple(_change(clause) for clause in said.get("reaffirms") or ())


def amendments_of(said: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The amendments with which a decision agreed: each with clause, number, text and hash."""
    return said.get("amendments") or () if said.get("answer") == AS_AMENDED else ()


def amended_in_words(said: Mapping[str, Any]) -> str:
    """ "clause 2.1" and "clauses 2.1 and 3", of the amendments of a decision."""
    return _numbers(
        [
            ClauseChange(str(one["clause"]), str(one.get("number") or ""), "", "reworded", None, None)
            for one in amendments_of(said)
        ]
    )


def clauses_in_words(changes: Sequence[ClauseChange]) -> str:
    """ "clause 2.1", "clauses 2.1 and 3", and what was left out: "that clause 4 is left out"."""
    kept = [change for change in changes if change.how != "removed"]
    gone = [change for change in changes if change.how == "removed"]
    parts = [_numbers(kept)] if kept else []
    if gone:
        parts.append(f"that {_numbers(gone)} {'is' if len(gone) == 1 else 'are'} left out")
    return " and ".join(parts)


def _numbers(changes: Sequence[ClauseChange]) -> str:
    if len(changes) > 1 and all(change.number for change in changes):
        return f"clauses {in_words(change.number for change in changes)}"
    return in_words(change.called for change in changes)


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _change(said: Mapping[str, Any]) -> ClauseChange:
    return ClauseChange(
        str(said["code"]),
        str(said.get("number") or ""),
        str(said.get("heading") or ""),
        cast("How", said.get("how")),
        said.get("was"),
        said.get("hash"),
    )


def _held_after(body_id: int, rounds: Sequence[Round], rulings: Rulings, stage: str) -> Agreement | None:
    """What the party holds once the last of these rounds is over."""
    held = agreement_before(body_id, rounds[:-1], rounds[-1], rulings, (stage,))
    return _after_decision(held, rounds[-1], body_id) if rounds[-1].stage == stage else held


def _carried(held: Agreement, ruling: Ruling | None) -> Agreement | None:
    """The agreement one version later; nothing where the step is not ruled on as a whole.

    Whoever agreed only as amended agreed that amendment: it goes on to a version that has it word for word, and to no
    other, whatever was ruled on the clause.
    """
    if ruling is None or not ruling.whole:
        return None
    now = {clause.change.code: clause.change.hash for clause in ruling.clauses}
    if any(now.get(code) != words for code, words in held.amended.items()):
        return None
    asked = {change.code: change for change in held.asked}
    for clause in ruling.clauses:
        code = clause.change.code
        if code in held.amended:
            asked.pop(code, None)
        elif clause.ruling == "material" or code in asked:  # what waits to be re-affirmed waits, as it now reads
            asked[code] = clause.change
    return replace(held, rulings=(*held.rulings, ruling), asked=tuple(asked.values()), amended={})


def _after_decision(held: Agreement | None, the_round: Round, body_id: int) -> Agreement | None:
    """The agreement after what the party decided in a round: begun, re-affirmed, ended, or as it was."""
    for act in the_round.acts.get(body_id, []):
        if act.tag == DECISION_RECORDED and not act.void:
            held = _after_act(held, the_round, act)
    return held


def _after_act(held: Agreement | None, the_round: Round, act: Act) -> Agreement | None:
    if any(entry.tag == AGREEMENT_WITHDRAWN for entry in act.later):
        return None
    if act.to_ratify:
        return held  # no meeting has agreed this, not yet or not at all
    answer, again = act.said.get("answer"), reaffirmed(act.said)
    if answer == "defer" or act.said.get("content_hash", the_round.content_hash) != the_round.content_hash:
        return held
    amended = {str(one["clause"]): str(one["hash"]) for one in amendments_of(act.said)}
    if not again:
        return Agreement(the_round, act, amended=amended) if agrees(act.said) or amended else None
    if held is None or not (agrees(act.said) or amended):
        return held  # it did not re-affirm what it was asked to; the rest of its agreement stands
    return replace(held, again=(*held.again, (the_round, act)), asked=still_asked(held, act), amended=amended)


def still_asked(held: Agreement, act: Act) -> tuple[ClauseChange, ...]:
    """What a re-affirmation leaves to be re-affirmed: the clauses it was not asked about, or not as they read now."""
    given = {(change.code, change.hash) for change in reaffirmed(act.said)}
    return tuple(change for change in held.asked if (change.code, change.hash) not in given)
