"""A page break tears nothing apart for those who hear the paper instead of seeing it."""

import io
from typing import Any

import pikepdf

from app.pdf import Assets, render
from tests.pdf.test_render import document


def outline_of(element: Any) -> list[Any]:
    """Tags as nested lists: ["Table", ["TBody", …]]; content is left out."""
    kids = element.get("/K", [])
    kids = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    return [
        str(element.S)[1:],
        *(outline_of(kid) for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid),
    ]


def tree(body: str, assets: Assets) -> tuple[int, list[Any]]:
    made = render(document(body), assets=assets)
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        return made.pages, outline_of(pdf.Root.StructTreeRoot.K[0])[2:]


def test_a_table_over_many_pages_is_one_table_with_one_head(assets: Assets) -> None:
    rows = "".join(f"<tr><th scope=row>{n}</th><td>x</td></tr>" for n in range(150))
    head = "<thead><tr><th scope=col>a</th><th scope=col>b</th></tr></thead>"
    pages, found = tree(f"<table><caption>c</caption>{head}<tbody>{rows}</tbody></table>", assets)
    assert pages > 3
    assert [each[0] for each in found] == ["Table"]
    assert [each[0] for each in found[0][1:]] == ["Caption", "THead", "TBody"]
    assert len(found[0][3][1:]) == 150


def test_a_paragraph_over_two_pages_is_one_paragraph(assets: Assets) -> None:
    pages, found = tree("<p>" + "word " * 1500 + "</p><p>Next.</p>", assets)
    assert pages == 2
    assert found == [["P"], ["P"]]


def test_paragraphs_that_end_with_the_page_stay_two(assets: Assets) -> None:
    pages, found = tree('<p>One.</p><p style="break-before: page">Two.</p>', assets)
    assert pages == 2
    assert found == [["P"], ["P"]]


def test_a_section_with_a_list_over_pages_is_one_section_with_one_list(assets: Assets) -> None:
    items = "<li>" + "word " * 90 + "</li>"
    pages, found = tree(f"<section><ul>{items * 30}</ul></section><section><p>x</p></section>", assets)
    assert pages > 2
    assert [each[0] for each in found] == ["Sect", "Sect"]
    assert [each[0] for each in found[0][1:]] == ["L"]
    assert len(found[0][1][1:]) == 30
    assert all([kid[0] for kid in item[1:]] == ["Lbl", "LBody"] for item in found[0][1][1:])


def test_a_row_that_is_torn_is_one_row(assets: Assets) -> None:
    row = "<tr class=long><th scope=row>a</th><td>" + "word " * 1200 + "</td></tr>"
    pages, found = tree(f"<table><tbody>{row}</tbody></table>", assets)
    assert pages > 1
    assert [each[0] for each in found] == ["Table"]
    assert [each[0] for each in found[0][1][1:]] == ["TR"]
    assert [each[0] for each in found[0][1][1][1:]] == ["TH", "TD"]


def test_headers_and_footers_are_furniture(assets: Assets) -> None:
    made = render(document("<p>x</p>"), assets=assets)
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        instructions = pikepdf.parse_content_stream(pdf.pages[0], "BDC BMC")
        marks = [str(next(iter(instruction.operands))) for instruction in instructions]
        assert marks.count("/Artifact") >= 4
        assert len(list(pdf.Root.StructTreeRoot.K[0].K)) == 2


def test_a_header_cell_says_what_it_is_for(assets: Assets) -> None:
    head = "<thead><tr><th>a</th><th scope=col>b</th></tr></thead>"
    body = f"<table>{head}<tbody><tr><th>c</th><td>d</td></tr></tbody></table>"
    made = render(document(body), assets=assets)
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        scopes = [
            str(thing.A.Scope)
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == pikepdf.Name.TH
        ]
    assert sorted(scopes) == ["/Column", "/Column", "/Row"]


def test_a_picture_is_where_the_tree_says_it_is(assets: Assets) -> None:
    made = render(
        document('<p><img src="asset:chart.svg" alt="A chart" style="width: 96px; height: 48px"></p>'), assets=assets
    )
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        figure = next(
            thing
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == pikepdf.Name.Figure
        )
        left, bottom, right, top = (float(number) for number in figure.A.BBox)
        height = float(pdf.pages[0].mediabox[3])
    assert round(right - left) == 72
    assert round(top - bottom) == 36
    assert height / 2 < bottom < height
