"""What a case must come to, kept by hand: lists and dicts, by the rules of `ledger_facts`.

It shares nothing with the service: no rule, no constant, no word list.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from tests.signoff.ledger_delegations import Delegation, Through, follows
from tests.signoff.ledger_facts import (
    AGREEING,
    AS_AMENDED,
    LINES,
    UNSAID,
    Body,
    Decision,
    Form,
    Voting,
    ballot,
    carried,
    quorate,
    votes_of_others,
    why_incomplete,
)
from tests.signoff.ledger_versions import Held, Ruling, held

IN_WORDS = {
    "agree": "agreed",
    "agree_as_amended": "agreed as amended",
    "agree_with_conditions": "agreed with conditions",
    "agree_with_local_variation": "agreed with local variation",
    "not_agree": "not agreed",
}
STRONGER = {
    "agree_with_conditions": "agreed with conditions",
    "agree_with_local_variation": "agreed with local variation",
    "agree": "agreed",
}
"""The word for an agreement of several answers: that of the first of these that is among them."""


class Ledger:
    """The one case of a sequence, as whoever keeps the minutes would have it.

    Each of `parts` is asked in its own right, or through the joint committee; what a body did itself is read first, and
    who answers for whom after that.
    """

    def __init__(
        self,
        bodies: Sequence[Body],
        needed: int,
        content: str,
        texts: Mapping[str, str],
        today: date,
        joint: Body | None = None,
        delegations: Sequence[Delegation] = (),
        *,
        own: bool = False,
    ) -> None:
        self.bodies = {body.code: body for body in (*bodies, *([joint] if joint else ()))}
        self.joint = joint.code if joint else ""
        self.own = own  # the joint committee is asked in its own right too
        self.parts = [body.code for body in bodies] + ([self.joint] if own else [])
        self.delegations, self.through = [*delegations], list[Through]()
        self.needed, self.content, self.today = needed, content, today
        self.texts = texts  # each clause as the version asked about has it
        self.round, self.state = 1, "open"
        self.round_began = today
        self.log: dict[str, list[Decision | Voting]] = {code: [] for code in self.bodies}
        self.before: set[str] = set()  # agreed an earlier version
        self.rulings: dict[int, Ruling] = {}  # on what the version of a round changed
        self.ruled = 0  # how often anything was
        self.about: dict[str, int] = dict.fromkeys(self.bodies, 0)  # entries about each body
        self.items: set[tuple[str, str]] = set()
        self.scheduled: set[tuple[str, str]] = set()  # in this round
        self.put_through()

    def seen(self, body: Body) -> tuple[object, ...]:
        """What a form for this body is made from."""
        return self.round, self.content, self.about[body.code]

    def acts(self, code: str) -> list[Decision | Voting]:
        """What the body did in this round, but for what was recorded by mistake."""
        return [one for one in self.log[code] if one.round == self.round and counts(one)]

    def last(self, code: str) -> tuple[Decision | None, list[Decision | Voting]]:
        """The body's last decision or deferral, and what came after it."""
        acts = self.acts(code)
        for place in range(len(acts) - 1, -1, -1):
            act = acts[place]
            if isinstance(act, Decision) and act.answer != "not_quorate":
                return act, acts[place + 1 :]
        return None, acts

    @property
    def decisions(self) -> dict[str, Decision]:
        """What stands of each body in this round."""
        found = {code: self.last(code)[0] for code in self.bodies}
        return {code: one for code, one in found.items() if one is not None and one.answer != "defer"}

    def voting(self, code: str) -> Voting | None:
        """The vote of its members whose outcome is awaited, while it is asked."""
        return self.window(code) if self.asked(code) else None

    def window(self, code: str) -> Voting | None:
        after = self.last(code)[1]
        return after[-1] if after and isinstance(after[-1], Voting) else None

    def left_open(self, code: str) -> list[tuple[str, date, date | None]]:
        """What it put off, and at which meeting, on which day, until when."""
        found: list[tuple[str, date, date | None]] = []
        for one in self.log[code]:
            if not isinstance(one, Decision):
                continue
            if one.round == self.round and one.answer in ("not_quorate", "defer", "agree_with_local_variation"):
                found.append((one.meeting, one.on, one.until if one.answer == "defer" else None))
            if one.ended and one.ended_in == self.round:
                found.append((*one.ended_at, one.until if one.answer == "defer" else None))
        return found

    def held(self, code: str) -> Held | None:
        """What the body agreed of an earlier version and rulings have kept; nothing once it withdrew that here."""
        here = [one for one in self.log[code] if isinstance(one, Decision) and one.round == self.round]
        if any(one.ended == "agreement withdrawn" for one in here if one.answer):
            return None
        return held(self.log[code], self.rulings, self.round)

    def given(self, code: str) -> Decision | None:
        """The body's last answer in this round that left nothing open, but for what its meeting did not ratify."""
        acts = [one for one in self.acts(code) if isinstance(one, Decision)]
        made = [one for one in acts if one.answer not in ("defer", "not_quorate")]
        return made[-1] if made else None

    def stands(self, code: str) -> bool:
        """Whether the rest of an earlier agreement stands, so that only some clauses are asked, or none."""
        kept = self.held(code)
        return kept is not None and not kept.ended(self.today)

    def asked_only(self, code: str) -> dict[str, str]:
        """The clauses that are all this body is asked to re-affirm; none where it is asked about the whole."""
        own, kept = self.decisions.get(code), self.held(code)
        if kept is None or not self.stands(code) or self.lapsed(code) not in ("", "not ratified"):
            return {}
        if own is not None and own.reaffirms and own.agrees(self.today):
            return kept.left(own.reaffirms)
        return dict(kept.asked)

    def favours(self, code: str) -> bool:
        own = self.decisions.get(code)
        if own is None or own.ended == "not ratified":
            kept = self.held(code)
            return kept is not None and self.stands(code) and not kept.asked
        return own.agrees(self.today) and not self.rests_on_nothing(code)

    def rests_on_nothing(self, code: str) -> bool:
        """Whether the body re-affirmed some clauses of an agreement that no longer is one, or not all that it is to."""
        own, kept = self.decisions.get(code), self.held(code)
        if own is None or not own.reaffirms or not own.agrees(self.today):
            return False
        return kept is None or not self.stands(code) or bool(kept.left(own.reaffirms))

    def in_favour(self) -> list[str]:
        return [code for code in self.parts if self.favours(self.by(code))]

    def signed(self, code: str) -> Decision | None:
        """The decision by which the body agrees now, on this version or on an earlier one, or as amended."""
        own, kept = self.decisions.get(code), self.held(code)
        if not self.favours(code):
            return own if own is not None and own.wants and not own.ended else None
        return own or (kept.decision if kept else None)

    def withdrawable(self, code: str) -> Decision | None:
        """What the body may withdraw: the decision by which it agrees now, or agreed as amended in this round."""
        own = self.decisions.get(code)
        return own if own is not None and own.wants and not own.ended else self.signed(code)

    def rest_on(self, code: str) -> list[Decision]:
        """The decisions that a body’s agreement rests on: its own on this version, or those that carry over to it."""
        own, kept = self.decisions.get(code), self.held(code)
        if own is not None and (not own.reaffirms or kept is None):
            return [own]
        assert kept is not None
        return [kept.decision, *kept.again, *([own] if own else [])]

    def lapsed(self, code: str) -> str:
        """What made its agreement count no more: its meeting took it back, or its last day is over."""
        gone = self.gone(code)
        return (gone.ended or "local variation expired") if gone else ""

    def gone(self, code: str) -> Decision | None:
        """The decision of its agreement that counts no more, where that is what it comes to."""
        own, given, kept = self.decisions.get(code), self.given(code), self.held(code)
        if given is not None and given.lapsed(self.today) and not self.favours(code):
            return given
        if kept is not None and (own is None or self.rests_on_nothing(code)) and kept.ended(self.today):
            return next(one for one in (kept.decision, *kept.again) if one.lapsed(self.today))
        withdrawn = [one for one in self.log[code] if isinstance(one, Decision) and one.ended_in == self.round]
        return withdrawn[-1] if own is None and kept is None and withdrawn else None

    def answered(self, code: str) -> bool:
        """Whether it has given an answer that stands, in favour or not."""
        if self.favours(code):
            return True
        return code in self.decisions and not self.lapsed(code) and not self.rests_on_nothing(code)

    # who answers for whom

    def put_through(self) -> list[str]:
        """As a version is put to the bodies: for whom the joint committee is asked from now on, and was not before."""
        there = [old.delegation.id for old in self.through]
        held = [one for one in self.delegations if one.of_this and one.in_force(self.today) and one.id not in there]
        found = [Through(one, self.round) for one in held]
        self.through += found
        if not found:
            return []
        self.about[self.joint] += 1
        return ["party.delegated"]

    def end_delegation(self, one: Delegation, ends: date) -> list[str]:
        """A delegation has its last day; what the joint committee decided by then stays decided."""
        one.ends = ends
        if self.state not in ("open", "agreed") or all(old.delegation is not one for old in self.through):
            return []
        self.about[self.joint] += 1
        return ["party.delegation-ended"]

    def made(self, code: str) -> list[Decision]:
        """The decisions of which a body’s answer consists, or those that its next one is to rest on."""
        own, kept = self.decisions.get(code), self.held(code)
        earlier = [kept.decision, *kept.again] if kept is not None else []
        if not self.answered(code):
            return earlier if self.asked_only(code) else []
        if own is None or own.ended:
            return earlier
        return [*earlier, own] if own.reaffirms else [own]

    def counts_for(self, code: str, made: Decision) -> bool:
        """Whether what the joint committee decided, it decided for this body too: delegated then, and asked since.

        What came before the body’s own agreement lapsed does not stand in its place.
        """
        return follows(made, self.gone(code)) and any(
            one.covers(made.round, made.on) for one in self.through if one.delegation.body == code
        )

    def by(self, code: str) -> str:
        """Who answers for a body: itself, where it has, or the joint committee to which it delegated."""
        mine = [one for one in self.through if one.delegation.body == code]
        if not mine or self.answered(code):
            return code
        if not all(self.counts_for(code, one) for one in self.made(self.joint)):
            return code
        if self.answered(self.joint):
            return self.joint
        window = self.window(self.joint)
        days = [self.today, *([window.closes.date()] if window else [])]
        return self.joint if any(one.delegation.in_force(day) for one in mine for day in days) else code

    def stands_for(self) -> list[str]:
        """For whom the joint committee answers."""
        return [code for code in self.parts if self.by(code) != code]

    def lapsed_part(self, code: str) -> str:
        """What made the agreement of a body count no more, its own or that of the joint committee for it."""
        if self.answered(self.by(code)):
            return ""
        gone = self.gone(self.joint) if self.through else None
        for_it = gone is not None and (self.by(code) != code or self.counts_for(code, gone))
        return self.lapsed(code) or (self.lapsed(self.joint) if for_it else "")

    def asked(self, code: str) -> bool:
        """Is this body asked now? A case that was agreed asks only whose agreement counts no more."""
        of = [code] if code in self.parts and self.by(code) == code else []
        of += self.stands_for() if code == self.joint else []
        if self.state == "agreed":
            return any(self.lapsed_part(one) for one in of)
        return self.state == "open" and bool(of) and not self.answered(code)

    def may_still_say(self, code: str, on: date) -> bool:
        """Whether the joint committee, asked no more, may say what it decided on a day on which it was for somebody."""
        if code != self.joint or self.state != "open" or self.answered(code):
            return False
        return any(
            not self.answered(one)
            and follows(Decision("agree", self.round, self.content, on, "", ""), self.gone(one))
            and all(self.counts_for(one, made) for made in self.made(code))
            and any(each.covers(self.round, on) for each in self.through if each.delegation.body == one)
            for one in self.parts
        )

    def possible(self) -> bool:
        """Can the rule across the bodies still be met on this version?"""
        against = [code for code in self.parts if self.is_against(self.by(code))]
        return len(self.parts) - len(against) >= self.needed

    def is_against(self, code: str) -> bool:
        own = self.decisions.get(code)
        return own is not None and own.answer in ("not_agree", AS_AMENDED) and not own.to_ratify and not own.ended

    def why_not_planned(self, body: Body, meeting: str) -> str:
        """Why the case cannot be put on this meeting's agenda; nothing where it can, or is there."""
        on = body.meetings[meeting][1]
        if not self.asked(body.code):
            return "not asked"
        for other, day, until in self.left_open(body.code):
            if other == meeting or on < day or (until and on < until):
                return "it was before the body, or is deferred, then"
        return "held" if (body.code, meeting) not in self.items and on < self.today else ""

    def why_not(self, form: Form) -> str:
        """Why an answer may not be recorded; nothing where it may."""
        code, handled = form.body.code, form.body.handled.get(form.meeting, {})
        if form.meeting and form.room != form.body.in_the_room(form.meeting):
            return "the room has changed"
        if form.meeting and form.answer not in ("defer", "not_quorate") and ballot(form, handled)[1] == UNSAID:
            return UNSAID
        on = form.body.meetings[form.meeting][1] if form.meeting else self.today
        if form.seen[:2] == (self.round, self.content) and self.by(code) != code:
            return "another answers for it"
        asked = self.asked(code) or self.may_still_say(code, on)
        if self.state == "open" and code == self.joint and not asked and not self.answered(code):
            return "nothing is asked of it"
        if not asked or form.seen != self.seen(form.body):
            return "stale"
        if self.voting(code):
            return "its members vote"
        why = why_incomplete(form, on) or self.why_not_amended(form)
        if why or not form.meeting:
            return why
        if any(other == form.meeting or on < day for other, day, _ in self.left_open(code)):
            return "it was before the body then"
        return self.why_no_sitting(form, self.round_began) or self._why_no_outcome(form, handled)

    def why_not_amended(self, form: Form) -> str:
        """Why clauses cannot be amended so: one of them is amended twice, or reads so already."""
        if form.answer != AS_AMENDED:
            return ""
        twice = len({clause for clause, _ in form.amended}) < len(form.amended)
        return "twice, or so already" if twice or any(self.texts[one] == text for one, text in form.amended) else ""

    def wanted(self) -> list[Mapping[str, str]]:
        """How those who agreed this version as amended would have its clauses read."""
        return [one.wants for one in self.decisions.values() if one.wants]

    def why_no_sitting(self, form: Form, since: date) -> str:
        """Why this meeting cannot have decided it: it is to come, or before that day, or a deputy's time was over."""
        on = form.body.meetings[form.meeting][1]
        if on > self.today or on < since:
            return "no meeting since"
        for place in form.places():
            starts, ends = form.body.deputies.get((place.chair.id, place.person), (on, on))
            if place.deputy and not starts <= on <= ends:
                return "a deputy out of dates"
        return ""

    def _why_no_outcome(self, form: Form, handled: Mapping[str, str]) -> str:
        quorum = quorate(form.body, form.body.meetings[form.meeting][1], form.places(), handled)
        if form.answer == "not_quorate":
            return "it was quorate" if quorum else ""
        votes, wrong = ballot(form, handled)
        motion = carried(form.body, votes, form.presiding)
        if motion is None:
            return "a shared vote both ways"
        if form.answer == "defer":
            return "a vote of who may not vote" if votes_of_others(form, handled) else ""
        if not quorum:
            return "not quorate"
        if wrong:
            return wrong
        if form.answer == "not_agree":
            return "the votes carried it" if motion else ""
        return "" if motion else "the votes do not carry it"

    def why_not_withdrawn(self, form: Form) -> str:
        """Why the body may not withdraw its agreement so; nothing where it may."""
        decision = self.withdrawable(form.body.code)
        if self.state not in ("open", "agreed") or decision is None:
            return "nothing to withdraw"
        if form.meeting and form.room != form.body.in_the_room(form.meeting):
            return "the room has changed"
        if form.seen != self.seen(form.body):
            return "stale"
        if not form.meeting:
            return ""
        on, handled = form.body.meetings[form.meeting][1], form.body.handled.get(form.meeting, {})
        made = self.rest_on(form.body.code)
        since = max(one.on for one in made)
        if form.meeting in [one.meeting for one in made] or on < since:
            return "not a later meeting"
        why = self.why_no_sitting(form, since)
        return why or self._why_no_outcome(form, handled)

    def record(self, form: Form) -> list[str]:
        """Write down an answer that may be recorded; gives the kinds of entry that follow."""
        code = form.body.code
        self.about[code] += 1
        on = form.body.meetings[form.meeting][1] if form.meeting else self.today
        handled = dict(form.body.handled.get(form.meeting, {}))
        there = not form.meeting or quorate(form.body, on, form.places(), handled)
        self.log[code].append(
            Decision(
                form.answer,
                self.round,
                self.content,
                on,
                form.meeting,
                form.by,
                until=form.until,
                quorate=there,
                motion=bool(carried(form.body, ballot(form, handled)[0], form.presiding)) if form.meeting else None,
                handled=handled,
                reaffirms=self.asked_only(code),
                amended=dict(form.amended),
            )
        )
        return self.crossed("decision.not_quorate" if form.answer == "not_quorate" else "decision.recorded")

    def crossed(self, *tags: str) -> list[str]:
        """These kinds of entry, and that the case was agreed where it is by them."""
        if self.state == "open" and len(self.in_favour()) >= self.needed:
            self.state = "agreed"
            return [*tags, "case.agreed"]
        return [*tags]

    def withdraw(self, form: Form) -> list[str]:
        """A body withdraws what it agreed."""
        code = form.body.code
        on = form.body.meetings[form.meeting][1] if form.meeting else self.today
        decision = self.withdrawable(code)
        assert decision is not None
        decision.ended, decision.ended_at, decision.ended_in = "agreement withdrawn", (form.meeting, on), self.round
        decision.ended_place = next(LINES)
        self.about[code] += 1
        return ["agreement.withdrawn"]

    def schedule(self, body: Body, meeting: str) -> list[str]:
        """Put the case on an agenda; the same meeting twice is one entry."""
        self.items.add((body.code, meeting))
        if (body.code, meeting) in self.scheduled:
            return []
        self.scheduled.add((body.code, meeting))
        self.about[body.code] += 1
        return ["case.scheduled"]

    def another_version(self, content: str, texts: Mapping[str, str], ruling: Ruling | None = None) -> list[str]:
        """The asker puts another version to the same bodies: everybody is asked anew, but for what a ruling keeps."""
        self.before |= {code for code in self.bodies if self.favours(code)}
        self.round, self.content, self.round_began = self.round + 1, content, self.today
        self.texts = texts
        self.scheduled = set()
        if ruling is not None:
            self.rulings[self.round] = ruling
            self.ruled += 1
        return self.crossed(*(["change.ruled"] if ruling is not None else []), *self.put_through(), "round.opened")

    def words(self, code: str) -> set[str]:
        """What may stand as a body's standing: one word where it has answered, else what the calendar says."""
        if self.by(code) != code:
            return self.words(self.joint)
        decision, kept, lapsed = self.decisions.get(code), self.held(code), self.lapsed(code)
        if self.state == "withdrawn" and not self.answered(code):
            return {"withdrawn"}
        if code == self.joint and not self.own and not self.stands_for() and not self.answered(code):
            return {"not asked"}
        if self.voting(code):
            return {"voting open"}
        if lapsed and decision is not None:
            return {lapsed}
        if self.favours(code) and (decision is None or decision.ended):
            return {"carried over"}
        if self.rests_on_nothing(code):
            return {"re-affirmation needed"}
        if decision is not None and decision.to_ratify:
            return {"to be ratified"}
        if decision is not None and decision.reaffirms and kept is not None and decision.answer in AGREEING:
            answers = {"agree" if one.wants else one.answer for one in (kept.decision, *kept.again, decision)}
            return {next(word for answer, word in STRONGER.items() if answer in answers)}
        if decision is not None:
            return {IN_WORDS[decision.answer]}
        put_off, after = self.last(code)
        if after and isinstance(after[-1], Voting):
            return {"voting open"}
        said = {"not yet scheduled", "not yet answered", "scheduled"}
        if put_off or after:
            said = {"not quorate" if after else "deferred", "scheduled"}
        if lapsed:
            return said | {lapsed}
        return said | {"re-affirmation needed"} if code in self.before or self.stands(code) else said


def counts(act: Decision | Voting) -> bool:
    """Whether it says anything still: it was not recorded by mistake, or is a vote whose outcome is awaited."""
    return not act.over if isinstance(act, Voting) else bool(act.answer)
