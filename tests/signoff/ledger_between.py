"""What happens between meetings, as a ledger keeps it: votes on line, a chair alone, and corrections afterwards.

It shares nothing with the service either.
"""

from datetime import datetime

from tests.signoff.ledger import Ledger
from tests.signoff.ledger_facts import (
    AGREEING,
    LINES,
    UNSAID,
    Body,
    Chair,
    Decision,
    Form,
    Place,
    Voting,
    ballot,
    carried,
    quorate,
    why_incomplete,
)

BARRED = ("stay_speak_no_vote", "stay_silent", "leave", "paper_withheld")


def latest(ledger: Ledger, body: Body) -> Decision | None:
    """The last thing that was recorded as decided or as not quorate, in whichever round."""
    every = [one for one in ledger.log[body.code] if isinstance(one, Decision)]
    return every[-1] if every else None


# members vote


def why_not_opened(ledger: Ledger, form: Form, opens: datetime, closes: datetime, now: datetime) -> str:
    """Why the members cannot be asked so; nothing where they can."""
    if not form.body.rule["members_vote"]:
        return "its rule does not let its members vote"
    if not ledger.asked(form.body.code) or form.seen != ledger.seen(form.body):
        return "stale"
    if ledger.voting(form.body.code):
        return "they vote already"
    if closes <= opens or closes <= now:
        return "nobody could vote"
    return "" if any(one.voting and one.held(ledger.today) for one in form.body.chairs) else "nobody has a vote"


def open_voting(ledger: Ledger, form: Form, entry_id: int, opens: datetime, closes: datetime) -> None:
    """A window is open, and who is known to have an interest is kept out of it."""
    ledger.about[form.body.code] += 1
    ledger.log[form.body.code].append(
        Voting(
            entry_id,
            ledger.round,
            ledger.content,
            opens,
            closes,
            dict(form.body.known),
            reaffirms=ledger.asked_only(form.body.code),
        )
    )


def why_not_signed(ledger: Ledger, body: Body, voting: Voting, chair: Chair, person: str, now: datetime) -> str:
    """Why this person cannot sign for this seat; nothing where they can."""
    if ledger.voting(body.code) is not voting:
        return "stale"
    if chair.id in voting.signed:
        return "signed already"
    if not voting.opens <= now < voting.closes:
        return "not open"
    if not chair.voting or not chair.held(ledger.today):
        return "no vote, or nobody's"
    starts, ends = body.deputies.get((chair.id, person), (ledger.today, ledger.today))
    stands_in = (chair.id, person) in body.deputies and starts <= ledger.today <= ends
    if person != chair.holder and not stands_in:
        return "neither holds it nor stands in"
    ruled = interests(body, voting, now)
    out = {
        place.person for place, vote in voting.signed.values() if vote == "recused" or ruled.get(place.person) in BARRED
    }
    signed = [(place, vote) for place, vote in voting.signed.values() if vote != "abstain"]
    if chair.vote in {place.chair.vote for place, _ in signed if place.person not in out}:
        return "their vote is cast"
    if person in out:
        return "an interest of theirs, for another seat"
    if ruled.get(person) in BARRED:
        return "an interest bars"
    return "an interest awaits its ruling" if person in body.interested and person not in ruled else ""


def interests(body: Body, voting: Voting, by: datetime) -> dict[str, str]:
    """How interests are handled in a vote of the members: as known when it was opened, and as ruled on until then."""
    return {**voting.excluded, **{person: how for at, person, how in body.ruled if at <= by}}


def sign(ledger: Ledger, body: Body, voting: Voting, chair: Chair, person: str, vote: str) -> None:
    """A vote is signed, and stands."""
    ledger.about[body.code] += 1
    voting.signed[chair.id] = (Place(chair, person, person != chair.holder), vote)


def outcome(ledger: Ledger, body: Body, voting: Voting) -> list[str]:
    """What the members decided; gives the kinds of entry that follow."""
    on = voting.closes.date()
    voting.over = True
    ledger.about[body.code] += 1
    out = {place.person: "leave" for place, vote in voting.signed.values() if vote == "recused"}
    handled = {**interests(body, voting, voting.closes), **out}
    places = [place for place, _ in voting.signed.values()]
    there = quorate(body, on, places, handled, voting.signed)
    votes = {
        seat_id: vote for seat_id, (place, vote) in voting.signed.items() if handled.get(place.person) not in BARRED
    }
    agreed = there and bool(carried(body, votes))
    answer = "agree" if agreed else "not_agree" if there else "not_quorate"
    made = Decision(answer, voting.round, voting.content, on, "", body.code, quorate=there, motion=agreed)
    made.reaffirms = voting.reaffirms
    ledger.log[body.code].append(made)
    return ledger.crossed("decision.recorded" if there else "decision.not_quorate")


# the chair alone


def why_not_offered(ledger: Ledger, body: Body, person: str) -> str:
    """Why this person has no form on which to decide alone; nothing where they have."""
    if not body.rule["chairs_action"] or not ledger.asked(body.code):
        return "not offered, or not asked"
    acting = body.acting(ledger.today)
    return "" if acting is not None and acting.holder == person else "another presides"


def consulted(ledger: Ledger, body: Body, person: str) -> list[Chair]:
    """The lay members who can be consulted."""
    return [
        one
        for one in body.chairs
        if one.kind == "lay_member" and one.held(ledger.today)
        if one.holder != person and one.holder not in body.interested
    ]


def why_not_alone(ledger: Ledger, form: Form, person: str, lay: int) -> str:
    """Why the chair may not decide it alone so; nothing where they may."""
    if form.seen != ledger.seen(form.body):
        return "stale"
    if ledger.voting(form.body.code):
        return "its members vote"
    why = why_incomplete(form, ledger.today) or why_not_offered(ledger, form.body, person)
    asked = consulted(ledger, form.body, person)
    return why or ("nobody was consulted" if asked and lay not in [one.id for one in asked] else "")


def act_alone(ledger: Ledger, form: Form) -> list[str]:
    """The chair decided, and it counts once it is ratified."""
    ledger.about[form.body.code] += 1
    ledger.log[form.body.code].append(
        Decision(
            form.answer,
            ledger.round,
            ledger.content,
            ledger.today,
            "",
            form.by,
            alone=True,
            reaffirms=ledger.asked_only(form.body.code),
        )
    )
    return ["decision.recorded"]


def why_not_ratified(ledger: Ledger, form: Form) -> str:
    """Why it cannot be recorded so that this meeting ratified it, or did not; nothing where it can."""
    decision = ledger.decisions.get(form.body.code)
    if decision is None or not decision.to_ratify:
        return "nothing to ratify"
    if form.room != form.body.in_the_room(form.meeting, form.body.known):
        return "the room has changed"
    votes, wrong = ballot(form, form.body.known)
    if wrong == UNSAID:
        return UNSAID
    if form.seen != ledger.seen(form.body):
        return "stale"
    on = form.body.meetings[form.meeting][1]
    why = ledger.why_no_sitting(form, decision.on) or wrong
    if not why and not quorate(form.body, on, form.places(), form.body.known):
        why = "not quorate"
    motion = bool(carried(form.body, votes, form.presiding))
    if motion != (form.answer == "yes"):
        why = why or "the votes say otherwise"
    return why or ("no reason" if form.answer == "no" and not form.reason else "")


def ratify(ledger: Ledger, form: Form) -> list[str]:
    """A meeting ratified it, so that it counts, or did not, so that the body is asked again."""
    decision = ledger.decisions[form.body.code]
    ledger.about[form.body.code] += 1
    if form.answer == "yes":
        decision.ratified = True
        return ledger.crossed("decision.ratified")
    decision.ended, decision.ended_in, decision.ended_place = "not ratified", ledger.round, next(LINES)
    decision.ended_at = (form.meeting, form.body.meetings[form.meeting][1])
    return ["decision.not_ratified"]


# afterwards


def why_not_corrected(ledger: Ledger, form: Form) -> str:
    """Why what was recorded may not be corrected so; nothing where it may."""
    decision = latest(ledger, form.body)
    if decision is None or decision.answer == "not_quorate":
        return "nothing to correct"
    if decision.by == form.by:
        return "the first person"
    if form.answer == "entered_in_error":
        return ""
    if form.answer in (*AGREEING, "not_agree") and not decision.quorate:
        return "its meeting was not quorate"
    voted_on = decision.motion is not None and form.answer in (*AGREEING, "not_agree")
    if voted_on and decision.motion == (form.answer == "not_agree"):
        return "the votes say otherwise"
    return why_incomplete(form, decision.on)


def correct(ledger: Ledger, form: Form) -> list[str]:
    """A second person says what should have been recorded, or that nothing was decided."""
    decision = latest(ledger, form.body)
    assert decision is not None
    ledger.about[form.body.code] += 1
    decision.answer = "" if form.answer == "entered_in_error" else form.answer
    decision.by, decision.corrected, decision.until = form.by, True, form.until
    if decision.round != ledger.round:
        agrees = decision.agrees(ledger.today)
        ledger.before = ledger.before | {form.body.code} if agrees else ledger.before
    return ledger.crossed("decision.corrected")
