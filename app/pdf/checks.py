"""Can everyone read this file? The questions of PDF/UA-1 a machine can answer, asked by walking the file.

A validator alone once passed a file in which half the headings could not be reached; so this walks from the pages to
the tree and from the tree to the pages, and both must meet.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from typing import Any

import pikepdf
from pikepdf import Name

_PAINTING = "BDC BMC EMC Tj TJ ' \" S s f F f* B B* b b* sh Do EI"
_MARKING = frozenset({"BDC", "BMC", "EMC"})
_UA_PART = re.compile(rb"pdfuaid:part\s*(=\s*[\"']|>\s*)1\b")
_HEADING = re.compile(r"H([1-6])")
_STANDARD_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


@dataclass
class _Walked:
    """What the structure tree says, before it is held against the pages."""

    contents: dict[tuple[int, int], int] = field(default_factory=dict)
    annotations: dict[tuple[int, int], str] = field(default_factory=dict)
    headings: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def check(pdf: bytes) -> list[str]:
    """Every way in which the file is not readable by everyone, a sentence each; none for a good file."""
    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            return list(dict.fromkeys(_problems(opened)))
    except pikepdf.PdfError as broken:
        return [f"The file cannot be opened as a PDF: {broken}."]


def _problems(pdf: pikepdf.Pdf) -> Iterator[str]:
    yield from _document_problems(pdf)
    root = pdf.Root
    if "/StructTreeRoot" not in root:
        yield "The file has no structure tree: a screen reader finds no headings, lists or tables in it."
        return
    page_of = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
    walked = _Walked()
    _walk(root.StructTreeRoot, page_of, walked)
    yield from walked.problems
    yield from _heading_problems(walked.headings)
    parents = dict(_number_tree(root.StructTreeRoot.get("/ParentTree")))
    destinations = _named_destinations(pdf)
    for number, page in enumerate(pdf.pages, start=1):
        yield from _page_problems(number, page, walked, parents)
        yield from _link_problems(number, page, walked, destinations)
    if walked.headings and len(pdf.pages) > 1 and "/Outlines" not in root:
        yield "The file has headings but no outline to move about by."
    yield from _font_problems(pdf)


def _document_problems(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    if not str(root.get("/Lang", "")):
        yield "The file does not say what language it is in."
    if not _truth(root.get("/MarkInfo"), "/Marked"):
        yield "The file does not say that it is tagged (MarkInfo)."
    if not _truth(root.get("/ViewerPreferences"), "/DisplayDocTitle"):
        yield "The file shows its file name, not its title, at the top of the window."
    metadata = root.Metadata.read_bytes() if "/Metadata" in root else b""
    if not _UA_PART.search(metadata):
        yield "The metadata do not say that the file follows PDF/UA-1."
    if b"dc:title" not in metadata or not str(pdf.docinfo.get("/Title", "")):
        yield "The file has no title."


def _truth(holder: Any, key: str) -> bool:
    return holder is not None and holder.get(key) is True


def _walk(root: Any, page_of: dict[tuple[int, int], int], walked: _Walked) -> None:
    seen: set[tuple[int, int]] = set()
    stack: list[tuple[Any, str, int, tuple[int, int]]] = []

    def push(parent: Any, tag: str, page: int) -> None:
        kids = parent.get("/K")
        if kids is None:
            return
        for kid in reversed(list(kids)) if isinstance(kids, pikepdf.Array) else [kids]:
            stack.append((kid, tag, page, parent.objgen))

    push(root, "", 0)
    while stack:
        kid, parent_tag, page, parent_id = stack.pop()
        if isinstance(kid, int):
            _hold(walked, page, kid, parent_id[0])
            continue
        kind = str(kid.get("/Type", "/StructElem"))
        if kind in ("/MCR", "/OBJR"):
            if "/Pg" in kid:
                page = page_of.get(kid.Pg.objgen, 0)
            if kind == "/MCR":
                _hold(walked, page, int(kid.MCID), parent_id[0])
            else:
                walked.annotations[kid.Obj.objgen] = parent_tag
            continue
        if kid.objgen in seen:
            walked.problems.append("The structure tree holds the same element twice, so it has no one order.")
            continue
        seen.add(kid.objgen)
        tag = str(kid.get("/S", "/"))[1:]
        if "/P" not in kid or kid.P.objgen != parent_id:
            walked.problems.append(f"A {tag} element does not name the element it stands in as its parent.")
        if "/Pg" in kid:
            page = page_of.get(kid.Pg.objgen, 0)
            if page == 0:
                walked.problems.append(f"A {tag} element points to a page that is not in the file.")
        _element_problems(kid, tag, parent_tag, page, walked)
        push(kid, tag, page)


def _hold(walked: _Walked, page: int, mcid: int, holder: int) -> None:
    if (page, mcid) in walked.contents:
        walked.problems.append(f"Content {mcid} of page {page} stands twice in the structure tree.")
    walked.contents[page, mcid] = holder


def _element_problems(element: Any, tag: str, parent: str, page: int, walked: _Walked) -> None:
    problem = walked.problems.append
    heading = _HEADING.fullmatch(tag)
    if heading:
        walked.headings.append(int(heading[1]))
        if "/K" not in element or not len(element.K):
            problem(f"A heading on page {page} has no words.")
    elif tag == "Figure":
        if not str(element.get("/Alt", "")).strip() and not str(element.get("/ActualText", "")).strip():
            problem(f"A picture on page {page} has no words for those who cannot see it.")
    elif tag == "Table":
        if not any(True for _ in _header_cells(element)):
            problem(f"A table on page {page} has no header cells.")
    elif tag == "TH":
        attributes = element.get("/A")
        lists = list(attributes) if isinstance(attributes, pikepdf.Array) else [attributes] if attributes else []
        if not any(isinstance(each, pikepdf.Dictionary) and "/Scope" in each for each in lists):
            problem(f"A header cell on page {page} does not say whether it is for its row or its column.")
    elif tag == "LI" and parent != "L":
        problem(f"A list item on page {page} stands outside a list.")
    elif tag in ("LBody", "Lbl") and parent != "LI" and not (tag == "Lbl" and parent == "Note"):
        problem(f"The body of a list item on page {page} stands outside a list item.")
    elif tag == "TR" and parent not in ("Table", "THead", "TBody", "TFoot"):
        problem(f"A table row on page {page} stands outside a table.")
    if tag in ("TD", "TH") and parent != "TR":
        problem(f"A table cell on page {page} stands outside a row.")


def _header_cells(table: Any) -> Iterator[Any]:
    stack = [table]
    while stack:
        element = stack.pop()
        kids = element.get("/K")
        for kid in list(kids) if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary):
                tag = kid.get("/S")
                if tag == Name.TH:
                    yield kid
                elif tag in (Name.TR, Name.THead, Name.TBody, Name.TFoot):
                    stack.append(kid)


def _heading_problems(headings: list[int]) -> Iterator[str]:
    if headings and headings[0] != 1:
        yield f"The first heading is of level {headings[0]}; the first must be of level 1."
    for above, below in pairwise(headings):
        if below > above + 1:
            yield f"A heading of level {above} is followed by one of level {below}: a level is skipped."


def _number_tree(node: Any) -> Iterator[tuple[int, Any]]:
    if node is None:
        return
    numbers = node.get("/Nums")
    if numbers is not None:
        for i in range(0, len(numbers) - 1, 2):
            yield int(numbers[i]), numbers[i + 1]
    for kid in node.get("/Kids", []):
        yield from _number_tree(kid)


def _page_problems(number: int, page: pikepdf.Page, walked: _Walked, parents: dict[int, Any]) -> Iterator[str]:
    if page.obj.get("/Tabs") != Name.S:
        yield f"The tab key does not follow the reading order on page {number}."
    holders = parents.get(int(page.obj.get("/StructParents", -1)))
    open_marks: list[str] = []
    on_page: set[int] = set()
    for instruction in pikepdf.parse_content_stream(page, _PAINTING):
        operands: Any = instruction.operands
        name = str(instruction.operator)
        if name not in _MARKING:
            if not open_marks and name != "Do":
                yield f"Something on page {number} is neither in the structure tree nor marked as furniture of it."
            elif not open_marks:
                yield f"A picture on page {number} is neither in the structure tree nor marked as furniture."
            continue
        if name == "EMC":
            if open_marks:
                open_marks.pop()
            continue
        mark = str(operands[0])[1:]
        mcid = None
        if name == "BDC" and isinstance(operands[1], pikepdf.Dictionary):
            found = operands[1].get("/MCID")
            mcid = None if found is None else int(found)
        if mcid is None:
            open_marks.append("artifact" if mark == "Artifact" else open_marks[-1] if open_marks else "unheld")
            if open_marks[-1] == "unheld":
                yield f"A run of content on page {number} is marked but stands nowhere in the structure tree."
            elif mark == "Artifact" and len(open_marks) > 1 and open_marks[-2] == "content":
                yield f"Furniture of page {number} stands inside content."
            continue
        if open_marks and open_marks[-1] == "artifact":
            yield f"Content of page {number} stands inside furniture of the page."
        open_marks.append("content")
        if mcid in on_page:
            yield f"Two runs of content on page {number} have the same number, {mcid}."
        on_page.add(mcid)
        holder = walked.contents.get((number, mcid))
        if holder is None:
            yield f"Content {mcid} on page {number} cannot be reached from the structure tree."
        elif (
            not isinstance(holders, pikepdf.Array)
            or mcid >= len(holders)
            or not isinstance(holders[mcid], pikepdf.Dictionary)
            or holders[mcid].objgen[0] != holder
        ):
            yield f"Content {mcid} on page {number} names another element than the one that holds it."
    missing = sum(1 for page_number, mcid in walked.contents if page_number == number and mcid not in on_page)
    if missing:
        yield f"The structure tree names {missing} runs of content that are not on page {number}."


def _link_problems(number: int, page: pikepdf.Page, walked: _Walked, destinations: frozenset[bytes]) -> Iterator[str]:
    for annotation in page.obj.get("/Annots", []):
        subtype = str(annotation.get("/Subtype", ""))
        if subtype == "/Link" and not str(annotation.get("/Contents", "")).strip():
            yield f"A link on page {number} has no words that say where it leads."
        if subtype == "/Link" and walked.annotations.get(annotation.objgen) != "Link":
            yield f"A link on page {number} cannot be reached from the structure tree."
        elif subtype not in ("/Link", "/Popup") and annotation.objgen not in walked.annotations:
            yield f"An annotation on page {number} cannot be reached from the structure tree."
        target = annotation.get("/Dest")
        if isinstance(target, pikepdf.String) and bytes(target) not in destinations:
            yield f"A link on page {number} leads to a place that is not in the file."


def _named_destinations(pdf: pikepdf.Pdf) -> frozenset[bytes]:
    names = pdf.Root.get("/Names")
    found: set[bytes] = set()
    stack = [names.Dests] if names is not None and "/Dests" in names else []
    while stack:
        node = stack.pop()
        flat: Any = node.get("/Names", [])
        found.update(bytes(flat[i]) for i in range(0, len(flat), 2))
        stack.extend(node.get("/Kids", []))
    return frozenset(found)


def _font_problems(pdf: pikepdf.Pdf) -> Iterator[str]:
    for thing in pdf.objects:
        if not isinstance(thing, pikepdf.Dictionary) or thing.get("/Type") != Name.Font:
            continue
        if thing.get("/Subtype") in (Name.Type0, Name.Type3):
            continue
        descriptor = thing.get("/FontDescriptor")
        if descriptor is None or not any(key in descriptor for key in _STANDARD_FONT_FILES):
            yield f"The font {str(thing.get('/BaseFont', '/without a name'))[1:]} is not in the file."
