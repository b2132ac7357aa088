"""What the files say of the map is checked: what a link joins, where a workstream is placed, and of whose programme."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.exchange.service import Forecast
from tests.exchange.folders import SMALL, edit, small

SEGMENTS = """code,programme,kind,name,position
from-hospital,swl-programme,sector,Hospital,1
to-urgent,swl-programme,segment,Urgent care,1
to-planned,swl-programme,segment,Planned care,2
to-elsewhere,other,segment,Care elsewhere,1
"""
PROGRAMMES = SMALL["programmes"] + "other,swl,Another programme\n"
LINKS = {
    "a risk link that begins at a sector": (
        "from-hospital,to-urgent,risk",
        "row 2, column from: “from-hospital” is a sector; expected a segment.",
    ),
    "a resource link that ends at a sector": (
        "to-urgent,from-hospital,resource",
        "row 2, column to: “from-hospital” is a sector; expected a segment.",
    ),
    "a sector's link that begins at a segment": (
        "to-urgent,to-planned,sector",
        "row 2, column from: “to-urgent” is a segment; expected a sector.",
    ),
    "a link of a segment with itself": (
        "to-urgent,to-urgent,risk",
        "row 2, column to: “to-urgent” is where the link begins; expected another segment.",
    ),
    "a link into another programme": (
        "to-urgent,to-elsewhere,risk",
        "row 2, column to: “to-elsewhere” belongs to other; expected one of swl-programme.",
    ),
    "a link of a kind that is not known": (
        "to-urgent,to-planned,money",
        "row 2, column kind: “money” is not right; expected one of risk, resource, sector.",
    ),
    "a link to what is not there": (
        "to-urgent,to-nowhere,risk",
        "row 2, column to: “to-nowhere” is not right; expected the code of a row in segments.csv or already known.",
    ),
}
PLACES = {
    "from-hospital": "“from-hospital” is a sector; expected a segment.",
    "to-elsewhere": "“to-elsewhere” belongs to other; expected one of swl-programme.",
}


def mapped(folder: Path, link: str = "to-urgent,to-planned,risk", segment: str = "to-urgent") -> Path:
    """The small world with a map of one link, and its workstream placed."""
    links = f"code,from,to,kind,reconstructed\nlink-1,{link},no\n"
    small(folder, programmes=PROGRAMMES, segments=SEGMENTS, segment_links=links)

    def placed(rows: list[dict[str, str]]) -> None:
        rows[0]["segment"] = segment

    edit(folder / "workstreams.csv", placed)
    return folder


def test_a_map_comes_in_and_goes_out_as_it_was(
    bring_in: Callable[[Path], Forecast], take_out: Callable[[Path], Path], tmp_path: Path
) -> None:
    bring_in(mapped(tmp_path / "in"))
    out = take_out(tmp_path / "out")
    assert "link-1,to-urgent,to-planned,risk,no" in (out / "segment_links.csv").read_text()
    assert bring_in(out).changes_nothing


@pytest.mark.parametrize("case", LINKS)
def test_a_link_joins_what_its_kind_joins(refused: Callable[[Path], list[str]], tmp_path: Path, case: str) -> None:
    link, sentence = LINKS[case]
    assert refused(mapped(tmp_path / "in", link)) == [f"segment_links.csv, {sentence}"]


@pytest.mark.parametrize("place", PLACES)
def test_a_workstream_is_placed_in_a_segment_of_its_programme(
    refused: Callable[[Path], list[str]], tmp_path: Path, place: str
) -> None:
    found = refused(mapped(tmp_path / "in", segment=place))
    assert found == [f"workstreams.csv, row 2, column segment: {PLACES[place]}"]
