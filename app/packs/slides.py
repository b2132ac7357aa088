"""The same frozen facts as slides: an edition's or a pack's workstreams, decisions and numbers, a title to each.

Which workstreams are told, and in which order, is the decision of the papers' contents; no fact is asked for anew.
"""

from collections.abc import Iterable
from typing import Any

from jinja2 import Environment

from app.packs import gaps
from app.packs.changes import grouped
from app.packs.facts import facts_hash
from app.packs.sections import BODY_CALLED, DECIDING, drawing_of, shows_demonstration
from app.programme.models import DIMENSIONS

Json = dict[str, Any]


def document(env: Environment, facts: Json) -> str:
    """The slides as one HTML document for the press, with the stylesheet of slides."""
    content = facts["content"]
    is_pack = content["kind"] == "pack"
    enclosed = content["edition"] if is_pack else None
    edition: Json | None = content if not is_pack else enclosed["content"] if enclosed else None
    contents = gaps.pack_contents_of(content) if is_pack else gaps.edition_contents_of(content)
    codes = [section.subject for section in contents.sections if section.kind == "workstream"]
    by_code = {stream["code"]: stream for stream in edition["workstreams"]} if edition else {}
    streams = [by_code[code] for code in codes if code]
    told: Json = {"deciding": [], "noting": []}
    if is_pack:
        business = [item for item in content["agenda"] if item["origin"] != "standing"]
        told["deciding"] = [item for item in business if item["purpose"] in DECIDING]
        told["noting"] = [item for item in business if item["purpose"] not in DECIDING]
        told["called"] = BODY_CALLED.get(content["body"]["kind"], content["body"]["name"])
    architecture = edition["architecture"] if edition else None
    drawing: Json = (
        drawing_of(env, architecture, edition["workstreams"], slide=True) if edition and architecture else {}
    )
    return env.get_template("pdf/slides/deck.html").render(
        facts=facts,
        content=content,
        edition=edition,
        edition_number=enclosed["number"] if enclosed else None,
        streams=streams,
        local=_local(content, streams),
        slides=_anchors(content, edition, streams, told["deciding"]),
        dimensions=DIMENSIONS,
        members=_listed(body["name"] for body in edition["bodies"]) if edition else "",
        numbers=_numbers(content, edition),
        grouped=grouped,
        hash=facts_hash(facts),
        demonstration=shows_demonstration(content),
        **{"drawing": None, "alternative": "", **drawing, **told},
    )


def _anchors(content: Json, edition: Json | None, streams: list[Json], deciding: list[Json]) -> set[str]:
    """The anchors of the slides that other slides lead to."""
    found = {f"workstream-{stream['code']}" for stream in streams}
    if edition and edition["highlights"]:
        found.add("highlights")
    if content["kind"] == "pack":
        found |= {f"sign-off-matrix-{case['code']}" for case in content["matrices"]}
        if deciding:
            found.add("decisions-asked")
    return found


def _local(content: Json, streams: list[Json]) -> list[Json]:
    """What the body says for itself of the workstreams told, in their order."""
    said = content.get("local") or {}
    return [{"stream": stream, "position": said[stream["code"]]} for stream in streams if stream["code"] in said]


def _numbers(content: Json, edition: Json | None) -> list[Json]:
    """The patients registered with each body that has any; facts frozen before they were kept have none."""
    found = [body for body in edition["bodies"] if body.get("registered_patients") is not None] if edition else []
    if not found and content["kind"] == "pack" and content["body"].get("registered_patients") is not None:
        found = [{**content["body"], "name": content["body"]["organisation"], "source": ""}]
    return found


def _listed(names: Iterable[str]) -> str:
    """`Croydon, Merton and NHS England`, and what they have in common said once: NHS … CCGs."""
    every = list(names)
    ccgs = [name[4:-4] for name in every if name.startswith("NHS ") and name.endswith(" CCG")]
    others = [name for name in every if not (name.startswith("NHS ") and name.endswith(" CCG"))]
    if len(ccgs) > 1:
        every = [f"{_and(ccgs)} NHS Clinical Commissioning Groups", *others]
    return _and(every)


def _and(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
