"""Frozen facts as the rules of contents know them, and what those say is in and what is missing."""

from datetime import date
from typing import Any

from app.packs.meeting_facts import PURPOSES
from workflows.contents import AcceptedGap, Contents, contents, edition_contents
from workflows.pack_facts import (
    AgendaItemFact,
    EditionFacts,
    HighlightFact,
    LocalPosition,
    MatrixFact,
    PackFacts,
    Purpose,
    WorkstreamFact,
)

Json = dict[str, Any]


def edition_contents_of(content: Json) -> Contents:
    """The sections and gaps of an update edition's facts."""
    return edition_contents(
        EditionFacts(
            title=content["title"],
            strapline=content["programme"]["strapline"],
            bodies=tuple(body["name"] for body in content["bodies"]),
            highlights=_highlights(content),
            workstreams=tuple(
                WorkstreamFact(stream["code"], stream["title"], stream["this"] is not None)
                for stream in content["workstreams"]
            ),
        )
    )


def pack_contents_of(content: Json) -> Contents:
    """The sections and gaps of a pack's facts."""
    body, meeting = content["body"], content["meeting"]
    edition = content["edition"]["content"] if content["edition"] else {"highlights": [], "workstreams": []}
    return contents(
        PackFacts(
            body_id=body["id"],
            body_name=body["name"],
            body_short_name=body["short_name"],
            meeting_id=content["meeting_id"],
            meeting_title=meeting["title"],
            held_on=date.fromisoformat(meeting["held_on"]),
            part=content["part"],
            items=tuple(_item(item) for item in content["agenda"]),
            highlights=_highlights(edition),
            workstreams=tuple(_workstream(stream, content["local"]) for stream in edition["workstreams"]),
            matrices=tuple(
                MatrixFact(
                    case["code"],
                    case["title"],
                    case["result"],
                    case["complete"],
                    tuple(
                        condition
                        for party in (case["rounds"][-1]["parties"] if case["rounds"] else [])
                        if party["body_id"] == body["id"]
                        for condition in party["conditions"]
                    ),
                )
                for case in content["matrices"]
            ),
            edition_awaited=content.get("edition_awaited"),
        )
    )


def accepted(content: Json) -> list[AcceptedGap]:
    """The acceptances frozen in these facts; what the edition's director accepted holds for its enclosure too."""
    found = [*content["accepted"]]
    if content.get("edition"):
        found += content["edition"]["content"]["accepted"]
    return [AcceptedGap(one["key"], one["by"], one["reason"]) for one in found]


def _highlights(content: Json) -> tuple[HighlightFact, ...]:
    return tuple(HighlightFact(one["workstream"], one["title"], one["workstream"]) for one in content["highlights"])


def _workstream(stream: Json, local: Json) -> WorkstreamFact:
    """A workstream applies to every body that has the edition; a local position is owed by those that take part."""
    has_update = stream["this"] is not None
    return WorkstreamFact(
        stream["code"],
        stream["title"],
        has_update,
        local_position=_local(local.get(stream["code"])) if has_update else "not_needed",
    )


def _local(found: Json | None) -> LocalPosition:
    if found is None or found["state"] == "nothing_local":
        return "not_needed"
    state: LocalPosition = found["state"]
    return state


def _purpose(name: str) -> Purpose:
    return PURPOSES[name]


def _item(item: Json) -> AgendaItemFact:
    return AgendaItemFact(
        id=item["id"],
        reference=item["number"],
        title=item["title"],
        kind=item["origin"],
        purpose=_purpose(item["purpose"]),
        subject=(item["subject_kind"], str(item["subject_id"])) if item["subject_kind"] else None,
        needs_paper=item["needs_paper"],
        has_paper=item["has_paper"],
        has_cover_sheet=item["has_cover_sheet"],
        recommendation=item["recommendation"],
        paper_number=item["paper_number"],
        awaited_from=item["author"] or item["lead_director"] or None,
    )
