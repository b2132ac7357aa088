"""Who answers in a body's place: its successor, for what it left open, or a joint committee to which it delegated.

Each body that was asked keeps its part, whoever answers for it, so that a rule across the bodies counts what it counted
when the case was opened. A body's own answer always stands before anyone else's: an old decision keeps its signatory.
One decision of the successor, or of the joint committee, counts for each part that it stands for. The entries:

    party.passed             body_id (of the successor's body), body, own, from_round, since, parties
    party.delegated          body_id (of the joint committee), body, own, from_round,
                             parties (each with since, until, decided)
    party.delegation-ended   body_id (of the joint committee),
                             parties (each with until, the last day; since and decided of the delegation that ends)

Each of `parties` has body_id and body. `own`: whether who stands in is asked in its own right too. A party that passed
stays with the successor for good; one that is delegated is answered for by what is decided between `since` and `until`,
and after `until` is asked itself again.

What a joint committee decided counts for a body where all of it was decided on days of the delegation, in rounds in
which it was asked for that body, and after the body’s own agreement lapsed, if it had one. Where it has decided, and
some of that is not for the body, one decision does not become two: the body is asked itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from workflows.case_history import day_of_act
from workflows.facts import CaseEntry, day_in_words, day_read
from workflows.party_standing import VOTING, PartyStanding

PARTY_PASSED = "party.passed"
PARTY_DELEGATED = "party.delegated"
DELEGATION_ENDED = "party.delegation-ended"
ABOUT_STANDING_IN = (PARTY_PASSED, PARTY_DELEGATED, DELEGATION_ENDED)

NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class StandIn:
    """The body `to_id` answers for the body `body_id`, in this round and later ones.

    `until` and `decided`, the minute of the body’s own decision to delegate, only of a delegation.
    """

    body_id: int
    to_id: int
    own: bool
    from_round: int
    delegated: bool
    since: date | None = None
    until: date | None = None
    decided: str = ""

    def counts_on(self, day: date) -> bool:
        """Whether what is decided on this day is decided for the body."""
        return not self.delegated or (
            (self.since is None or self.since <= day) and (self.until is None or day <= self.until)
        )

    def sentence(self, of: str, by: str) -> str:
        """How the one body came to answer for the other."""
        if not self.delegated:
            since = f" on {day_in_words(self.since)}" if self.since else ""
            return f"{by} took on {of}’s part{since}."
        until = f" until {day_in_words(self.until)}" if self.until else ""
        return f"{of} decides this through {by}, to which it delegated it{until}."


def stand_ins(entries: Iterable[CaseEntry]) -> tuple[StandIn, ...]:
    """Who stands in for whom, in the order in which it was recorded."""
    found: list[StandIn] = []
    for entry in entries:
        said = entry.payload
        if entry.tag == DELEGATION_ENDED:
            for ended in said["parties"]:
                last = day_read(ended["until"])
                found = [
                    replace(one, until=_earlier(one.until, last)) if _is_of(one, said["body_id"], ended) else one
                    for one in found
                ]
        elif entry.tag in ABOUT_STANDING_IN:
            found += [_read(said, one, delegated=entry.tag == PARTY_DELEGATED) for one in said["parties"]]
    return tuple(found)


def _read(said: Mapping[str, Any], one: Mapping[str, Any], *, delegated: bool) -> StandIn:
    return StandIn(
        body_id=int(one["body_id"]),
        to_id=int(said["body_id"]),
        own=bool(said["own"]),
        from_round=int(said["from_round"]),
        delegated=delegated,
        since=day_read((one if delegated else said).get("since")),
        until=day_read(one.get("until")) if delegated else None,
        decided=str(one.get("decided") or "") if delegated else "",
    )


def _is_of(one: StandIn, to_id: int, ended: Mapping[str, Any]) -> bool:
    """Whether it is by the delegation that ended: a body may have delegated other things to the same committee."""
    if not one.delegated or (one.body_id, one.to_id) != (int(ended["body_id"]), to_id):
        return False
    return "since" not in ended or (one.since, one.decided) == (day_read(ended["since"]), ended["decided"])


def _earlier(one: date | None, other: date | None) -> date | None:
    days = [day for day in (one, other) if day is not None]
    return min(days, default=None)


def put_in_place(
    read: Sequence[PartyStanding], every: Sequence[StandIn], number: int, today: date
) -> list[PartyStanding]:
    """The parties' standings as each is read for itself, with those who stand in put in the others' places.

    Who is there only to stand in has no part of its own, and is left out of rounds before it did.
    """
    if not every:
        return list(read)
    own = {found.party.body_id: found for found in read}
    now = [one for one in every if one.from_round <= number and one.to_id in own]
    guests = {one.to_id for one in every if not one.own}
    through = {body_id: _through(body_id, own, now, number, today, frozenset()) for body_id in own}
    put: list[PartyStanding] = []
    for found in read:
        party = found.party
        if party.body_id in guests and all(one.to_id != party.body_id for one in now):
            continue
        place = through[party.body_id]
        if place is not None:
            stand_in, by = place
            lapse = "" if by.answer else found.lapse or by.lapse
            put.append(
                replace(
                    by,
                    party=replace(party, through=by.party.short_name, part=party.body_id not in guests, stands_for=()),
                    sentence=f"{stand_in.sentence(party.short_name, by.party.short_name)} {by.sentence}",
                    conditions=(),
                    tracked=(),
                    agreement=None,
                    lapse=lapse,
                    lapsed_by=found.lapsed_by,
                )
            )
            continue
        names = tuple(
            other.party.short_name
            for other in read
            if (at := through[other.party.body_id]) is not None and at[1].party.body_id == party.body_id
            if other.party.body_id not in guests
        )
        guest = party.body_id in guests
        if guest and not names and found.answer is None:
            said = f"Nothing is asked of {party.short_name}: who it stands in for has answered, or is asked itself."
            found = PartyStanding(party, NOT_ASKED, said, agreement=found.agreement)
        lapse = found.lapse or ("" if found.answer else _lapsed_for(party.body_id, own, now))
        put.append(replace(found, lapse=lapse, party=replace(party, through="", part=not guest, stands_for=names)))
    return put


def may_still_say(
    committee: PartyStanding, parties: Iterable[PartyStanding], every: Sequence[StandIn], number: int, on: date
) -> bool:
    """Whether a committee that nothing is asked of now has decided on a day on which it was asked for one of these.

    What it decided in time may be put on record later.
    """
    for found in parties:
        those = _delegated(found.party.body_id, committee.party.body_id, every, number)
        if found.answer is not None or found.party.through or not any(one.counts_on(on) for one in those):
            continue
        follows = found.lapsed_by is None or found.lapsed_by.before(on, None)
        if follows and _is_for(found, committee, those, number):
            return True
    return False


def _through(
    body_id: int,
    own: Mapping[int, PartyStanding],
    now: Sequence[StandIn],
    number: int,
    today: date,
    passed: frozenset[int],
) -> tuple[StandIn, PartyStanding] | None:
    """By whom a body is answered for, and as what; nothing where it answers itself. The latest that holds counts."""
    if own[body_id].answer is not None and not own[body_id].to_ratify:
        return None
    for stand_in in reversed(now):
        if own[body_id].to_ratify and stand_in.delegated:
            continue  # its own meeting has it to ratify; who succeeds it decides what it never ratified
        if stand_in.body_id != body_id or stand_in.to_id in passed or stand_in.to_id == body_id:
            continue
        further = _through(stand_in.to_id, own, now, number, today, passed | {body_id})
        by = further[1] if further else own[stand_in.to_id]
        if not stand_in.delegated:
            return stand_in, by
        those = _delegated(body_id, stand_in.to_id, now, number)
        if not _is_for(own[body_id], by, those, number):
            continue
        if by.answer is not None or _may_yet_decide(stand_in, by, today):
            return stand_in, by
    return None


def _delegated(body_id: int, to_id: int, every: Iterable[StandIn], number: int) -> list[StandIn]:
    return [
        one
        for one in every
        if one.delegated and (one.body_id, one.to_id) == (body_id, to_id) and one.from_round <= number
    ]


def _is_for(body: PartyStanding, by: PartyStanding, those: Sequence[StandIn], number: int) -> bool:
    """Whether all that makes up the committee’s answer, or that its next one is to rest on, was decided for a body."""
    return all(
        any(one.from_round <= in_round and one.counts_on(on) for one in those)
        and (body.lapsed_by is None or body.lapsed_by.before(on, entry_id))
        for in_round, on, entry_id in _decisions(by, number)
    )


def _decisions(by: PartyStanding, number: int) -> list[tuple[int, date, int | None]]:
    """The decisions of an answer in this round, or those that the next is to rest on: round, day and entry of each."""
    earlier = by.agreement.acts if by.agreement else ()
    found: list[tuple[int, date, int | None]] = [
        (of_round.number, day_of_act(act), act.entry.id) for of_round, act in earlier
    ]
    carried = any(entry_id == by.entry_id for _, _, entry_id in found)
    if by.answer is not None and by.on is not None and not carried:
        found.append((number, by.on, by.entry_id))
    return found


def _may_yet_decide(stand_in: StandIn, by: PartyStanding, today: date) -> bool:
    """Whether what the committee is still to decide can be for the body; what is voted on is decided at the close."""
    if by.word == VOTING and by.on is not None and stand_in.counts_on(by.on):
        return True
    return stand_in.counts_on(today) or _to_come(stand_in, today)


def _lapsed_for(body_id: int, own: Mapping[int, PartyStanding], now: Sequence[StandIn]) -> str:
    """Why what a committee agreed for a body counts no more, where the body has to answer for itself since."""
    for one in now:
        if not one.delegated or one.body_id != body_id:
            continue
        lapse = own[one.to_id].lapsed_by
        in_round = lapse is not None and (lapse.number is None or one.from_round <= lapse.number)
        if lapse is not None and in_round and one.counts_on(lapse.decided_on):
            return own[one.to_id].lapse
    return ""


def _to_come(stand_in: StandIn, today: date) -> bool:
    return stand_in.since is not None and today < stand_in.since
