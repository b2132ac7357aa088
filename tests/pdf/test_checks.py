"""The gate sees each fault it is there for: every one is planted in a good file."""

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from app.pdf import Rendered, check


def planted(pdf: bytes, fault: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        fault(opened)
        opened.save(out)
    return out.getvalue()


def elements(pdf: pikepdf.Pdf, tag: str) -> list[Any]:
    return [
        thing
        for thing in pdf.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == Name(f"/{tag}") and "/P" in thing
    ]


def no_language(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Lang


def not_marked(pdf: pikepdf.Pdf) -> None:
    pdf.Root.MarkInfo.Marked = False


def file_name_shown(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.ViewerPreferences


def no_ua(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Metadata.write(pdf.Root.Metadata.read_bytes().replace(b"pdfuaid:part", b"pdfuaid:none"))


def no_title(pdf: pikepdf.Pdf) -> None:
    del pdf.docinfo["/Title"]


def no_tree(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot


def no_outline(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Outlines


def heading_lost(pdf: pikepdf.Pdf) -> None:
    heading = elements(pdf, "H2")[3]
    heading.P.K = Array(
        [kid for kid in heading.P.K if not (isinstance(kid, Dictionary) and kid.objgen == heading.objgen)]
    )


def level_skipped(pdf: pikepdf.Pdf) -> None:
    elements(pdf, "H2")[2].S = Name.H5


def first_heading_low(pdf: pikepdf.Pdf) -> None:
    elements(pdf, "H1")[0].S = Name.H2


def picture_without_words(pdf: pikepdf.Pdf) -> None:
    del elements(pdf, "Figure")[0].Alt


def table_without_headers(pdf: pikepdf.Pdf) -> None:
    for cell in elements(pdf, "TH"):
        cell.S = Name.TD


def header_without_scope(pdf: pikepdf.Pdf) -> None:
    del elements(pdf, "TH")[0].A


def link_without_words(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].obj.Annots[0].Contents = String("")


def link_lost(pdf: pikepdf.Pdf) -> None:
    link = elements(pdf, "Link")[0]
    link.K = Array([kid for kid in link.K if isinstance(kid, int)])


def link_to_nowhere(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].obj.Annots[0].Dest = String("nowhere")


def content_unmarked(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].contents_add(b"BT ET 0 0 10 10 re f", prepend=False)


def orphan_tag(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].contents_add(b"/P <</MCID 9999>> BDC 0 0 10 10 re f EMC", prepend=False)


def same_number_twice(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].contents_add(b"/P <</MCID 2>> BDC 0 0 10 10 re f EMC", prepend=False)


def wrong_way_back(pdf: pikepdf.Pdf) -> None:
    holders = pdf.Root.StructTreeRoot.ParentTree.Nums[3]
    holders[3] = holders[9]


def page_gone(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[5]


def tab_order_lost(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[0].obj.Tabs


def item_outside_list(pdf: pikepdf.Pdf) -> None:
    elements(pdf, "L")[0].S = Name.Sect


def font_outside(pdf: pikepdf.Pdf) -> None:
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == Name.FontDescriptor:
            for key in ("/FontFile2", "/FontFile3"):
                if key in thing:
                    del thing[key]


FAULTS: list[tuple[Callable[[pikepdf.Pdf], None], str]] = [
    (no_language, "what language"),
    (not_marked, "tagged"),
    (file_name_shown, "file name, not its title"),
    (no_ua, "PDF/UA-1"),
    (no_title, "no title"),
    (no_tree, "no structure tree"),
    (no_outline, "no outline"),
    (heading_lost, "cannot be reached from the structure tree"),
    (level_skipped, "a level is skipped"),
    (first_heading_low, "first heading"),
    (picture_without_words, "no words for those who cannot see it"),
    (table_without_headers, "no header cells"),
    (header_without_scope, "row or its column"),
    (link_without_words, "no words that say where it leads"),
    (link_lost, "A link on page 2 cannot be reached"),
    (link_to_nowhere, "leads to a place that is not in the file"),
    (content_unmarked, "neither in the structure tree nor marked as furniture"),
    (orphan_tag, "Content 9999 on page 2 cannot be reached"),
    (same_number_twice, "have the same number"),
    (wrong_way_back, "names another element"),
    (page_gone, "a page that is not in the file"),
    (tab_order_lost, "tab key"),
    (item_outside_list, "outside a list"),
    (font_outside, "is not in the file"),
]


@pytest.mark.parametrize(("fault", "sentence"), FAULTS, ids=[fault.__name__ for fault, _ in FAULTS])
def test_a_planted_fault_is_seen(fault: Callable[[pikepdf.Pdf], None], sentence: str, sample: Rendered) -> None:
    problems = check(planted(sample.pdf, fault))
    assert any(sentence in problem for problem in problems), problems


def test_a_file_that_is_only_written_anew_is_still_good(sample: Rendered) -> None:
    assert check(planted(sample.pdf, lambda pdf: None)) == []


def test_what_is_no_pdf_is_refused_in_a_sentence() -> None:
    assert check(b"Dear all, papers to follow.")[0].startswith("The file cannot be opened as a PDF")
    assert check(b"")[0].startswith("The file cannot be opened as a PDF")
