"""What one edition said and the next says, field by field: what a correction is made of.

Only what a reader of the edition meets is compared; who approved a text and when is no correction of it.
"""

from collections.abc import Iterator
from typing import Any

from app.packs.dates import shown_day, shown_given
from app.packs.wording import is_told, told_risks
from app.programme.content import LABELS
from app.programme.models import DIMENSIONS

Json = dict[str, Any]

TEXTS = ("headline", "done", "next", "decisions", "path_to_green")
ABOUT = {
    "title": "Title",
    "sentence": "What it is, in a sentence",
    "sro": "Senior responsible owner",
    "lead": "Lead",
    "segment": "Segment",
    "in_remit": "In remit",
    "out_of_remit": "Out of remit",
}
RISK = {
    "score": "score",
    "band": "band",
    "trend": "trend",
    "mitigation": "mitigation",
    "owner": "owner",
    "escalation": "escalation",
}


def corrected(old: Json, new: Json) -> list[Json]:
    """The sections of an edition whose text differs, each with what it said and what it says now.

    `old` and `new` are the contents of two editions of one period. A section has its key, its title, the code of its
    workstream (None for the rest of the edition) and its changes.
    """
    found = []
    rest = list(_rest(old, new))
    if rest:
        found.append({"key": "highlights", "title": "Highlights and cover", "workstream": None, "changes": rest})
    before = {stream["code"]: stream for stream in old["workstreams"]}
    after = {stream["code"]: stream for stream in new["workstreams"]}
    for code in dict.fromkeys([*after, *before]):
        was, now = before.get(code), after.get(code)
        changes = list(_stream(was or {}, now or {}))
        if changes:
            title = (now or was or {})["title"]
            found.append({"key": f"workstream-{code}", "title": title, "workstream": code, "changes": changes})
    architecture = list(_architecture(old["architecture"] or {}, new["architecture"] or {}))
    if architecture:
        found.append(
            {"key": "architecture", "title": "System architecture", "workstream": None, "changes": architecture}
        )
    return found


def _change(what: str, said: Any, says: Any) -> Iterator[Json]:
    if said != says:
        yield {"what": what, "said": str(said or ""), "says": str(says or "")}


def _rest(old: Json, new: Json) -> Iterator[Json]:
    yield from _change("Strapline", old["programme"]["strapline"], new["programme"]["strapline"])
    yield from _change("Bodies", *(", ".join(one["name"] for one in content["bodies"]) for content in (old, new)))
    yield from _change(
        "Highlights", *(_listed(one["title"] for one in content["highlights"]) for content in (old, new))
    )


def _stream(old: Json, new: Json) -> Iterator[Json]:
    if old and new:
        for name, label in ABOUT.items():
            yield from _change(label, old[name], new[name])
        yield from _change("Runs", shown_given(old["runs"]), shown_given(new["runs"]))
    was, now = old.get("this") or {}, new.get("this") or {}
    for name in DIMENSIONS:
        yield from _change(f"Rating, {name}", (was.get("brag") or {}).get(name), (now.get("brag") or {}).get(name))
    for name in TEXTS:
        yield from _change(LABELS[name], was.get(name), now.get(name))
    yield from _milestones(old.get("milestones", []), new.get("milestones", []))
    yield from _deliverables(old.get("deliverables", []), new.get("deliverables", []))
    if "risks" in old and "risks" in new:
        yield from _risks(old["risks"], new["risks"])


def _milestones(old: list[Json], new: list[Json]) -> Iterator[Json]:
    before = {one["code"]: one for one in old}
    for one in new:
        was = before.pop(one["code"], None)
        called = f"Milestone “{one['title']}”"
        if was is None:
            yield from _change(called, "", f"Forecast {shown_given(one['forecast'])}")
            continue
        yield from _change(f"{called}, title", was["title"], one["title"])
        for name in ("baseline", "forecast"):
            yield from _change(f"{called}, {name}", shown_given(was[name]), shown_given(one[name]))
        yield from _change(f"{called}, reached", shown_day(was["actual"]), shown_day(one["actual"]))
        withdrawn = (shown_day(was.get("withdrawn_on")), shown_day(one.get("withdrawn_on")))
        yield from _change(f"{called}, withdrawn", *withdrawn)
    for was in before.values():
        yield from _change(f"Milestone “{was['title']}”", f"Forecast {shown_given(was['forecast'])}", "")


def _deliverables(old: list[Json], new: list[Json]) -> Iterator[Json]:
    before, after = ({one["title"]: one for one in every} for every in (old, new))
    for title in dict.fromkeys([*after, *before]):
        was, now = before.get(title), after.get(title)
        yield from _change(f"Deliverable “{title}”", _deliverable(was), _deliverable(now))


def _deliverable(one: Json | None) -> str:
    if one is None:
        return ""
    due = f"Due {shown_given(one['due'])}" if one["due"] else "No date given"
    accepted = f"; accepted on {shown_day(one['accepted_on'])}" if one["accepted_on"] else ""
    return f"{due}{accepted}{'; ' + one['description'] if one['description'] else ''}"


def _risks(old: list[Json], new: list[Json]) -> Iterator[Json]:
    """The risks and issues that either edition tells of; the words of one that is only counted are nobody's to read."""
    before, after = ({one["code"]: one for one in every} for every in (old, new))
    told = [one["code"] for one in (*told_risks(new), *told_risks(old))]
    for code in dict.fromkeys(told):
        was, now = before.get(code), after.get(code)
        named = now if now and is_told(now) else was or {}
        called = f"{named['kind'].capitalize()} “{named['title']}”"
        if was is None or now is None or not (is_told(was) and is_told(now)):
            yield from _change(called, _scored(was), _scored(now))
            continue
        yield from _change(f"{called}, title", was["title"], now["title"])
        for name, label in RISK.items():
            yield from _change(f"{called}, {label}", was[name], now[name])


def _scored(risk: Json | None) -> str:
    if risk is None:
        return ""
    return f"Score {risk['score']}, {risk['band']}" if risk["score"] else "Not assessed"


def _architecture(old: Json, new: Json) -> Iterator[Json]:
    before, after = ({one["code"]: one for one in every.get("segments", [])} for every in (old, new))
    for code in dict.fromkeys([*after, *before]):
        was, now = before.get(code, {}), after.get(code, {})
        yield from _change(f"{(now or was)['name']}, what works", was.get("what_works"), now.get("what_works"))
    for name, label in (("sectors", "Sectors"), ("segments", "Segments")):
        yield from _change(label, *(_listed(one["name"] for one in content.get(name, [])) for content in (old, new)))
    links = [sorted(_link(one) for one in content.get("links", [])) for content in (old, new)]
    yield from _change("Links", *(_listed(every) for every in links))


def _link(one: Json) -> str:
    return f"{one['from_name']} to {one['to_name']}, {one['kind']}{', reconstructed' if one['reconstructed'] else ''}"


def _listed(words: Any) -> str:
    return "\n".join(f"- {word}" for word in words)
