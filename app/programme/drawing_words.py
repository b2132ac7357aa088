"""What the drawing "from here … to here" shows, in sentences made from the same facts."""

from collections.abc import Mapping, Sequence

from app.programme.drawing import LINKS, Link, Part
from workflows.verdict import in_words as listed

_NOT_KNOWN = "The source does not say which sector goes into which segment."


def in_words(sectors: Sequence[Part], segments: Sequence[Part], links: Sequence[Link]) -> str:
    """What the drawing shows, in short, for those who cannot see it."""
    return " ".join(sentences(sectors, segments, links))


def sentences(sectors: Sequence[Part], segments: Sequence[Part], links: Sequence[Link]) -> list[str]:
    """The parts, each link by both its ends, what stands without a link, and where workstreams are placed."""
    names = {one.key: one.name for one in (*sectors, *segments)}
    said = []
    if sectors:
        said.append(f"From here, the sectors: {listed([one.name for one in sectors])}.")
    said.append(f"To here, the segments: {listed([one.name for one in segments])}.")
    said += [_link(one, names) for one in links if one.start in names and one.end in names]
    if sectors and not any(one.kind == "sector" for one in links):
        said.append(_NOT_KNOWN)
    joined = {key for one in links if one.kind != "sector" for key in (one.start, one.end)}
    alone = [one.name for one in segments if one.key not in joined]
    if alone:
        said.append(f"No risk or resource link is recorded for {listed(alone)}.")
    for one in segments:
        if one.streams:
            said.append(f"Placed in {one.name}: {listed([stream.title for stream in one.streams])}.")
    return said


def _link(link: Link, names: Mapping[str, str]) -> str:
    """One link as a sentence: what kind it is, what it joins, and whether that was reconstructed."""
    mark = " (reconstructed)" if link.reconstructed else ""
    if link.kind == "sector":
        return f"{names[link.start]} goes into {names[link.end]}{mark}."
    return f"A {LINKS[link.kind].lower()} joins {names[link.start]} and {names[link.end]}{mark}."
