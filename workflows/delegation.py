"""Who is asked for a subject on a day: the body itself, or the joint committee to which it delegated just that.

A delegation is in force from its first day to its last, for the documents it names and for every document of the
workstreams it names; one that names the document goes before one that names its workstream. Who is asked is settled
when a round opens: a delegation that begins later takes nothing from a body that is asked, before the next round. One
that ends before the joint committee has decided gives the question back, unless the body delegated the same to it by
another that goes on: see `standing_in`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from workflows.facts import PartyFact, day_in_words
from workflows.verdict import Verdict, all_of, no, yes


@dataclass(frozen=True, slots=True)
class DelegationFact:
    """A body delegated decisions on these documents, and on those of these workstreams, to a joint committee.

    Both by code; `decided` is the minute of its own decision.
    """

    id: int
    body_id: int
    to_id: int
    documents: frozenset[str]
    starts: date
    ends: date | None
    decided: str
    workstreams: frozenset[str] = frozenset()

    def in_force(self, document: str, workstream: str | None, on: date) -> bool:
        """Whether it holds for this document, of this workstream, on a day."""
        named = document in self.documents or workstream in self.workstreams
        return named and self.starts <= on and (self.ends is None or on <= self.ends)


def asked_through(
    document: str,
    parties: Sequence[PartyFact],
    delegations: Iterable[DelegationFact],
    on: date,
    workstream: str | None = None,
) -> dict[int, DelegationFact]:
    """By party, the delegation by which another answers for it on that day.

    Where several do it is one that names the document itself, and of those the one that began last.

    Nobody delegates to a body that has itself delegated this: such a chain is left aside, and the first is asked.
    """
    held = sorted(
        (one for one in delegations if one.in_force(document, workstream, on)),
        key=lambda one: (document in one.documents, one.starts, one.id),
    )
    by_body = {one.body_id: one for one in held}
    return {
        party.body_id: found
        for party in parties
        if (found := by_body.get(party.body_id)) is not None and found.to_id not in by_body
    }


def held_beside(
    found: DelegationFact,
    document: str,
    delegations: Iterable[DelegationFact],
    on: date,
    workstream: str | None = None,
) -> list[DelegationFact]:
    """All by which the body delegated this to the same other, on that day, in the order given; `found` comes last.

    It names a document and its workstream by two decisions, for different days: each counts on its own.
    """
    held = [one for one in delegations if one.in_force(document, workstream, on)]
    beside = [one for one in held if (one.body_id, one.to_id) == (found.body_id, found.to_id) and one.id != found.id]
    return [*beside, found]


def may_delegate(
    body: PartyFact,
    to: PartyFact,
    documents: Sequence[str],
    starts: date,
    ends: date | None,
    decided: str,
    others: Iterable[DelegationFact],
    today: date,
    workstreams: Sequence[str] = (),
) -> Verdict:
    """May this body delegate these documents and workstreams to that one, for these days?

    Each no says what would make it possible.
    """
    problems = []
    if to.kind != "joint_committee":
        problems.append(no(f"{to.short_name} is no joint committee.", "a joint committee"))
    if to.body_id == body.body_id:
        problems.append(no("A body does not delegate to itself.", "another body"))
    if not documents and not workstreams:
        problems.append(no("A delegation names what it is of.", "at least one workstream or document"))
    if not decided.strip():
        problems.append(no("A body delegates by its own decision.", "the minute of that decision"))
    if starts < today:
        problems.append(
            no(f"{day_in_words(starts)} is past: what was asked then was asked.", f"a day from {day_in_words(today)}")
        )
    if ends is not None and ends < starts:
        problems.append(no(f"Its last day is before {day_in_words(starts)}.", "that day or a later one"))
    for one in others:
        apart = (one.ends is not None and one.ends < starts) or (ends is not None and ends < one.starts)
        again = (one.documents & set(documents)) | (one.workstreams & set(workstreams))
        if one.body_id == body.body_id and not apart and again:
            both = ", ".join(sorted(again))
            problems.append(
                no(f"{body.short_name} has delegated {both} for some of these days already.", "the end of that first")
            )
        elif (one.body_id, one.to_id, one.starts, one.decided) == (body.body_id, to.body_id, starts, decided.strip()):
            same = f"{body.short_name} has delegated to {to.short_name} from that day by {one.decided} already."
            problems.append(no(same, "the minute of another decision, or another first day"))
    return all_of(*problems) if problems else yes(f"{body.short_name} may delegate this to {to.short_name}.")
