"""What is in a file can be found in it, wherever it hides."""

import io

import pikepdf

from app.pdf import Assets, Facts, Rendered, all_text, facts, page_texts, render
from tests.pdf.test_render import document

CANARY = "quillwort7719"


def test_facts_are_those_of_the_bytes(sample: Rendered) -> None:
    found = facts(sample.pdf)
    assert isinstance(found, Facts)
    assert (found.pages, found.size) == (sample.pages, len(sample.pdf))
    assert len(found.sha256) == 64


def test_words_are_found_on_their_page(sample: Rendered) -> None:
    texts = page_texts(sample.pdf)
    assert "The Governing Body is asked to:" in texts[sample.page_of["paper-1"] - 1]
    assert "Łucja Żak" in texts[sample.page_of["workstream-2"] - 1]


def test_a_word_is_found_on_a_page_that_was_taken_out(assets: Assets) -> None:
    made = render(document(f'<p>Public.</p><p style="break-before: page">{CANARY}</p>'), assets=assets).pdf
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as pdf:
        del pdf.pages[1]
        pdf.save(out)
    assert len(page_texts(out.getvalue())) == 1
    assert CANARY in all_text(out.getvalue())


def test_a_word_is_found_in_title_link_picture_outline_and_attachment(assets: Assets) -> None:
    clean = render(document("<p>Public.</p>"), assets=assets).pdf
    assert CANARY not in all_text(clean)
    for body, title in (
        ("<p>x</p>", CANARY),
        (f'<p><a href="https://example.org/{CANARY}">x</a></p>', "t"),
        (f'<img src="asset:chart.svg" alt="{CANARY}">', "t"),
        (f"<h2 style=\"bookmark-label: '{CANARY}'\">x</h2>", "t"),
        (f'<p id="{CANARY}">x</p>', "t"),
        (f"<table><tr><th scope=row>a</th><td>{CANARY[:5]}<b>{CANARY[5:]}</b></td></tr></table>", "t"),
    ):
        assert CANARY in all_text(render(document(body, title=title), assets=assets).pdf), body
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(clean)) as pdf:
        pdf.attachments["a.txt"] = f"see {CANARY}".encode()
        pdf.save(out)
    assert CANARY in all_text(out.getvalue())


def test_a_word_left_in_an_earlier_revision_is_found(assets: Assets) -> None:
    made = render(document(f"<p>{CANARY}</p>"), assets=assets).pdf
    clean = render(document("<p>Public.</p>"), assets=assets).pdf
    assert CANARY in all_text(made)
    assert CANARY in all_text(clean + b"\n% " + CANARY.encode())


def test_a_word_broken_over_two_lines_is_found(assets: Assets) -> None:
    made = render(document(f'<p style="width: 9mm">{CANARY}</p>'), assets=assets).pdf
    assert CANARY not in page_texts(made)[0]
    assert CANARY in all_text(made)


def test_a_word_in_two_fonts_is_found_in_a_file_put_together_from_several(assets: Assets) -> None:
    """Fonts of different documents go by the same names: no page says in which of them its words are."""
    bodies = ("<p>Public.</p>", "<p>Public, <b>and bold.</b></p>", f"<p>{CANARY[:5]}<b>{CANARY[5:]}</b></p>")
    out = io.BytesIO()
    with pikepdf.new() as together:
        for body in bodies:
            with pikepdf.open(io.BytesIO(render(document(body), assets=assets).pdf)) as one:
                together.pages.extend(one.pages)
        together.save(out)
    assert CANARY in all_text(out.getvalue())
