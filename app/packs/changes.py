"""What has changed between two sets of frozen facts: since this body last met, and since the last period.

Each change is a sentence, the group it is read under, and the anchor of the section that tells it.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from app.packs.dates import shown_day, shown_given
from app.programme.models import DIMENSIONS

Json = dict[str, Any]

GROUPS = {
    "ratings": "Ratings",
    "milestones": "Milestones",
    "risks": "Risks and issues",
    "decisions": "Decisions of this body and others",
    "conditions": "Conditions",
    "local": "Local positions",
    "coverage": "What is told",
}
"""The groups in the order in which they are read, with their names."""


def since_last_pack(last: Json, this: Json) -> list[Json]:
    """Sentences about what differs between this body's last released pack and this one, each with where to read it.

    `last` are that pack's frozen facts, `this` the content of the new one.
    """
    before = last["content"]
    found = [*_workstreams(_streams(before), _streams(this))]
    found += _cases({case["code"]: case for case in before["matrices"]}, this["matrices"])
    found += _local(before.get("local") or {}, this["local"], _streams(this))
    told = {f"workstream-{code}" for code, stream in _streams(this).items() if stream["this"]}
    for change in found:
        if change["anchor"].startswith("workstream-") and change["anchor"] not in told:
            change["anchor"] = "highlights"
    order = list(GROUPS)
    return sorted(found, key=lambda change: order.index(change["group"]))


def since_last_period(edition: Json) -> list[Json]:
    """Sentences about what differs between each workstream's approved update and its last one before."""
    found: list[Json] = []
    for stream in edition["workstreams"]:
        this, last = stream["this"], stream["last"]
        found += _silent(stream)
        if this is None:
            continue
        was, is_now = (last or {}).get("brag", {}).get("overall"), this["brag"]["overall"]
        if last is None:
            sentence = f"{stream['title']}: its first update."
            found.append(_change(stream["code"], sentence, demonstration=this["demonstration"]))
        elif was != is_now:
            sentence = f"{stream['title']}: overall {_rated(is_now)}, was {_rated(was)}."
            change = _change(stream["code"], sentence, brag=is_now, was=was, demonstration=this["demonstration"])
            found.append(change)
        found += _moved(stream)
    return found


def grouped(found: Sequence[Json]) -> list[tuple[str, list[Json]]]:
    """The changes by the name of their group; facts frozen before there were groups have one, without a heading."""
    return [
        (GROUPS.get(group, "Changes"), list(changes))
        for group, changes in groupby(found, key=lambda change: str(change.get("group", "")))
    ]


def silent_words(silence: Json) -> str:
    """`silent for 39 days when updates were due, since 14 September 2015`."""
    since = f"since {shown_day(silence['since'])}" if silence["heard"] else "since it began, never heard of"
    return f"silent for {silence['days']} days when updates were due, {since}"


def _silent(stream: Json) -> Iterator[Json]:
    silence = stream.get("silence")  # facts frozen before silence was told have none
    if silence:
        sentence = f"{stream['title']}: {silent_words(silence)}."
        found = _change(stream["code"], sentence, demonstration=stream["demonstration"])
        yield found if stream["this"] else {**found, "anchor": "highlights"}  # what has no update has no section


WAYS = {
    "pushed out": "was pushed out of the period",
    "brought forward out": "was brought forward out of the period",
    "added": "was added into the period",
}


def _moved(stream: Json) -> Iterator[Json]:
    """What crossed the ends of the period or is new in it, and what else is late or early."""
    crossed = stream.get("crossed", [])  # facts frozen before this was told have none
    for one in crossed:
        if one["way"] == "new":
            became = (
                f"is a new milestone, in the plan since {shown_day(one['added_on'])}, expected {_dated(one['now'])}"
            )
        elif one["way"] == "withdrawn":
            became = f"was withdrawn on {shown_day(one['withdrawn_on'])}, and had been expected {_dated(one['was'])}"
        else:
            became = f"{WAYS[one['way']]}, from {_dated(one['was'])} to {_dated(one['now'])}"
        why = f": {one['reason'].strip().rstrip('.')}" if one["reason"].strip() else ""
        sentence = f"{stream['title']}: “{one['title']}” {became}{why}."
        yield _change(stream["code"], sentence, "milestones", demonstration=one["demonstration"])
    told = {one["code"] for one in crossed}
    for milestone in stream["milestones"]:
        if milestone["slip_days"] and milestone["actual"] is None and milestone["code"] not in told:
            sentence = (
                f"{stream['title']}: “{milestone['title']}” is {milestone['slip']}, "
                f"now expected {shown_given(milestone['forecast'])}."
            )
            yield _change(stream["code"], sentence, "milestones", demonstration=milestone["demonstration"])


def _streams(content: Json) -> dict[str, Json]:
    edition = content.get("edition")
    return {stream["code"]: stream for stream in edition["content"]["workstreams"]} if edition else {}


def _workstreams(before: dict[str, Json], now: dict[str, Json]) -> Iterator[Json]:
    for code, stream in now.items():
        old, title = before.get(code), stream["title"]
        had = old is not None and old["this"] is not None
        if stream["this"] is None:
            if had:
                yield _change(code, f"{title} has no update, and had one in the last pack.", "coverage")
            if not (old or {}).get("silence"):
                yield from _silent(stream)
            continue
        if old is None or old["this"] is None:
            yield _change(code, f"{title} has an update, and had none in the last pack.", "coverage")
            continue
        yield from _ratings(stream, old["this"]["brag"], stream["this"]["brag"])
        yield from _milestones(code, title, old["milestones"], stream["milestones"])
        if "risks" in old and "risks" in stream:  # facts frozen before there was a register have none
            yield from _risks(code, title, old["risks"], stream["risks"])
    for code in before.keys() - now.keys() if now else ():
        yield _change(code, f"{before[code]['title']} is no longer among the workstreams.", "coverage")


def _ratings(stream: Json, old: Json, new: Json) -> Iterator[Json]:
    changed = [name for name in DIMENSIONS if old.get(name) != new.get(name)]
    if not changed:
        return
    said = "; ".join(f"{name} {_rated(new.get(name))}, was {_rated(old.get(name))}" for name in changed)
    overall = "overall" in changed
    yield _change(
        stream["code"],
        f"{stream['title']}: {said}.",
        "ratings",
        demonstration=stream["this"]["demonstration"],
        brag=new.get("overall") if overall else None,
        was=old.get("overall") if overall else None,
    )


def _rated(value: str | None) -> str:
    return value or "not rated"


def _milestones(code: str, title: str, old: list[Json], new: list[Json]) -> Iterator[Json]:
    before = {milestone["code"]: milestone for milestone in old}
    for milestone in new:
        said = _milestone(before.pop(milestone["code"], None), milestone)
        if said:
            sentence = f"{title}: “{milestone['title']}” {said}."
            yield _change(code, sentence, "milestones", demonstration=milestone["demonstration"])
    for milestone in before.values():
        if milestone.get("withdrawn_on"):
            continue  # the last pack said that it goes
        sentence = f"{title}: “{milestone['title']}” is no longer among the milestones."
        yield _change(code, sentence, "milestones", demonstration=milestone["demonstration"])


def _milestone(earlier: Json | None, now: Json) -> str:
    """What became of a milestone, to stand after its title; empty where nothing did."""
    if earlier is None:
        return "" if now.get("withdrawn_on") else f"is a new milestone, expected {_dated(now['forecast'])}"
    if bool(now.get("withdrawn_on")) != bool(earlier.get("withdrawn_on")):
        return "has been withdrawn" if now.get("withdrawn_on") else "has been put back into the plan"
    if now["actual"] and not earlier["actual"]:
        return "has been reached"
    if earlier["actual"] and not now["actual"]:
        return "is no longer recorded as reached"
    if now["forecast"] != earlier["forecast"]:
        return f"moved from {_dated(earlier['forecast'])} to {_dated(now['forecast'])}"
    if now["baseline"] != earlier["baseline"]:
        return f"has a new baseline, {_dated(now['baseline'])}, was {_dated(earlier['baseline'])}"
    return ""


def _risks(code: str, title: str, old: list[Json], new: list[Json]) -> Iterator[Json]:
    """What became of the risks and issues that either pack tells of; those both only count have no words to tell."""
    before = {risk["code"]: risk for risk in old}
    for risk in new:
        earlier = before.pop(risk["code"], None)
        named = risk if "title" in risk else earlier or {}
        if "title" not in named or (earlier and earlier["score"] == risk["score"]):
            continue
        if earlier is None:
            sentence = f"{title}: a new {risk['kind']}, “{risk['title']}”, {_scored(risk)}."
        else:
            sentence = f"{title}: the {risk['kind']} “{named['title']}” is {_scored(risk)}, was {_scored(earlier)}."
        yield _change(code, sentence, "risks", demonstration=named["demonstration"])
    for risk in before.values():
        if "title" in risk:
            sentence = f"{title}: the {risk['kind']} “{risk['title']}” is no longer open."
            yield _change(code, sentence, "risks", demonstration=risk["demonstration"])


def _scored(risk: Json) -> str:
    return f"{risk['score']}, {risk['band']}" if risk["score"] else "not assessed"


def _dated(given: Json | None) -> str:
    return shown_given(given) or "no date"


def _local(before: Json, now: Json, streams: dict[str, Json]) -> Iterator[Json]:
    for code, local in now.items():
        old = before.get(code) or {}
        if code not in streams or local["state"] != "approved" or old.get("state") != "approved":
            continue
        if local["brag"] != old["brag"]:
            rated = f"our local rating is {_rated(local['brag'])}, was {_rated(old['brag'])}"
            sentence = f"{streams[code]['title']}: {rated}."
            yield _change(code, sentence, "local", demonstration=local["demonstration"])
        elif local["position"] != old["position"]:
            sentence = f"{streams[code]['title']}: our local position says something new."
            yield _change(code, sentence, "local", demonstration=local["demonstration"])


def _cases(before: dict[str, Json], now: list[Json]) -> Iterator[Json]:
    for case in now:
        old = before.get(case["code"])
        if old is None:
            yield _decided(case, f"A new sign-off: {case['title']}.")
            continue
        new_round = case["rounds"][-1] if case["rounds"] else None
        old_round = old["rounds"][-1] if old["rounds"] else None
        if new_round is None:
            continue
        if old_round is None or new_round["number"] != old_round["number"]:
            opened = f"round {new_round['number']}, {new_round['stage']}, on {new_round['version']}"
            yield _decided(case, f"{case['title']}: a further round is open: {opened}.")
        stood = {party["body_id"]: party for party in (old_round or {"parties": []})["parties"]}
        yield from _standings(case, stood, new_round["parties"])
        yield from _conditions(case, stood, new_round["parties"])
        if case["complete"] and not old["complete"]:
            yield _decided(case, f"{case['title']}: {case['result']}")


def _standings(case: Json, stood: dict[int, Json], parties: list[Json]) -> Iterator[Json]:
    """Where each body stands now, in one sentence for those that came to the same from the same."""
    arrived: dict[tuple[str, str], list[str]] = {}
    for party in parties:
        was = stood.get(party["body_id"], {}).get("word", "not asked")
        if was != party["word"]:
            arrived.setdefault((party["word"], was), []).append(party["short_name"])
    for (word, was), names in arrived.items():
        listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
        yield _decided(case, f"{case['title']}, {listed}: {word}, was {was}.")


def _conditions(case: Json, stood: dict[int, Json], parties: list[Json]) -> Iterator[Json]:
    for party in parties:
        had, has = stood.get(party["body_id"], {}).get("conditions") or [], party["conditions"]
        gone = [(condition, "is no longer outstanding") for condition in had if condition not in has]
        for condition, became in [*((condition, "is new") for condition in has if condition not in had), *gone]:
            named = f"{party['short_name']}’s condition, “{condition.strip().rstrip('.')}”,"
            yield _decided(case, f"{case['title']}: {named} {became}.", "conditions")


def _decided(case: Json, sentence: str, group: str = "decisions") -> Json:
    return _change(case["code"], sentence, group, kind="sign-off-matrix", demonstration=case["demonstration"])


def _change(
    subject: str,
    sentence: str,
    group: str = "coverage",
    *,
    brag: str | None = None,
    was: str | None = None,
    kind: str = "workstream",
    demonstration: bool = False,
) -> Json:
    return {
        "anchor": f"{kind}-{subject}",
        "sentence": sentence,
        "group": group,
        "brag": brag,
        "was": was,
        "demonstration": demonstration,
    }
