"""A window in which members vote is opened, or stopped as opened by mistake: what may be put to them, and when."""

from datetime import datetime

from workflows.facts import BodyFact
from workflows.members_voting import Window, moment_in_words
from workflows.stages import PartyRule
from workflows.verdict import Verdict, all_of, no, yes

MOTIONS = frozenset({"agree", "agree_with_conditions"})


def offered(rule: PartyRule | None, body: BodyFact) -> Verdict:
    """Do the definition and this body's own rule let its members decide this on line?"""
    if rule is None or rule.decide != "members":
        return no(
            f"What is asked does not let the members of {body.short_name} vote on line.", "its meeting’s decision"
        )
    if body.quorum is None or not body.quorum.members_vote:
        return no(
            f"{body.short_name}’s own rule does not let its members vote on line, so its meeting decides.",
            f"a meeting of {body.short_name}",
            "a rule of the body that lets its members vote on line",
        )
    return yes(f"The members of {body.short_name} may vote on line.")


def motions(rule: PartyRule) -> tuple[str, ...]:
    """The answers that may be put to the members; not carried, the body does not agree."""
    return tuple(answer for answer in rule.answers if answer in MOTIONS)


def may_open(
    rule: PartyRule | None, body: BodyFact, answer: str, opens: datetime, closes: datetime, now: datetime
) -> Verdict:
    """May a window be opened so? It lasts past now, and closes after it opens."""
    allowed = offered(rule, body)
    if not allowed or rule is None:
        return allowed
    problems = []
    if answer not in motions(rule):
        problems.append(no("That answer cannot be put to the members.", "an answer that members can vote for"))
    if closes <= opens:
        problems.append(no("Voting has to close after it opens.", f"a time after {moment_in_words(opens)}"))
    if closes <= now:
        problems.append(
            no(f"{moment_in_words(closes)} is past: nobody could vote.", f"a time after {moment_in_words(now)}")
        )
    if not any(seat.voting and not seat.vacant for seat in body.seats):
        problems.append(no(f"Nobody holds a seat of {body.short_name} with a vote.", "a holder of such a seat"))
    return all_of(*problems) if problems else yes(f"The members of {body.short_name} may be asked.")


def may_stop(window: Window, reason: str, now: datetime) -> Verdict:
    """May the window be stopped, its votes counting for nothing? Until it closes: then it has an outcome."""
    if now >= window.closes:
        return no(
            f"Voting closed on {moment_in_words(window.closes)}, so its outcome is recorded.",
            "the outcome, which can be corrected with a reason",
        )
    if not reason.strip():
        return no("Stopping the voting needs its reason.", "the reason")
    return yes("The voting may be stopped.")
