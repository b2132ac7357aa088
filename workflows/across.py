"""What the answers of several parties come to, by the rule across them: met, still open, or no longer to be met.

A rule is decided early when whatever the parties still to answer may say leaves it as it is. Every rule is such that
one more party in favour never harms it, so only two ends have to be looked at: everybody still to come in favour, and
everybody against.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from workflows.facts import PartyFact
from workflows.stages import KIND_IN_WORDS, Across
from workflows.verdict import Verdict, in_words, no, yes

Position = Literal["in favour", "against", "neither", "open"]
"""What a party has come to; `open` while it is still to answer."""

Taken = tuple[PartyFact, Position]

_AS_ANSWERED: tuple[Position, ...] = ("in favour",)
_AT_BEST: tuple[Position, ...] = ("in favour", "open")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the answers come to. `needs` says, a phrase each, what would meet the rule; none once it is decided.

    `clauses` says what the mere count of those in favour does not, and `named` are the ids of the parties still to
    answer that it names. `early`: it is decided, and parties are still to answer.
    """

    met: bool
    can_be_met: bool
    early: bool
    clauses: tuple[str, ...]
    needs: tuple[str, ...]
    named: frozenset[int]

    @property
    def verdict(self) -> Verdict:
        """Yes when the rule is met; else why not, and what is still needed."""
        said = "; ".join(self.clauses)
        if self.met:
            return yes(said or "The rule across the bodies is met.")
        return no(said or "The rule across the bodies is not met.", *self.needs)


def come_to(rule: Across, taken: Sequence[Taken], agreeing: str = "agree") -> Outcome:
    """What these answers come to by the rule; `agreeing` is what to answer in favour is called here."""
    worst, best = _holds(rule, taken, _AS_ANSWERED), _holds(rule, taken, _AT_BEST)
    still_open = any(position == "open" for _, position in taken)
    clauses, named = [], set[int]()
    for clause, about in _clauses(rule, taken, agreeing):
        clauses.append(clause)
        named.update(about)
    return Outcome(
        met=worst,
        can_be_met=best,
        early=still_open and (worst or not best),
        clauses=tuple(dict.fromkeys(clauses)),
        needs=() if worst or not best else tuple(dict.fromkeys(_needs(rule, taken))),
        named=frozenset(named),
    )


def lacking(rule: Across, asked: Sequence[PartyFact]) -> list[str]:
    """Whom the rule names and nobody among those asked is: "a board", "a party of the organisation 08R"."""
    names = dict.fromkeys(name for leaf in rule.leaves for name in leaf.must or ())
    return [name_in_words(name) for name in names if not any(_is_named(party, (name,)) for party in asked)]


def name_in_words(name: str) -> str:
    """A name in `must`: "a board", "a party of the organisation 08R"."""
    return f"a {KIND_IN_WORDS[name]}" if name in KIND_IN_WORDS else f"a party of the organisation {name}"


def counted(rule: Across, asked: int) -> int | None:
    """The number that goes with the count of those in favour, where the rule has one that is not simply everybody."""
    counts = [leaf.count(asked) for leaf in (rule.all_of or (rule,)) if not leaf.every]
    return max((count for count in counts if count is not None), default=None)


def _holds(rule: Across, taken: Sequence[Taken], favourable: Collection[Position]) -> bool:
    if rule.all_of is not None:
        return all(_holds(one, taken, favourable) for one in rule.all_of)
    if rule.any_of is not None:
        return any(_holds(one, taken, favourable) for one in rule.any_of)
    in_favour = [party for party, position in taken if position in favourable]
    if rule.must is not None:
        there = all(any(_is_named(party, (name,)) for party, _ in taken) for name in rule.must)
        return there and all(party in in_favour for party, _ in taken if _is_named(party, rule.must))
    if rule.no_one_declines:
        return bool(taken) and all(position in (*favourable, "neither") for _, position in taken)
    count = rule.count(len(taken))
    return count is not None and 0 < count <= len(in_favour)


def _clauses(rule: Across, taken: Sequence[Taken], agreeing: str) -> Iterator[tuple[str, Sequence[int]]]:
    """What is to be said of the rule beside how many are in favour, and whom each clause is about."""
    if rule.any_of is not None:
        if not _holds(rule, taken, _AS_ANSWERED):
            possible = [one for one in rule.any_of if _holds(one, taken, _AT_BEST)]
            if possible:
                yield f"enough is {', or '.join(in_words(_needs(one, taken)) for one in possible)}", ()
        return
    for leaf in rule.all_of or (rule,):
        if leaf.all_of is not None or leaf.any_of is not None:
            yield from _clauses(leaf, taken, agreeing)
        elif leaf.must is not None:
            named = [(party, position) for party, position in taken if _is_named(party, leaf.must)]
            waiting = [party for party, position in named if position == "open"]
            missed = [party for party, position in named if position in ("against", "neither")]
            if missed:
                yield _about(missed, agreeing, "has not" if single(missed) else "have not"), ()
            if waiting:
                has = "has" if single(waiting) else "have"
                yield _about(waiting, agreeing, f"{has} not answered"), [party.body_id for party in waiting]
        elif leaf.no_one_declines:
            declined = [party for party, position in taken if position == "against"]
            if declined:
                yield f"no one may decline, and {names(declined)} {'has' if single(declined) else 'have'}", ()
            elif any(position == "open" for _, position in taken):
                yield "no one has declined, and no one may", ()


def _about(parties: Sequence[PartyFact], agreeing: str, then: str) -> str:
    return f"{names(parties)}, which must {agreeing}, {then}"


def _needs(rule: Across, taken: Sequence[Taken]) -> Iterator[str]:
    if _holds(rule, taken, _AS_ANSWERED):
        return
    waiting = [party for party, position in taken if position == "open"]
    if rule.all_of is not None:
        for one in rule.all_of:
            yield from _needs(one, taken)
    elif rule.any_of is not None:
        possible = [one for one in rule.any_of if _holds(one, taken, _AT_BEST)]
        yield ", or ".join(in_words(_needs(one, taken)) for one in possible)
    elif rule.must is not None:
        named = [party for party in waiting if _is_named(party, rule.must)]
        yield f"{names(named)} in favour"
    elif rule.no_one_declines:
        yield f"an answer of {names(waiting)}, not declining"
    else:
        more = (rule.count(len(taken)) or 0) - sum(position == "in favour" for _, position in taken)
        yield f"{more} more in favour, {'of ' if more < len(waiting) else ''}{names(waiting)}"


def _is_named(party: PartyFact, names: Iterable[str]) -> bool:
    return any(name in (party.kind, party.organisation) for name in names)


def single(parties: Iterable[PartyFact]) -> bool:
    """Whether it is one body that answers, for itself or for several."""
    return len({party.through or party.short_name for party in parties}) == 1


def names(parties: Iterable[PartyFact]) -> str:
    """The parties by their short names; those for whom another answers with it: "NHS SWL (for Merton and Sutton)"."""
    named = list(parties)
    answering: dict[str, list[str]] = {}
    for party in named:
        if party.through:
            answering.setdefault(party.through, []).append(party.short_name)
    through = {by: f"{by} (for {in_words(others)})" for by, others in answering.items()}
    return in_words(dict.fromkeys(through[party.through] if party.through else party.short_name for party in named))
