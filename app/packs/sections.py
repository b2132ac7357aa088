"""Facts to sections: each section is a piece of HTML rendered from frozen facts alone, and known by its SHA-256.

The same piece stands in the PDF and in the web edition. A shared section is rendered from the enclosed edition's facts
and nothing else, so it is the same HTML in every body's pack; numbers and page numbers are stamped outside it.
"""

import base64
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from app.packs import gaps
from app.packs.changes import grouped
from app.packs.facts import facts_hash
from app.programme import drawing
from app.programme.drawing_words import in_words
from app.programme.models import DIMENSIONS
from workflows.contents import Contents, Section

Json = dict[str, Any]

UNNUMBERED = frozenset({"cover", "front_page", "contents", "last_page"})
BODY_CALLED = {"governing_body": "Governing Body", "joint_committee": "Joint Committee", "board": "Board"}
ALL_PACKS = "/packs"
"""Where every released pack is listed: a frozen page is made outside any request, and knows no host."""
DECIDING = ("approval", "decision", "ratification")


@dataclass(frozen=True, slots=True)
class Piece:
    """One section as HTML. `hash` is of the unstamped HTML; `level` 2 stands under the piece before it."""

    key: str
    kind: str
    title: str
    number: str
    html: Markup
    hash: str
    shared: bool = False
    level: int = 1

    def as_fact(self) -> Json:
        """What the frozen facts keep of it."""
        return {"key": self.key, "title": self.title, "hash": self.hash, "shared": self.shared}


def edition_pieces(env: Environment, facts: Json) -> list[Piece]:
    """The sections of an update edition, all but its cover, contents and last page."""
    content = facts["content"]
    found = gaps.edition_contents_of(content)
    return _numbered(_edition_piece(env, section, content) for section in found.sections)


def pack_pieces(env: Environment, facts: Json) -> list[Piece]:
    """The sections of a body's pack, all but its cover, contents and last page."""
    content = facts["content"]
    found = gaps.pack_contents_of(content)
    pieces: list[Piece | None] = []
    for section in found.sections:
        pieces += _pack_piece(env, section, content, found)
    return _numbered(pieces)


def section_facts(pieces: list[Piece]) -> list[Json]:
    """The sections' hashes, as they are frozen with the facts."""
    return [piece.as_fact() for piece in pieces]


def with_sections(env: Environment, facts: Json) -> Json:
    """The facts with the hash of every section made from them: this is what is frozen."""
    pieces = (edition_pieces if facts["content"]["kind"] == "edition" else pack_pieces)(env, facts)
    return {**facts, "sections": section_facts(pieces)}


def _edition_piece(env: Environment, section: Section, content: Json) -> Piece | None:
    if section.kind in ("cover", "contents", "last_page"):
        return None
    if section.kind == "workstream":
        return workstream_piece(env, section.key, content, str(section.subject))
    return _piece(env, section, shared=True, edition=content)


def workstream_piece(env: Environment, key: str, edition: Json, code: str) -> Piece:
    """A workstream's section as every body receives it."""
    stream = next(stream for stream in edition["workstreams"] if stream["code"] == code)
    drawn = edition["architecture"] if stream["kind"] == "architecture" else None
    html = _html(
        env,
        "workstream",
        key,
        stream=stream,
        period=edition["period"],
        dimensions=DIMENSIONS,
        architecture=drawn,
        **(drawing_of(env, drawn, edition["workstreams"]) if drawn else {}),
    )
    return Piece(key, "workstream", stream["title"], "", html, _hash(html), shared=True)


def drawing_of(env: Environment, architecture: Json, streams: Sequence[Json], slide: bool = False) -> Json:
    """The architecture as an image of its own with its size, and the same in words; `streams` as they are placed.

    On a slide, where small text cannot be read, only the parts and the links between segments are drawn.
    """
    placed: dict[str, list[drawing.Stream]] = defaultdict(list)
    for stream in streams:
        placed[stream["segment"] or ""].append(
            drawing.Stream(stream["code"], drawing.marked(stream["title"], stream["demonstration"]))
        )
    sectors = [drawing.Part(one.get("code") or one["name"], _part_named(one)) for one in architecture["sectors"]]
    segments = [
        drawing.Part(one["code"], _part_named(one), (), tuple(placed[one["name"]])) for one in architecture["segments"]
    ]
    links = [
        drawing.Link(link["kind"], link["from"], link["to"], link["reconstructed"]) for link in architecture["links"]
    ]
    if slide:
        names = [drawing.Part(one.key, one.name) for one in segments]
        drawn = drawing.drawn(sectors, names, [link for link in links if link.kind != "sector"])
    else:
        drawn = drawing.drawn(sectors, segments, links)
    if drawn is None:
        return {}
    said = in_words(sectors, segments, links)
    module: Any = env.get_template("programme/drawing.html").module
    svg = str(module.architecture(drawn, "From here to here", said, font="Concord Sans, Arial, sans-serif"))
    address = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    return {"drawing": {"address": address, "width": drawn.width, "height": drawn.height}, "alternative": said}


def _part_named(part: Json) -> str:
    return drawing.marked(part["name"], part.get("demonstration", False))


def local_piece(env: Environment, body: Json, stream: Json, local: Json, accepted: list[Json]) -> Piece:
    """What one body says of a workstream, after the common text, or who accepted that it says nothing yet."""
    key = f"local-{stream['code']}"
    html = _html(env, "local", key, stream=stream, body=body, local=local, accepted=accepted)
    return Piece(key, "local", f"{body['short_name']}: local position", "", html, _hash(html), level=2)


def _pack_piece(env: Environment, section: Section, content: Json, found: Contents) -> list[Piece | None]:
    edition = content["edition"]["content"] if content["edition"] else None
    subject = section.subject or ""
    called = BODY_CALLED.get(content["body"]["kind"], content["body"]["name"])
    if section.kind in ("cover", "contents", "last_page"):
        return []
    if section.kind == "workstream" and edition:
        stream = next(stream for stream in edition["workstreams"] if stream["code"] == subject)
        pieces: list[Piece | None] = [workstream_piece(env, section.key, edition, subject)]
        if subject in content["local"]:
            local = content["local"][subject]
            pieces.append(local_piece(env, content["body"], stream, local, content["accepted"]))
        return pieces
    if section.kind == "highlights":
        return [_piece(env, section, shared=True, edition=edition)]
    if section.kind == "glossary":
        return [_piece(env, section, shared=True, edition=content)]
    if section.kind == "sign_off_matrix":
        case = next(case for case in content["matrices"] if case["code"] == subject)
        return [_piece(env, replace(section, title=f"Sign-off: {section.title}"), case=case)]
    if section.kind == "paper":
        item = next(item for item in content["agenda"] if str(item["id"]) == subject)
        titled = replace(section, title=f"Paper {item['paper_number']}: {section.title}")
        return [_piece(env, titled, item=item, called=called, content=content)]
    asked = [item for item in content["agenda"] if item["purpose"] in DECIDING]
    return [
        _piece(
            env,
            section,
            content=content,
            body=content["body"],
            called=called,
            edition=edition,
            asked=asked,
            accepted=gaps.accepted(content),
            sections={one.key for one in found.sections},
            grouped=grouped,
        )
    ]


def _piece(env: Environment, section: Section, *, shared: bool = False, **context: Any) -> Piece:
    html = _html(env, section.kind, section.key, **context)
    return Piece(section.key, section.kind, section.title, "", html, _hash(html), shared=shared)


def _html(env: Environment, template: str, key: str, **context: Any) -> Markup:
    return Markup(env.get_template(f"pdf/sections/{template}.html").render(key=key, **context).strip())


def _hash(html: Markup) -> str:
    return sha256(html.encode()).hexdigest()


def _numbered(found: Any) -> list[Piece]:
    """Numbers for the pieces: 1, 2 …, and 5.1 for what stands under 5."""
    pieces, major, minor = [], 0, 0
    for piece in found:
        if piece is None:
            continue
        if piece.kind in UNNUMBERED:
            number = ""
        elif piece.level == 1:
            major, minor = major + 1, 0
            number = str(major)
        else:
            minor += 1
            number = f"{major}.{minor}"
        pieces.append(replace(piece, number=number))
    return pieces


def document(env: Environment, facts: Json) -> str:
    """The whole edition or pack as one HTML document for the press."""
    kind = facts["content"]["kind"]
    pieces = (edition_pieces if kind == "edition" else pack_pieces)(env, facts)
    return env.get_template(f"pdf/{kind}.html").render(**_context(facts, pieces))


def reading_page(env: Environment, facts: Json, page_of: Mapping[str, int], pages: int) -> str:
    """The whole edition or pack as one web page that says on which page of the PDF each section stands."""
    kind = facts["content"]["kind"]
    pieces = (edition_pieces if kind == "edition" else pack_pieces)(env, facts)
    told = {"page_of": page_of, "pages": pages, "all_packs": ALL_PACKS}
    return env.get_template("packs/reading.html").render(**told, **_context(facts, pieces))


def _context(facts: Json, pieces: list[Piece]) -> Json:
    content = facts["content"]
    return {
        "facts": facts,
        "content": content,
        "pieces": pieces,
        "hash": facts_hash(facts),
        "called": BODY_CALLED.get(content["body"]["kind"], content["body"]["name"]) if "body" in content else "",
        "demonstration": shows_demonstration(content),
    }


def shows_demonstration(content: Any) -> bool:
    """Whether anything in these facts is demonstration content."""
    if isinstance(content, dict):
        return content.get("demonstration") is True or any(shows_demonstration(value) for value in content.values())
    return isinstance(content, list) and any(shows_demonstration(value) for value in content)
