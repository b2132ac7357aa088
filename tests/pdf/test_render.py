"""One HTML document becomes one file: whole, the same every time, and with nothing in it that was not handed in."""

import hashlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import page as validator
import pikepdf
import pytest

from app.pdf import (
    AssetRefused,
    Assets,
    RenderCancelled,
    Rendered,
    RenderError,
    all_text,
    check,
    facts,
    font_assets,
    page_texts,
    render,
)

ROOT = Path(__file__).parents[2]
PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def document(body: str, title: str = "A paper", created: str = "2015-11-04") -> str:
    return (
        f'<!doctype html><html lang="en-GB"><head><title>{title}</title><meta name="dcterms.created" '
        f'content="{created}"></head><body data-head-left="Body" data-head-right="Part 1" data-foot-left="Version 1">'
        f"<h1>{title}</h1>{body}</body></html>"
    )


def valid(pdf: bytes) -> list[str]:
    report = validator.validate_pdf_bytes(pdf, profile="ua1")
    return [f"{failure.rule_id}: {failure.message}" for failure in report.failures]


def test_a_whole_pack_passes_our_walk_and_the_validator(sample: Rendered) -> None:
    assert sample.pages >= 20
    assert check(sample.pdf) == []
    assert valid(sample.pdf) == []
    assert sample.remarks == ()


def test_the_contents_list_gives_the_pages_where_things_are(sample: Rendered) -> None:
    texts = page_texts(sample.pdf)
    contents = texts[sample.page_of["contents"] - 1].split("\n")
    for anchor, title in (("agenda", "Agenda"), ("workstream-3", "Mental health"), ("verification", "About this copy")):
        number = contents[contents.index(title) + 1]
        assert int(number) == sample.page_of[anchor]
        assert title in texts[int(number) - 1]


def test_every_page_says_whose_it_is_and_which_of_how_many(sample: Rendered) -> None:
    texts = page_texts(sample.pdf)
    assert len(texts) == sample.pages
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {sample.pages}" in text
        assert "Version 1, released 4 November 2015" in text
    assert "Riverside CCG Governing Body · 11 November 2015" in texts[1]


def test_only_our_own_fonts_are_in_an_english_pack(sample: Rendered) -> None:
    with pikepdf.open(io.BytesIO(sample.pdf)) as pdf:
        names = {
            str(thing.BaseFont)
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and "/BaseFont" in thing
        }
    assert names
    assert all("+Concord-Sans" in name for name in names)


_AGAIN = """
import hashlib, sys
from pathlib import Path
from app.pdf import font_assets, render
from tests.pdf.sample import CHART
html = sys.stdin.buffer.read().decode()
assets = font_assets(Path("app/static/vendor/fonts")).with_asset("chart.svg", CHART, "image/svg+xml")
print(hashlib.sha256(render(html, assets=assets).pdf).hexdigest())
"""


PIECES = """<h2>A table</h2><table><caption>Żółć</caption><tr><th scope="col">One</th><td><b>1</b></td></tr></table>
<p style="break-before: page"><i>Over</i> <a href="#there">there</a></p><img src="asset:chart.svg" alt="A chart">
<h2 id="there">There</h2>"""


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.long)], ids=["pieces", "whole-pack"])
def test_another_process_makes_the_same_bytes(request: pytest.FixtureRequest, assets: Assets, whole: bool) -> None:
    html: str = request.getfixturevalue("sample_html") if whole else document(PIECES)
    ran = subprocess.run(
        [sys.executable, "-c", _AGAIN],
        input=html.encode(),
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "271828", "TZ": "Asia/Tokyo", "PYTHONPATH": str(ROOT)},
    )
    assert ran.stdout.decode().strip() == facts(render(html, assets=assets).pdf).sha256


def test_the_second_rendering_in_a_process_is_the_same_as_the_first(assets: Assets) -> None:
    html = document("<p>One paragraph, said once.</p>")
    first = render(html, assets=assets).pdf
    render(document("<p>Something else — Żółć — between.</p>"), assets=assets)
    assert render(html, assets=assets).pdf == first


def test_the_date_in_the_file_is_the_date_of_the_document(assets: Assets) -> None:
    made = render(document("<p>x</p>", created="2015-11-04T17:12:00Z"), assets=assets).pdf
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert str(pdf.docinfo.CreationDate).startswith("D:20151104171200")
        assert "/ModDate" not in pdf.docinfo


@pytest.mark.parametrize(
    "body",
    [
        '<img src="http://example.invalid/a.png" alt="a">',
        '<img src="https://example.invalid/a.png" alt="a">',
        '<img src="file:///etc/passwd" alt="a">',
        '<img src="FILE:///etc/passwd" alt="a">',
        '<img src="/etc/passwd" alt="a">',
        '<img src="chart.png" alt="a">',
        '<img src="//example.invalid/a.png" alt="a">',
        '<img src="asset:unknown.png" alt="a">',
        '<img src="asset:../secret" alt="a">',
        '<p style="background: url(http://example.invalid/a.png)">x</p>',
        '<style>@import "http://example.invalid/a.css";</style>',
        '<style>@font-face{font-family:x;src:url("file:///etc/x.ttf")}</style><p style="font-family:x">x</p>',
        '<link rel="stylesheet" href="http://example.invalid/a.css">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<object data="file:///etc/passwd">x</object>',
        '<embed src="file:///etc/passwd">',
        '<base href="http://example.invalid/"><img src="a.png" alt="a">',
        '<img alt=a src=\'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        '<image href="file:///etc/passwd" width="9" height="9"/></svg>\'>',
    ],
)
def test_a_document_that_asks_for_anything_else_is_not_made(body: str, assets: Assets) -> None:
    with pytest.raises(AssetRefused) as refused:
        render(document(body), assets=assets)
    assert refused.value.url in str(refused.value)
    assert "asset" in str(refused.value)


def test_assets_and_data_addresses_are_open_to_it(assets: Assets) -> None:
    made = render(document(f'<img src="{PNG}" alt="A dot"><img src="asset:chart.svg" alt="A chart">'), assets=assets)
    assert check(made.pdf) == []
    assert valid(made.pdf) == []


def test_a_font_that_was_not_handed_in_stops_the_build() -> None:
    with pytest.raises(AssetRefused, match="source-sans-3-latin-400-normal"):
        render(document("<p>x</p>"), assets=Assets())


def test_missing_font_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"source-sans-3-latin-400-normal\.woff2 is not in"):
        font_assets(tmp_path)


def test_a_picture_that_cannot_be_read_stops_the_build(assets: Assets) -> None:
    broken = assets.with_asset("broken.png", b"not a picture", "image/png")
    with pytest.raises(RenderError, match=r"broken\.png"):
        render(document('<img src="asset:broken.png" alt="a">'), assets=broken)


def test_a_picture_without_words_stops_the_build(assets: Assets) -> None:
    with pytest.raises(RenderError, match="alt"):
        render(document('<img src="asset:chart.svg">'), assets=assets)


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        (document("x", title=" "), "no title"),
        (document("x").replace(' lang="en-GB"', ""), "language"),
        (document("x", created="yesterday"), "when it was made"),
    ],
)
def test_a_document_says_its_title_its_language_and_its_date(html: str, sentence: str, assets: Assets) -> None:
    with pytest.raises(RenderError, match=sentence):
        render(html, assets=assets)


def test_a_contents_list_that_names_what_is_not_there_stops_the_build(assets: Assets) -> None:
    with pytest.raises(RenderError, match="“nowhere”"):
        render(document('<p class="entry-page" data-page-of="nowhere">0000</p>'), assets=assets)


@pytest.mark.parametrize(
    "href", ["#nowhere", "javascript:alert(1)", "file:///etc/passwd", "other.html", "data:text/html,x"]
)
def test_a_link_that_leads_nowhere_keeps_its_words_and_is_reported(href: str, assets: Assets) -> None:
    made = render(document(f'<p>See <a href="{href}">the words</a>.</p>'), assets=assets)
    assert len(made.remarks) == 1
    assert "the words" in page_texts(made.pdf)[0]
    assert check(made.pdf) == []
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        assert "/Annots" not in pdf.pages[0].obj


def test_a_link_is_described_by_its_words(assets: Assets) -> None:
    made = render(document('<p><a href="#x">The plan for  winter</a></p><p id="x">Here.</p>'), assets=assets)
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        assert [str(link.Contents) for link in pdf.pages[0].obj.Annots] == ["The plan for winter"]


def test_progress_moves_and_names_each_step(assets: Assets) -> None:
    heard: list[tuple[str, int, int]] = []
    render(document("<p>x</p>" * 200), assets=assets, progress=lambda *step: heard.append(step))
    assert [step[0] for step in heard if step[1] == 0] == ["reading the document", "laying out pages", "painting"]
    assert [done for phase, done, _ in heard if phase == "laying out pages"][:3] == [0, 1, 2]
    assert heard[-1][0] == "writing the file"


@pytest.mark.parametrize("after", [0, 1, 3, 5])
def test_a_cancelled_rendering_stops_in_the_middle_of_the_layout(after: int, assets: Assets) -> None:
    asked = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) > after

    with pytest.raises(RenderCancelled):
        render(document("<p>x</p>" * 400), assets=assets, cancelled=cancelled)
    assert len(asked) == after + 1


def test_boxes_too_deep_to_print_are_refused_in_a_sentence(assets: Assets) -> None:
    with pytest.raises(RenderError, match="too many levels deep"):
        render(document("<div>" * 900 + "x"), assets=assets)
    assert check(render(document("<p>x</p>"), assets=assets).pdf) == []


HOSTILE = {
    "a word of 100,000 letters": "<p>" + "a" * 100_000 + "</p>",
    "a paragraph of 100,000 characters": "<p>" + "word " * 20_000 + "</p>",
    "a cell with a word of 20,000 letters": "<table><tr><th scope=row>" + "w" * 20_000 + "</th><td>x</td></tr></table>",
    "right to left": "<p>" + "שלום עולם مرحبا بالعالم (abc 123) " * 100 + "</p>",
    "emoji": "<p>" + "😀 👩‍👩‍👧 ✅ " * 50 + "🧿" * 1000 + "</p>",
    "no width": "<p>" + "a\u200b\u200d\ufeff" * 2000 + "\u202eback\u202c" + "\u200b" * 5000 + "</p>",
    "control characters": "<p>a&#1;b\x0bc\x00d\ue000e&#xfffe;</p>",
    "marks on marks": "<p>a" + "\u0301" * 2000 + "</p>",
    "no break": "<p>" + "\u00a0" * 2000 + "a\u00a0b" * 4000 + "</p>",
    "no font": "<p>" + "漢字" * 500 + "</p>",
    "deep lists": "<ul><li>" * 60 + "x",
    "deep boxes": "<div>" * 100 + "x",
    "text in no paragraph": "text <b>bold</b><div>text</div><section>text<p>p</p>text</section>",
    "empty things": "<p></p><ul></ul><ul><li></li></ul><table><tr><th scope=row>a</th><td></td></tr></table><h2></h2>",
    "links in lists": '<ul><li><a href="#x">x</a></li><li id="x"><a href="#x" style="display:block">y</a></li></ul>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_printed_and_can_be_read(name: str, assets: Assets) -> None:
    made = render(document(HOSTILE[name]), assets=assets)
    assert check(made.pdf) == []
    assert valid(made.pdf) == []


def test_a_character_no_font_has_is_named_in_words(assets: Assets) -> None:
    made = render(document("<p>Before \U0001f9ff after, and \ue000.</p><p>" + "漢" * 50 + "</p>"), assets=assets)
    text = " ".join(page_texts(made.pdf)[0].split())
    assert "Before [character U+1F9FF, nazar amulet] after, and [character U+E000]." in text
    assert "[and 47 more characters that no font here can show]" in text
    assert len(made.remarks) == 1
    assert "U+1F9FF" in made.remarks[0]


def test_a_long_word_keeps_its_letters(assets: Assets) -> None:
    word = "".join(hashlib.sha256(str(n).encode()).hexdigest() for n in range(40))
    made = render(document(f"<p>{word}</p>"), assets=assets)
    assert word in re.sub(r"[\s\u200b]", "", page_texts(made.pdf)[0])


def test_text_of_people_is_not_markup_to_the_reader_of_the_file(assets: Assets) -> None:
    made = render(document("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"), assets=assets)
    assert "<script>alert(1)</script>" in page_texts(made.pdf)[0]
    assert "/JavaScript" not in all_text(made.pdf)
