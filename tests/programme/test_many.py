"""Lists of a programme too large for one page: rows and columns come a page at a time, and everything can be found."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.db import db
from tests.house.test_statements import made

BODIES, WORKSTREAMS = 33, 45

Ask = Callable[..., str]


@pytest.fixture(scope="module")
def ask(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """The text of a page as a role of the large programme sees it."""
    app, filled = made(migrated_file, tmp_path_factory.mktemp("many") / "large", WORKSTREAMS, BODIES)

    def asked(path: str, who: str = "manager") -> str:
        answer = app.test_client(use_cookies=False).get(path, headers=filled.cookies(who))
        assert answer.status_code == 200, path
        return answer.text

    yield asked
    with app.app_context():
        db.engine.dispose()


def shown(page: str, words: str) -> list[int]:
    """The numbers after these words in row or column headings, in order."""
    heads = re.findall(r"<th role=\"(?:column|row)header\"[^>]*>(.*?)</th>", page, re.S)
    return [int(found[1]) for head in heads if (found := re.search(rf"{words} (\d+)", head))]


def test_the_grid_shows_a_page_of_bodies_and_of_workstreams(ask: Ask) -> None:
    first = ask("/workstream-grid")
    assert shown(first, "Workstream") == list(range(1, 13))
    assert sorted(set(shown(first, "Body"))) == list(range(8))
    assert "Bodies 1 to 8 of 33" in first
    assert "Workstreams 1 to 12 of 45" in first
    further = ask("/workstream-grid?columns=5&page=4")
    assert shown(further, "Workstream") == list(range(37, 46))
    assert sorted(set(shown(further, "Body"))) == [32]
    assert "Bodies 33 to 33 of 33" in further


def test_a_page_of_bodies_leads_to_the_next_with_the_rows_and_filters_kept(ask: Ask) -> None:
    page = ask("/workstream-grid?page=2&columns=2&owing=yes")
    links = re.findall(r'<a href="/workstream-grid\?([^"]*)" rel="next"', page)
    assert links
    for link in links:
        assert "owing=yes" in link.split("&amp;")
    assert "columns=3" in links[0]
    assert "page=2" in links[0]


def test_bodies_too_many_for_a_list_are_found_by_words(ask: Ask) -> None:
    page = ask("/workstream-grid?body=body+03")
    assert '<input class="nhsuk-input" id="body"' in page
    assert sorted(set(shown(page, "Body"))) == [3, 30, 31, 32]
    assert set(shown(ask("/workstream-grid?body=body+003"), "Body")) == {3}
    assert "No workstream or body fits all of these" in ask("/workstream-grid?body=nowhere")


def test_what_stands_where_is_counted_for_the_bodies_shown_and_for_all_when_asked(ask: Ask) -> None:
    part, every = ask("/workstream-grid"), ask("/workstream-grid?tally=all")
    assert f"{8 * WORKSTREAMS} local positions of the 8 bodies shown here answered" in part
    assert f"{BODIES * WORKSTREAMS:,} local positions answered" in every
    assert "Count those of all bodies" not in every


def test_whom_to_chase_is_told_of_the_bodies_shown(ask: Ask) -> None:
    chase = ask("/workstream-grid?columns=2").partition("Who to chase</h2>")[2]
    assert "Programme office" in chase
    assert sorted(shown(chase, "Body")) == list(range(8, 16))


def test_the_file_of_the_grid_holds_every_workstream_and_body(ask: Ask) -> None:
    rows = list(csv.reader(io.StringIO(ask("/workstream-grid?as=csv&page=2&columns=2"))))
    assert len(rows) == 1 + WORKSTREAMS
    assert {len(row) for row in rows} == {2 + BODIES}


def test_the_list_of_workstreams_is_paged_with_its_filters(ask: Ask) -> None:
    assert shown(ask("/workstreams"), "Workstream") == list(range(1, 26))
    assert shown(ask("/workstreams?page=2"), "Workstream") == list(range(26, 46))
    red = shown(ask("/workstreams?brag=red"), "Workstream")
    assert red
    assert len(red) < WORKSTREAMS
    by_rating = ask("/workstreams?sort=brag")
    assert shown(by_rating, "Workstream")[: len(red)] == red
    assert "sort=brag&amp;page=2" in by_rating
    assert len(list(csv.reader(io.StringIO(ask("/workstreams?as=csv"))))) == 1 + WORKSTREAMS


def test_the_register_of_risks_is_paged_counted_and_found_by_words(ask: Ask) -> None:
    first = ask("/risks")
    listed = re.findall(r"Risk of workstream (\d+)</a>", first)
    assert len(listed) == 20
    assert len(re.findall(r"Risk of workstream \d+</a>", ask("/risks?page=3"))) == WORKSTREAMS - 40
    assert f"{WORKSTREAMS} risks and issues" in first
    bands = [int(number) for number in re.findall(r'app-tally__number">(\d+)<', first)]
    assert sum(bands) == WORKSTREAMS
    extreme = ask("/risks?band=extreme")
    assert len(re.findall(r"Risk of workstream \d+</a>", extreme)) == bands[0]
    assert re.findall(r"Risk of workstream (\d+)</a>", ask("/risks?workstream=workstream+7")) == ["7"]
    assert len(list(csv.reader(io.StringIO(ask("/risks?as=csv"))))) == 1 + WORKSTREAMS


def test_the_heat_map_counts_as_many_as_its_links_lead_to(ask: Ask) -> None:
    page = ask("/risks/heat-map")
    links = re.findall(r'app-heat__count" href="(/risks\?[^"]*)">(\d+)<', page)
    assert sum(int(number) for _, number in links) == WORKSTREAMS
    address, number = links[0]
    assert len(re.findall(r"Risk of workstream \d+</a>", ask(address.replace("&amp;", "&")))) == int(number)


def test_the_plan_draws_a_page_of_workstreams(ask: Ask) -> None:
    page = ask("/plan?page=3")
    drawn = re.findall(r'font-weight="600" fill="#005eb8">Workstream (\d+)<', page)
    assert [int(number) for number in drawn] == list(range(41, 46))
    assert "Page 3 of 3" in page
    one = ask("/plan?workstream=workstream+12")
    assert re.findall(r'font-weight="600" fill="#005eb8">Workstream (\d+)<', one) == ["12"]
    assert f"1 of {WORKSTREAMS} workstreams" in one
    assert len(list(csv.reader(io.StringIO(ask("/plan?as=csv"))))) == 1 + 2 * WORKSTREAMS


def test_the_matrix_of_sign_offs_shows_a_page_of_bodies(ask: Ask) -> None:
    first = ask("/sign-offs", "director")
    assert re.findall(r'<th scope="col">(Body \d+)</th>', first) == [f"Body {number:03}" for number in range(7)]
    assert f"Bodies 1 to 7 of {BODIES}" in first
    last = ask("/sign-offs?bodies=5", "director")
    assert re.findall(r'<th scope="col">(Body \d+)</th>', last) == [f"Body {number:03}" for number in range(28, BODIES)]
    assert "Bodies 1 to 7" in ask("/sign-offs?bodies=99&page=99", "director")
    assert "2 cases" in ask("/sign-offs?body=body+012", "director")
    assert "No case is like this" in ask("/sign-offs?body=nowhere", "director")


@pytest.mark.parametrize(
    ("path", "who", "listed", "every", "found"),
    [
        ("/bodies", "director", r"/bodies/[^\"?]+\">", BODIES, "/bodies?q=body+031"),
        ("/documents", "director", r"/documents/document-\d+\">", WORKSTREAMS, "/documents?q=document+17"),
        ("/packs", "", r"\d\.pdf\">", BODIES, "/packs?body=body+031"),
    ],
)
def test_a_long_list_is_paged_and_searched(ask: Ask, path: str, who: str, listed: str, every: int, found: str) -> None:
    pages = [len(re.findall(listed, ask(f"{path}?page={page}", who))) for page in (1, 2, 3, 4)]
    shown = max(pages)
    last = -(-every // shown)
    assert shown < every
    assert sum(pages[:last]) == every
    assert pages[last - 1] == pages[3] == every - shown * (last - 1)
    assert len(re.findall(listed, ask(found, who))) == 1


def test_people_are_found_by_an_organisation_s_name_where_there_are_many(ask: Ask) -> None:
    page = ask("/people?organisation=body+031", "administrator")
    assert '<input class="nhsuk-input" id="organisation"' in page
    assert "NHS Body 031" in page or "Body 031" in page
    assert "Body 030" not in page


def waiting_in(page: str) -> list[str]:
    """What waits for someone, as their home page lists it."""
    return re.findall(r'<th scope="row" role="rowheader"><a [^>]*>([^<]*)<', page.partition("What is due</h2>")[0])


def test_the_home_page_lists_the_soonest_tasks_and_the_rest_a_page_at_a_time(ask: Ask) -> None:
    first = ask("/")
    (said,) = re.findall(r"([\d,]+) things", first)
    every = int(said.replace(",", ""))
    pages = -(-every // 20)
    assert every > 20 == len(waiting_in(first))
    assert f"1 to 20 of {every}, soonest first" in first
    assert "waits=2#waits" in first
    lists = [waiting_in(ask(f"/?waits={page}")) for page in range(1, pages + 1)]
    assert sum(len(one) for one in lists) == every
    assert f"of {every}, soonest first" in ask("/?waits=999")


def test_a_directors_home_shows_the_first_bodies_and_the_gravest_risks_and_leads_to_the_rest(ask: Ask) -> None:
    page = ask("/", "director")
    assert "Here are the first 8 of 33 bodies; all are on" in page
    assert len(re.findall(r"Not yet answered", page)) == 2 * 8
    assert re.search(r"Body 000, Body 001, Body 002 and 30 others can answer on any day\.", page)
    accepted = page.partition("Risks and issues at programme level")[2]
    assert "4 open risks and issues" in accepted
