"""A body's own settings as sentences: its quorum and when its papers are due."""

from app.people.body_facts import lead_time, quorum_rule
from app.people.models import BodyRule
from workflows.facts import LeadTime, QuorumNeed, QuorumRule

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
SHARES = {(1, 2): "Half", (1, 3): "One third", (2, 3): "Two thirds", (1, 4): "A quarter", (3, 4): "Three quarters"}
HANDLINGS = {
    "note_only": "whose interest is only noted",
    "stay_speak_no_vote": "who stays and speaks without a vote",
    "stay_silent": "who stays without speaking",
    "leave": "who leaves for the item",
    "paper_withheld": "from whom the paper is withheld",
}


def number(value: int) -> str:
    """`three`, and figures above ten."""
    return NUMBERS[value] if value < len(NUMBERS) else f"{value:,}"


def joined(parts: list[str], word: str = "and") -> str:
    """`a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def quorum_sentences(rule: QuorumRule) -> list[str]:
    """What the body needs to decide, and how it counts, one sentence each."""
    share = (rule.share_numerator, rule.share_denominator)
    counted = SHARES.get(share, f"{share[0]} of every {share[1]}")
    needs = [_need(need) for need in rule.needs]
    first = f"{counted} of the voting seats must be present, rounded up"
    said = [f"{first}, and among them {joined(needs)}." if needs else f"{first}."]
    said.append(f"A vacant seat {_counts(rule.vacant_in_denominator)} among the voting seats.")
    said.append(f"A seat excluded from an item {_counts(rule.excluded_in_denominator)} among the voting seats.")
    if rule.handlings_that_count:
        ways = [HANDLINGS.get(way, way) for way in HANDLINGS if way in rule.handlings_that_count]
        said.append(f"With a conflict of interest, a member counts as present {joined(ways, 'or')}.")
    else:
        said.append("With a conflict of interest, a member never counts as present.")
    said.append(
        "A deputy counts as the kind of member they stand in for."
        if rule.deputy_carries_kind
        else "A deputy counts, but not as the kind of member they stand in for."
    )
    said.append(
        "On equal votes the chair has a casting vote." if rule.casting_vote else "The chair has no casting vote."
    )
    said.append(
        "Between meetings the chair may decide what is urgent, to be ratified by a meeting."
        if rule.chairs_action
        else "Between meetings the chair may not decide alone."
    )
    said.append(
        "Members may vote on line between meetings, where what is asked provides for it."
        if rule.members_vote
        else "Members do not vote on line between meetings."
    )
    return said


def _need(need: QuorumNeed) -> str:
    label = need.label if need.count == 1 or need.label.endswith("s") else f"{need.label}s"
    return f"{number(need.count)} {label}"


def _counts(yes: bool) -> str:
    return "still counts" if yes else "does not count"


def lead_in_words(lead: LeadTime) -> str:
    """`three working days before the meeting`."""
    days = "day" if lead.number == 1 else "days"
    kind = "" if lead.unit == "calendar" else f"{lead.unit} "
    return f"{number(lead.number)} {kind}{days} before the meeting"


def quorum_of_rule(rule: BodyRule | None) -> list[str]:
    """The sentences of a stored rule; none where one officer decides."""
    known = quorum_rule(rule.quorum) if rule else None
    return quorum_sentences(known) if known else []


def lead_of_rule(rule: BodyRule | None) -> str:
    """The paper lead time of a stored rule in words; empty where there is none."""
    known = lead_time(rule)
    return lead_in_words(known) if known else ""
