"""What goes in a pack, in which order, and what is missing from it, decided from facts alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from workflows.pack_facts import (
    DECIDING_PURPOSES,
    AgendaItemFact,
    EditionFacts,
    HighlightFact,
    PackFacts,
    WorkstreamFact,
)
from workflows.verdict import Verdict, no, yes

SectionKind = Literal[
    "cover",
    "front_page",
    "contents",
    "agenda",
    "declarations",
    "last_minutes",
    "action_log",
    "highlights",
    "workstream",
    "decisions_asked",
    "sign_off_matrix",
    "conditions_outstanding",
    "paper",
    "glossary",
    "last_page",
]

SECRETARY = "secretary"
CHAIR = "chair"
PROGRAMME_DIRECTOR = "programme_director"


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a pack; `subject` is the key of the workstream or case, or the id of the agenda item."""

    kind: SectionKind
    title: str
    subject: str | None = None

    @property
    def key(self) -> str:
        """Stable from build to build, and fit for an anchor: "workstream-patients-online"."""
        name = self.kind.replace("_", "-")
        return f"{name}-{self.subject}" if self.subject else name


@dataclass(frozen=True, slots=True)
class Gap:
    """Something missing. `key` is stable, so that an acceptance stays with it; `acceptable_by` is a role."""

    key: str
    sentence: str
    acceptable_by: str


@dataclass(frozen=True, slots=True)
class AcceptedGap:
    """A named person's acceptance of one gap, with the reason."""

    key: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Contents:
    sections: tuple[Section, ...]
    gaps: tuple[Gap, ...]


def contents(facts: PackFacts) -> Contents:
    """The sections of one body's pack, in order, and its gaps.

    A workstream has a section when it applies to the body and has an update. A paper still awaited keeps its
    section, which says "to follow". A highlighted workstream without an update is one gap, not two.
    Raises ValueError when facts of Part 2 are handed in for a Part 1 pack: they must never have been read.
    """
    private = [item.reference for item in facts.items if item.part != 1]
    if facts.part == 1 and private:
        raise ValueError(f"Items of Part 2 ({', '.join(private)}) were handed in for a Part 1 pack.")
    described = [stream for stream in _in_order(facts.highlights, facts.workstreams) if _has_section(stream)]
    asked = [item for item in facts.items if item.purpose in DECIDING_PURPOSES]
    sections = [
        Section("cover", facts.meeting_title),
        Section("front_page", f"{facts.body_short_name} at a glance"),
        Section("contents", "Contents"),
        Section("agenda", "Agenda"),
        Section("declarations", "Declarations of interest"),
        Section("last_minutes", "Minutes of the last meeting"),
        Section("action_log", "Action log"),
    ]
    if facts.highlights:
        sections.append(Section("highlights", "Highlights"))
    sections += [Section("workstream", stream.title, stream.key) for stream in described]
    if asked:
        sections.append(Section("decisions_asked", f"What {facts.body_short_name} is asked to decide"))
    sections += [Section("sign_off_matrix", matrix.title, matrix.key) for matrix in facts.matrices]
    if any(matrix.conditions_outstanding for matrix in facts.matrices):
        sections.append(Section("conditions_outstanding", "Conditions outstanding"))
    sections += [
        Section("paper", item.title, str(item.id)) for item in facts.items if item.needs_paper or item.has_paper
    ]
    sections += [Section("glossary", "Glossary"), Section("last_page", "About this copy, and how to check it")]
    return Contents(tuple(sections), tuple(_pack_gaps(facts)))


def edition_contents(facts: EditionFacts) -> Contents:
    """The sections of a cycle's update edition, in the order of its highlights list, and its gaps."""
    described = [stream for stream in _in_order(facts.highlights, facts.workstreams) if stream.has_update]
    sections = [Section("cover", facts.title), Section("contents", "Contents")]
    if facts.highlights:
        sections.append(Section("highlights", "Highlights"))
    sections += [Section("workstream", stream.title, stream.key) for stream in described]
    sections += [Section("glossary", "Glossary"), Section("last_page", "About this copy, and how to check it")]
    gaps = _update_gaps(facts.highlights, facts.workstreams, PROGRAMME_DIRECTOR)
    return Contents(tuple(sections), tuple(gaps))


def may_release(found: Contents, accepted: Iterable[AcceptedGap]) -> Verdict:
    """May a pack with these contents be released? Each gap is filled, or accepted by a named person with a reason."""
    acceptances = [one for one in accepted if one.by.strip() and one.reason.strip()]
    accepted_keys = {one.key for one in acceptances}
    still_open = [gap for gap in found.gaps if gap.key not in accepted_keys]
    if still_open:
        count = "1 gap is" if len(still_open) == 1 else f"{len(still_open)} gaps are"
        return no(
            f"{count} neither filled nor accepted: {' '.join(gap.sentence for gap in still_open)}",
            *(f"{gap.key}: filled, or accepted with a reason" for gap in still_open),
        )
    if not found.gaps:
        return yes("Nothing is missing.")
    count = "The 1 gap is" if len(found.gaps) == 1 else f"All {len(found.gaps)} gaps are"
    return yes(f"{count} accepted by name, with a reason.")


def _has_section(stream: WorkstreamFact) -> bool:
    return stream.applies and stream.has_update


def _in_order(highlights: Sequence[HighlightFact], streams: Sequence[WorkstreamFact]) -> list[WorkstreamFact]:
    """Highlighted workstreams in the order of the highlights list, then the others as they come."""
    place: Mapping[str | None, int] = {
        highlight.workstream_key: index for index, highlight in reversed(list(enumerate(highlights)))
    }
    return sorted(streams, key=lambda stream: place.get(stream.key, len(highlights)))


def _pack_gaps(facts: PackFacts) -> Iterator[Gap]:
    if facts.edition_awaited:
        sentence = f"The update edition of {facts.edition_awaited} is not there to enclose: it has not been begun."
        yield Gap("edition-awaited", sentence, SECRETARY)
    yield from _update_gaps(facts.highlights, facts.workstreams, SECRETARY)
    for stream in facts.workstreams:
        if stream.applies and stream.local_position == "owed":
            sentence = f"{facts.body_short_name} owes its local position on {stream.title}."
            yield Gap(f"local-position-owed:{stream.key}", sentence, SECRETARY)
        elif stream.applies and stream.local_position == "submitted":
            sentence = f"{facts.body_short_name}’s local position on {stream.title} is not approved yet."
            yield Gap(f"local-position-not-approved:{stream.key}", sentence, SECRETARY)
    for item in facts.items:
        yield from _item_gaps(item)


def _item_gaps(item: AgendaItemFact) -> Iterator[Gap]:
    called = f"Item {item.reference} ({item.title})"
    if item.needs_paper and not item.has_paper:
        awaited = f" from {item.awaited_from}" if item.awaited_from else ""
        yield Gap(f"item-without-paper:{item.id}", f"{called}: its paper is still to follow{awaited}.", SECRETARY)
    if item.has_paper and not item.has_cover_sheet:
        paper = f"Paper {item.paper_number}" if item.paper_number else f"The paper of item {item.reference}"
        yield Gap(f"paper-without-cover-sheet:{item.id}", f"{paper} ({item.title}) has no cover sheet.", SECRETARY)
    if item.purpose in DECIDING_PURPOSES and not item.recommendation.strip():
        sentence = f"{called} is for {item.purpose} and has no recommendation."
        yield Gap(f"no-recommendation:{item.id}", sentence, CHAIR)


def _update_gaps(
    highlights: Sequence[HighlightFact], streams: Sequence[WorkstreamFact], acceptable_by: str
) -> Iterator[Gap]:
    by_key = {stream.key: stream for stream in streams}
    for highlight in highlights:
        stream = by_key.get(highlight.workstream_key or "")
        if stream is None or (stream.applies and not stream.has_update):
            sentence = f"{highlight.title} is listed as a highlight but has no section."
            yield Gap(f"highlight-without-section:{highlight.key}", sentence, acceptable_by)
    listed = {highlight.workstream_key for highlight in highlights}
    for stream in streams:
        if stream.applies and not stream.has_update and stream.key not in listed:
            sentence = f"{stream.title} has no update this period."
            yield Gap(f"no-update:{stream.key}", sentence, acceptable_by)
