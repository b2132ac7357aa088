"""One HTML document in, one tagged PDF/UA-1 file out, the same bytes every time.

The stylesheet and the fonts are parsed once for a process. Contents lists get their page numbers after the layout,
into boxes kept wide enough for them: asking the layout for them would make it run again and again.
"""

import atexit
import gc
import hashlib
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import pikepdf
import weasyprint
from weasyprint.formatting_structure import boxes
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from .assets import AssetRefused, Assets
from .characters import make_printable
from .tags import finish_tags
from .watch import Cancelled, Progress, Watch, listening

Sheet = Literal["print", "slides"]

_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?)?)?")
_SAFE_LINK = re.compile(r"(https?|mailto):", re.IGNORECASE)


class RenderError(Exception):
    """The document cannot be made into a PDF everyone can read; the sentence says why."""


@dataclass(frozen=True)
class Rendered:
    """A finished PDF.

    `page_of` has every anchor id of the HTML with its 1-based page; `remarks` are things worth a look
    (a link that was taken out, a character named in words), none of which spoil the file.
    """

    pdf: bytes
    pages: int
    page_of: Mapping[str, int]
    remarks: tuple[str, ...] = ()


class _Fetcher(URLFetcher):
    """Gives out data: and the named assets; stops the rendering at anything else."""

    def __init__(self, assets: Assets) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
        self.assets = assets
        self.refused: AssetRefused | None = None

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        scheme, _, name = url.partition(":")
        if scheme == "asset":
            found = self.assets.get(name)
            if found is not None:
                return URLFetcherResponse(url, found[0], {"Content-Type": found[1]})
            self._refuse(url, "which is not among its assets")
        if scheme != "data":
            self._refuse(url, "and only data: addresses and its own assets are open to it")
        try:
            return super().fetch(url, headers)
        except Exception:
            self._refuse(url, "which cannot be read")

    def _refuse(self, url: str, because: str) -> None:
        self.refused = AssetRefused(url, because)
        raise FatalURLFetchingError(str(self.refused))


class _Press:
    """The fonts and each stylesheet, parsed at its first use and kept for as long as the fonts are the same."""

    def __init__(self, fetcher: _Fetcher) -> None:
        self.fonts: Any = FontConfiguration()
        weasyprint.CSS(string=_written("fonts"), font_config=self.fonts, url_fetcher=fetcher)
        self._sheets: dict[str, Any] = {}
        self.owner = os.getpid()

    def sheet(self, name: Sheet) -> Any:
        """The parsed stylesheet of that name; it fetches nothing, so it is the same for whoever asks."""
        if name not in self._sheets:
            self._sheets[name] = weasyprint.CSS(string=_written(name), font_config=self.fonts)
        return self._sheets[name]

    def close(self) -> None:
        """Remove the unpacked fonts; a forked child leaves its parent's alone."""
        if self.owner == os.getpid():
            self.fonts.__del__()


_presses: dict[bytes, _Press] = {}
_one_at_a_time = threading.RLock()


def stylesheet(name: Sheet = "print") -> str:
    """The stylesheet of papers (`print`) or of slides, with the typeface of both."""
    return f"{_written('fonts')}\n{_written(name)}"


@cache
def _written(name: str) -> str:
    return (Path(__file__).parent / f"{name}.css").read_text(encoding="utf-8")


def _press(fetcher: _Fetcher) -> _Press:
    items = fetcher.assets.items.items()
    fonts = {name: content for name, (content, mime) in items if mime.startswith("font/")}
    digest = hashlib.sha256()
    for name in sorted(fonts):
        digest.update(name.encode() + b"\0" + hashlib.sha256(fonts[name]).digest())
    key = digest.digest()
    if key not in _presses:
        press = _Press(fetcher)
        atexit.register(press.close)
        _presses[key] = press
    return _presses[key]


@contextmanager
def _garbage_left_lying() -> Iterator[None]:
    """Layout makes millions of objects that all stay: looking for rubbish among them is most of the time lost."""
    was_on = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()


def render(
    html: str,
    *,
    assets: Assets,
    sheet: Sheet = "print",
    title_check: bool = True,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Rendered:
    """Make one PDF/UA-1 file of one HTML document.

    `sheet` is "print" for papers on A4, or "slides". The HTML needs `<html lang>`, a `<title>` and
    `<meta name="dcterms.created">` (the only clock there is); `title_check=False` lets a fragment without them pass,
    for tests. Raises AssetRefused, RenderError or
    RenderCancelled. One rendering runs at a time in a process.
    """
    watch = Watch(progress=progress, cancelled=cancelled)
    with _one_at_a_time, listening(watch), _garbage_left_lying():
        fetcher = _Fetcher(assets)
        try:
            return _render(html, fetcher, watch, sheet, title_check=title_check)
        except FatalURLFetchingError as stopped:
            raise fetcher.refused or RenderError(str(stopped)) from None
        except RecursionError:
            raise RenderError(
                "The document has boxes within boxes too many levels deep to be printed. Take some of the levels out."
            ) from None


def _render(html: str, fetcher: _Fetcher, watch: Watch, sheet: Sheet, *, title_check: bool) -> Rendered:
    watch.reached("reading the document")
    press = _press(fetcher)
    document, raw = _laid_out_and_painted(html, press, sheet, fetcher, watch, frozenset(), title_check=title_check)
    if watch.missing_characters:
        unknown = frozenset(watch.missing_characters)
        watch.missing_characters.clear()
        watch.faults.clear()
        watch.remarks.clear()
        document, raw = _laid_out_and_painted(html, press, sheet, fetcher, watch, unknown, title_check=title_check)
        watch.remarks.append(
            "No font here has "
            + ", ".join(f"U+{ord(character):04X}" for character in sorted(unknown)[:20])
            + (" and others" if len(unknown) > 20 else "")
            + "; each is named in words instead."
        )
    if watch.missing_characters:
        raise RenderError(
            "The document has characters no font here can show, in a place where they cannot be named in words: "
            + ", ".join(f"U+{ord(character):04X}" for character in sorted(watch.missing_characters))
            + ". Take them out of the document."
        )
    if watch.faults:
        raise RenderError(f"The document could not be printed whole: {'; '.join(dict.fromkeys(watch.faults))}.")
    watch.reached("writing the file", len(document.pages), len(document.pages))
    page_of: dict[str, int] = {}
    for number, page in enumerate(document.pages, start=1):
        for anchor in page.anchors:
            page_of.setdefault(anchor, number)
    return Rendered(_saved(raw), len(document.pages), MappingProxyType(page_of), tuple(dict.fromkeys(watch.remarks)))


def _laid_out_and_painted(
    html: str,
    press: _Press,
    sheet: Sheet,
    fetcher: _Fetcher,
    watch: Watch,
    unknown: frozenset[str],
    *,
    title_check: bool,
) -> tuple[Any, bytes]:
    # The base address belongs to no scheme of the web, so that a relative address stays one and is refused.
    source: Any = weasyprint.HTML(string=html, base_url="document:", url_fetcher=fetcher)
    root = source.etree_element
    if title_check:
        _require_title(root)
    make_printable(root, unknown)
    watch.remarks.extend(_without_dead_links(root))
    watch.reached("laying out pages")
    document: Any = source.render(font_config=press.fonts, stylesheets=[press.sheet(sheet)], pdf_variant="pdf/ua-1")
    _number_contents(document)
    watch.reached("painting", 0, len(document.pages))
    raw = document.write_pdf(pdf_variant="pdf/ua-1", uncompressed_pdf=True, finisher=finish_tags)
    if fetcher.refused is not None:  # WeasyPrint swallows even a fatal error from inside an SVG picture
        raise fetcher.refused
    return document, raw


def _require_title(root: Any) -> None:
    lang, title, created = root.get("lang"), root.findtext(".//head/title"), None
    for meta in root.iterfind(".//head/meta"):
        if meta.get("name") == "dcterms.created":
            created = meta.get("content")
    if not lang:
        raise RenderError("The document does not say its language: put lang on its html element.")
    if not title or not title.strip():
        raise RenderError("The document has no title: a reader with a screen reader hears its title first.")
    if not created or not _DATE.fullmatch(created):
        raise RenderError("The document does not say when it was made: give it a dcterms.created date (W3C form).")


def _without_dead_links(root: Any) -> list[str]:
    """Take out addresses a reader of the file could not follow, and say which; the words of the link stay."""
    known = {element.get("id") for element in root.iter() if element.get("id")}
    remarks = []
    for link in root.iter("a"):
        href = link.get("href")
        if href is None:
            continue
        leads = href[1:] in known if href.startswith("#") else bool(_SAFE_LINK.match(href))
        if not leads:
            del link.attrib["href"]
            remarks.append(f"The link to “{href[:100]}” leads nowhere from a printed file; its words were kept.")
    return remarks


def _number_contents(document: Any) -> None:
    """Write each `<… data-page-of="id">000</…>` box its page number, set flush right in the room kept for it."""
    page_of: dict[str, int] = {}
    for number, page in enumerate(document.pages, start=1):
        for anchor in page.anchors:
            page_of.setdefault(anchor, number)
    for page in document.pages:
        for box in page._page_box.descendants():
            if not isinstance(box, boxes.TextBox) or box.element is None:
                continue
            target = box.element.get("data-page-of")
            if target is None:
                continue
            if target not in page_of:
                raise RenderError(f"The contents list names “{target}”, which is nowhere in the document.")
            figures = str(page_of[target])
            kept = len(box.text)
            if len(figures) > kept:
                raise RenderError(f"Page {figures} does not fit the room of {kept} figures kept in the contents list.")
            # The figures of the stylesheet's contents list are all of one width.
            spare = box.width * (kept - len(figures)) / kept
            box.text = box.pango_layout.text = figures
            box.position_x += spare
            box.width -= spare


def _saved(raw: bytes) -> bytes:
    """Written anew by qpdf: what nothing refers to is dropped, and the identifier comes from the content."""
    out = BytesIO()
    with pikepdf.open(BytesIO(raw)) as pdf:
        pdf.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
        )
    return out.getvalue()
