"""A recorded answer must carry what it needs, and must follow from the votes by seat."""

from collections.abc import Sequence

from workflows.deferral import one_of_both
from workflows.facts import AnswerFact, BodyFact, SeatFact, Vote, VoteFact
from workflows.verdict import Verdict, all_of, in_words, no, yes

CARRIED_ONLY = frozenset({"agree", "agree_as_amended", "agree_with_conditions", "agree_with_local_variation"})
"""Answers that need more votes for than against."""


def is_complete(answer: AnswerFact) -> Verdict:
    """Does the answer carry what it has to: conditions, a reason, a date?"""
    match answer.own.needs if answer.own else answer.answer:
        case "reason" if not answer.reason.strip():
            return no(f"{called(answer)} needs a reason.", "the reason")
        case "agree_with_conditions" | "conditions":
            if not any(text.strip() for text in answer.conditions):
                what = called(answer) if answer.own else "Agreement with conditions"
                return no(f"{what} needs at least one condition.", "the text of one condition")
            if not all(text.strip() for text in answer.conditions):
                return no("One of the conditions is empty.", "the text of every condition, or one fewer")
        case "agree_as_amended":
            missing = _missing_of_amendments(answer)
            if missing:
                said = "Agreement as amended says which clause is amended, how it is to read, and why."
                return no(f"{said} Missing: {in_words(missing)}.", *missing)
        case "agree_with_local_variation":
            missing = _missing_of_variation(answer)
            if missing:
                said = "Agreement with local variation says what is varied, how, why and until when."
                return no(f"{said} Missing: {in_words(missing)}.", *missing)
        case "not_agree" if not answer.reason.strip():
            return no("Not agreeing needs a reason.", "the reason")
        case "return" if not answer.reason.strip():
            return no("Returning it needs a reason.", "the reason")
        case "defer" if not (when := one_of_both(answer)):
            return when
    if answer.answer != "agree_as_amended" and answer.amendments:
        return no(
            "Amendments belong to the answer “agree as amended” only.",
            "the answer “agree as amended”, or no amendments",
        )
    if not carries_conditions(answer) and any(text.strip() for text in answer.conditions):
        return no(
            "Conditions belong to the answer “agree with conditions” only.",
            "the answer “agree with conditions”, or no conditions",
        )
    return yes("The answer is complete.")


def _missing_of_variation(answer: AnswerFact) -> list[str]:
    variation = answer.variation
    said = {
        "the clause": variation is not None and variation.clause.strip(),
        "the varied text": variation is not None and variation.text.strip(),
        "its rationale": answer.reason.strip(),
        "the day on which it expires": variation is not None and variation.expires,
    }
    return [name for name, there in said.items() if not there]


def _missing_of_amendments(answer: AnswerFact) -> list[str]:
    said = {
        "the clause": bool(answer.amendments) and all(one.clause.strip() for one in answer.amendments),
        "the text as amended": bool(answer.amendments) and all(one.text.strip() for one in answer.amendments),
        "the reason": answer.reason.strip(),
    }
    return [name for name, there in said.items() if not there]


def carries_conditions(answer: AnswerFact) -> bool:
    """Do conditions belong to this answer?"""
    return answer.answer == "agree_with_conditions" or (answer.own is not None and answer.own.needs == "conditions")


def called(answer: AnswerFact) -> str:
    """An answer of a stage's own as a sentence names it: “Adopt”."""
    return f"“{answer.own.title if answer.own else answer.answer.replace('_', ' ')}”"


def outcome(
    body: BodyFact,
    votes: Sequence[VoteFact],
    answer: AnswerFact,
    *,
    presiding_seat_id: int | None = None,
) -> Verdict:
    """Does the recorded answer follow from the votes?

    Agreement of any kind needs more votes for than against, and so does an answer of the stage's own, whichever way it
    counts: the motion was to answer so. Abstentions, recusals and absences are not cast.
    On a tie the chair's vote counts once more where the body's rule gives a casting vote: the seat named as
    presiding, else the chair's. Seats that share a vote cast it once. Not agreeing needs that the vote was
    not carried. A deferral may be recorded whatever the votes were: the motion may have been to defer.
    Who may vote at all is asked of `eligibility.may_vote`.
    """
    complete = is_complete(answer)
    valid = _are_valid(body, votes)
    if not (complete and valid):
        return all_of(complete, valid)
    cast, carried, counted = _counted(body, votes, presiding_seat_id)
    if answer.answer in CARRIED_ONLY or answer.own:
        what = called(answer) if answer.own else "agreement"
        if not cast:
            return no(
                f"No votes are recorded for {body.short_name}, so {what} does not follow.",
                "the votes by seat",
            )
        if not carried:
            said = f"{what[:1].upper()}{what[1:]} does not follow from the votes: {counted}."
            return no(said, "more votes for than against")
        done = f"answered {what}" if answer.own else "agreed"
        return yes(f"{body.short_name} has {done}: {counted}.")
    if answer.answer == "not_agree":
        if carried:
            return no(
                f"“Not agreed” does not follow from the votes: {counted}.",
                "no more votes for than against",
            )
        return yes(f"{body.short_name} has not agreed: {counted}.")
    if answer.answer == "defer":
        return yes(f"{body.short_name} has deferred the item.")
    return yes(f"{body.short_name} has answered.")


def motion(body: BodyFact, votes: Sequence[VoteFact], *, presiding_seat_id: int | None = None) -> Verdict:
    """Is a motion carried by these votes? The sentence is the tally alone: "6 for, 2 against"."""
    valid = _are_valid(body, votes)
    if not valid:
        return valid
    cast, carried, counted = _counted(body, votes, presiding_seat_id)
    if not cast:
        return no("no votes are recorded", "the votes by seat")
    return yes(counted) if carried else no(counted, "more votes for than against")


def _counted(body: BodyFact, votes: Sequence[VoteFact], presiding_seat_id: int | None) -> tuple[bool, bool, str]:
    """Whether any vote was cast, whether the motion is carried, and the tally in words."""
    cast = _votes_cast(body, votes)
    in_favour, against = cast.count("for"), cast.count("against")
    tally = f"{in_favour} for, {against} against"
    abstained = cast.count("abstain")
    if abstained:
        tally += f", {abstained} abstained"
    carried, how = _is_carried(body, votes, in_favour, against, presiding_seat_id)
    return bool(cast), carried, f"{tally}{how}"


def _are_valid(body: BodyFact, votes: Sequence[VoteFact]) -> Verdict:
    seats = {seat.id: seat for seat in body.seats}
    problems: list[Verdict] = []
    seen: set[int] = set()
    shared: dict[str, dict[Vote, SeatFact]] = {}
    for vote in votes:
        seat = seats.get(vote.seat_id)
        if seat is None:
            problems.append(
                no(
                    f"A vote is recorded for seat {vote.seat_id}, which is not a seat of {body.short_name}.",
                    f"votes by seats of {body.short_name} only",
                )
            )
            continue
        if seat.id in seen:
            problems.append(no(f"{seat.title} has more than one vote recorded.", "one vote a seat"))
        seen.add(seat.id)
        if vote.vote not in ("for", "against", "abstain"):
            continue
        if not seat.voting:
            problems.append(no(f"{seat.title} has no vote.", f"no vote for {seat.title}"))
        elif seat.vacant:
            problems.append(no(f"{seat.title} is vacant and cannot vote.", f"no vote for {seat.title}"))
        if seat.shared_vote and vote.vote != "abstain":
            shared.setdefault(seat.shared_vote, {})[vote.vote] = seat
    for by_vote in shared.values():
        if len(by_vote) > 1:
            names = in_words(seat.title for seat in by_vote.values())
            problems.append(no(f"{names} share one vote and cannot vote both ways.", "one vote between them"))
    return all_of(*problems)


def _votes_cast(body: BodyFact, votes: Sequence[VoteFact]) -> list[Vote]:
    """One entry for each vote cast; of seats that share one, for or against outweighs abstaining."""
    seats = {seat.id: seat for seat in body.seats}
    single: list[Vote] = []
    shared: dict[str, Vote] = {}
    for vote in votes:
        if vote.vote not in ("for", "against", "abstain"):
            continue
        group = seats[vote.seat_id].shared_vote
        if group is None:
            single.append(vote.vote)
        elif shared.get(group, "abstain") == "abstain":
            shared[group] = vote.vote
    return [*single, *shared.values()]


def _is_carried(
    body: BodyFact, votes: Sequence[VoteFact], in_favour: int, against: int, presiding_seat_id: int | None
) -> tuple[bool, str]:
    if in_favour != against or not in_favour:
        return in_favour > against, ""
    if body.quorum is None or not body.quorum.casting_vote:
        return False, f"; on a tie nothing is carried, as {body.short_name} gives no casting vote"
    presiding = {presiding_seat_id} if presiding_seat_id else {seat.id for seat in body.seats if seat.presides}
    casting = next((vote.vote for vote in votes if vote.seat_id in presiding), None)
    if casting in ("for", "against"):
        return casting == "for", f", and the chair’s casting vote {casting}"
    return False, "; on a tie nothing is carried, as the chair cast no vote"
