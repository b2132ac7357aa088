"""What has changed between two sets of frozen facts: since this body last met, and since the last period."""

from collections.abc import Iterator
from typing import Any

from app.packs.dates import shown_given

Json = dict[str, Any]


def since_last_pack(last: Json, this: Json) -> list[Json]:
    """Sentences about what differs between this body's last released pack and this one, each with where to read it.

    Both are the frozen facts of a pack.
    """
    before, now = last["content"], this
    found = [*_workstreams(_streams(before), _streams(now))]
    found += _cases({case["code"]: case for case in before["matrices"]}, now["matrices"])
    return found


def since_last_period(edition: Json) -> list[Json]:
    """Sentences about what differs between each workstream's approved update and its last one before."""
    found = []
    for stream in edition["workstreams"]:
        this, last = stream["this"], stream["last"]
        if this is None:
            continue
        was, is_now = (last or {}).get("brag", {}).get("overall"), this["brag"]["overall"]
        if last is None:
            found.append(_change(stream["code"], f"{stream['title']}: its first update."))
        elif was != is_now:
            found.append(_change(stream["code"], f"{stream['title']}: overall {is_now}, was {was}.", is_now, was))
        found += [_change(stream["code"], sentence) for sentence in _moved(stream)]
    return found


def _moved(stream: Json) -> Iterator[str]:
    for milestone in stream["milestones"]:
        if milestone["slip_days"] and milestone["actual"] is None:
            yield (
                f"{stream['title']}: “{milestone['title']}” is {milestone['slip']}, "
                f"now expected {shown_given(milestone['forecast'])}."
            )


def _streams(content: Json) -> dict[str, Json]:
    edition = content.get("edition")
    return {stream["code"]: stream for stream in edition["content"]["workstreams"]} if edition else {}


def _workstreams(before: dict[str, Json], now: dict[str, Json]) -> Iterator[Json]:
    for code, stream in now.items():
        if stream["this"] is None:
            continue
        old = before.get(code)
        if old is None or old["this"] is None:
            yield _change(code, f"{stream['title']} has an update, and had none in the last pack.")
            continue
        was, is_now = old["this"]["brag"]["overall"], stream["this"]["brag"]["overall"]
        if was != is_now:
            yield _change(code, f"{stream['title']}: overall {is_now}, was {was}.", is_now, was)
        dates = {milestone["code"]: milestone for milestone in old["milestones"]}
        for milestone in stream["milestones"]:
            earlier = dates.get(milestone["code"])
            if earlier is None:
                yield _change(code, f"{stream['title']}: a new milestone, “{milestone['title']}”.")
            elif milestone["actual"] and not earlier["actual"]:
                yield _change(code, f"{stream['title']}: “{milestone['title']}” has been reached.")
            elif milestone["forecast"] != earlier["forecast"]:
                yield _change(
                    code,
                    f"{stream['title']}: “{milestone['title']}” moved from {shown_given(earlier['forecast'])} "
                    f"to {shown_given(milestone['forecast'])}.",
                )


def _cases(before: dict[str, Json], now: list[Json]) -> Iterator[Json]:
    for case in now:
        key, old = case["code"], before.get(case["code"])
        if old is None:
            yield _change(key, f"A new sign-off: {case['title']}.", kind="sign-off-matrix")
            continue
        stood = {party["body_id"]: party["word"] for party in (old["rounds"][-1]["parties"] if old["rounds"] else [])}
        for party in case["rounds"][-1]["parties"] if case["rounds"] else []:
            if stood.get(party["body_id"]) != party["word"]:
                was = stood.get(party["body_id"], "not asked")
                yield _change(
                    key,
                    f"{case['title']}: {party['short_name']} is {party['word']}, was {was}.",
                    kind="sign-off-matrix",
                )


def _change(
    subject: str, sentence: str, brag: str | None = None, was: str | None = None, kind: str = "workstream"
) -> Json:
    return {"anchor": f"{kind}-{subject}", "sentence": sentence, "brag": brag, "was": was}
