"""The structure tree as a reader needs it: one tree for the document, not one for each page.

WeasyPrint tags page by page and box by box. Here, before the file is written, the tree is read, what a page break
tore apart is joined, headers and footers and repeated table heads become artifacts, and boxes that mean nothing go.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Union

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

_POINTS_PER_PIXEL = 0.75
_MEANINGLESS = frozenset({"NonStruct", "Div", "Span"})
_GROUPING = frozenset({"Document", "Part", "Art", "Sect", "Div", "BlockQuote"})
_INLINE = frozenset({"Link", "Span", "NonStruct"})
_MAY_BE_EMPTY = frozenset({"TD", "TH"})
_TAG_OF = {
    "section": "Sect", "article": "Art", "main": "Part", "blockquote": "BlockQuote", "p": "P", "a": "Link",
    "ul": "L", "ol": "L", "dl": "L", "li": "LI", "dt": "LBody", "dd": "LBody", "table": "Table",
    "tbody": "TBody", "tr": "TR", "td": "TD", "th": "TH",
}  # fmt: skip


@dataclass(frozen=True)
class _Content:
    """A run of marked content on a page (both counted from 0)."""

    page: int
    mcid: int


@dataclass(frozen=True)
class _Annotation:
    """A reference to an annotation: the number of its OBJR object."""

    number: int
    page: int


_Kid = Union["_Node", _Content, _Annotation]


@dataclass
class _Node:
    """A structure element while it is being put in order."""

    tag: str
    source: Any
    page: int
    kids: list[_Kid] = field(default_factory=list)


def finish_tags(document: Any, pdf: Any) -> None:
    """Finisher for WeasyPrint's write_pdf: puts the tags of the pydyf document right, in place."""
    _name_links(document)
    _give_headers_their_scope(document)
    root = _objects(pdf, pdf.catalog["StructTreeRoot"])
    page_numbers = {number: page for page, number in enumerate(pdf.pages["Kids"][::3])}
    tree = _read(pdf, _objects(pdf, root["K"][0]), page_numbers, 0)
    _place_figures(pdf, tree)
    _put_in_order(tree)
    _join_across_pages(document, tree)
    _write(pdf, root, tree)
    pdf.catalog["PageMode"] = "/UseOutlines"


def _objects(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split(b" ", 1)[0])]


def _name_links(document: Any) -> None:
    """A link's description is its words, not the name of the place it leads to."""
    for page in document.pages:
        for kind, _target, _rectangle, box in page.links:
            if kind in ("internal", "external") and box.element is not None:
                words = " ".join("".join(box.element.itertext()).split())
                words = words or " ".join(image.get("alt", "") for image in box.element.iter("img")).strip()
                if words:
                    box.link_annotation["Contents"] = pydyf.String(words)


def _give_headers_their_scope(document: Any) -> None:
    """Scope says which cells a header is for; WeasyPrint's lists of header ids would need an id tree."""
    for page in document.pages:
        for box, in_head in _cells(page._page_box, False):
            attributes = box.mark["A"]
            attributes.pop("Headers", None)
            box.mark.pop("ID", None)
            if box.element is not None and box.element_tag == "th":
                scope = box.element.get("scope") or ("col" if in_head else "row")
                attributes["Scope"] = "/Row" if scope in ("row", "rowgroup") else "/Column"
            elif set(attributes) == {"O"}:
                del box.mark["A"]


def _cells(box: Any, in_head: bool) -> Iterator[tuple[Any, bool]]:
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, boxes.TableCellBox) and isinstance(getattr(box, "mark", None), pydyf.Dictionary):
        yield box, in_head
    if isinstance(box, boxes.ParentBox):
        for child in box.children:
            yield from _cells(child, in_head or box.element_tag == "thead")


def _read(pdf: Any, element: Any, page_numbers: dict[int, int], page: int) -> _Node:
    if "Pg" in element:
        page = page_numbers[int(element["Pg"].split(b" ", 1)[0])]
    node = _Node(element["S"][1:], element, page)
    for kid in element["K"]:
        if isinstance(kid, int):
            node.kids.append(_Content(page, kid))
            continue
        found = _objects(pdf, kid)
        if found["Type"] == "/OBJR":
            node.kids.append(_Annotation(found.number, page))
        else:
            node.kids.append(_read(pdf, found, page_numbers, page))
    return node


def _place_figures(pdf: Any, node: _Node) -> None:
    """Figure boxes are in the page's points from its foot, not in pixels from its head."""
    if node.tag == "Figure" and "A" in node.source:
        height = pdf.objects[pdf.pages["Kids"][node.page * 3]]["MediaBox"][3]
        x1, y1, x2, y2 = node.source["A"]["BBox"]
        node.source["A"]["BBox"] = pydyf.Array(
            [
                x1 * _POINTS_PER_PIXEL,
                height - y2 * _POINTS_PER_PIXEL,
                x2 * _POINTS_PER_PIXEL,
                height - y1 * _POINTS_PER_PIXEL,
            ]
        )
    for kid in node.kids:
        if isinstance(kid, _Node):
            _place_figures(pdf, kid)


def _put_in_order(node: _Node) -> None:
    kids: list[_Kid] = []
    for kid in node.kids:
        if not isinstance(kid, _Node):
            kids.append(kid)
            continue
        _put_in_order(kid)
        if kid.tag in _MEANINGLESS:
            kids.extend(kid.kids)
        elif kid.kids or kid.tag in _MAY_BE_EMPTY:
            kids.append(kid)
    node.kids = kids
    if node.tag in _GROUPING:
        node.kids = _wrapped(node, "P", lambda kid: not isinstance(kid, _Node) or kid.tag in _INLINE)
    elif node.tag == "LI":
        node.kids = _wrapped(node, "LBody", lambda kid: not isinstance(kid, _Node) or kid.tag not in ("Lbl", "LBody"))
    elif node.tag == "L":
        node.kids = _wrapped(
            node, "LI", lambda kid: not isinstance(kid, _Node) or kid.tag not in ("LI", "L", "Caption")
        )
        for kid in node.kids:
            if isinstance(kid, _Node) and kid.tag == "LI" and kid.source is None:
                _put_in_order(kid)


def _wrapped(node: _Node, tag: str, stray: Any) -> list[_Kid]:
    """The kids with each run of strays inside a new element of the tag."""
    kids: list[_Kid] = []
    run: _Node | None = None
    for kid in node.kids:
        if not stray(kid):
            run = None
            kids.append(kid)
            continue
        if run is None:
            run = _Node(tag, None, kid.page)
            kids.append(run)
        run.kids.append(kid)
    return kids


def _join_across_pages(document: Any, tree: _Node) -> None:
    before: set[Any] = set()
    for page, rendered in enumerate(document.pages):
        here = dict.fromkeys(_elements(rendered._page_box))
        torn = [_TAG_OF[element.tag] for element in here if element in before and element.tag in _TAG_OF]
        if torn:
            _join(tree, page, torn)
        before = set(here)


def _elements(box: Any) -> Iterator[Any]:
    """The elements with a box on the page, outer before inner, without margins and repeated table heads."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, boxes.MarginBox) or box.element_tag in ("thead", "tfoot"):
        return
    if box.element is not None and not isinstance(box, boxes.PageBox):
        yield box.element
    if isinstance(box, boxes.ParentBox):
        for child in box.children:
            yield from _elements(child)


def _join(parent: _Node, page: int, torn: list[str]) -> None:
    """Join what ends on the page before with its rest on this page, as deep as the tear goes."""
    at = next((i for i, kid in enumerate(parent.kids) if kid.page == page), 0)
    while 0 < at < len(parent.kids):
        first, rest = parent.kids[at - 1], parent.kids[at]
        if not (isinstance(first, _Node) and isinstance(rest, _Node) and first.tag == rest.tag):
            return
        if first.tag in torn:
            torn = torn[torn.index(first.tag) + 1 :]
        elif not (first.tag == "LBody" and parent.tag == "LI"):
            return
        if first.tag == "TR" and len(first.kids) == len(rest.kids):
            _join_cells(first, rest)
            del parent.kids[at]
            return
        kids = rest.kids
        if first.tag == "Table":
            kids = [kid for kid in kids if not (isinstance(kid, _Node) and kid.tag == "THead")]
        at_next = len(first.kids)
        first.kids = first.kids + kids
        del parent.kids[at]
        parent, at = first, at_next
        if not kids:
            return


def _join_cells(row: _Node, rest: _Node) -> None:
    """A torn row goes on in each of its cells."""
    for cell, more in zip(row.kids, rest.kids, strict=True):
        if isinstance(cell, _Node) and isinstance(more, _Node):
            cell.kids = cell.kids + more.kids


def _write(pdf: Any, root: Any, tree: _Node) -> None:
    """Write the tree back, and the two ways into it: from marked content and from annotations."""
    pages = pdf.pages["Kids"][::3]
    old = root["ParentTree"]
    numbers = _objects(pdf, old)["Nums"]
    marked = {numbers[i]: [b"null"] * len(numbers[i + 1]) for i in range(0, 2 * len(pages), 2)}
    holder_of: dict[int, bytes] = {}

    def write(node: _Node, parent: Any) -> Any:
        element = node.source
        if element is None:
            element = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{node.tag}"})
            pdf.add_object(element)
        element["P"] = parent.reference
        element["Pg"] = f"{pages[node.page]} 0 R".encode()
        element["K"] = pydyf.Array()
        for kid in node.kids:
            if isinstance(kid, _Content):
                marked[kid.page][kid.mcid] = element.reference
                if kid.page == node.page:
                    element["K"].append(kid.mcid)
                else:
                    element["K"].append(
                        pydyf.Dictionary(
                            {"Type": "/MCR", "Pg": f"{pages[kid.page]} 0 R".encode(), "MCID": kid.mcid}
                        ).data
                    )
            elif isinstance(kid, _Annotation):
                reference = pdf.objects[kid.number]
                holder_of[int(reference["Obj"].split(b" ", 1)[0])] = element.reference
                element["K"].append(reference.reference)
            else:
                element["K"].append(write(kid, element).reference)
        return element

    write(tree, root)
    nums = pydyf.Array()
    for page, holders in marked.items():
        nums.extend([page, pydyf.Array(holders)])
        _make_artifacts(pdf, pages[page], holders)
    key = len(pages)
    for number, holder in holder_of.items():
        pdf.objects[number]["StructParent"] = key
        nums.extend([key, holder])
        key += 1
    _objects(pdf, old)["Nums"] = nums
    root["ParentTreeNextKey"] = key


def _make_artifacts(pdf: Any, page_number: int, holders: list[bytes]) -> None:
    """What is marked on the page but stands nowhere in the tree is furniture of the page, and is called so."""
    operators = _objects(pdf, pdf.objects[page_number]["Contents"]).stream
    for i, operand in enumerate(operators):
        if isinstance(operand, pydyf.Dictionary) and "MCID" in operand and holders[operand["MCID"]] == b"null":
            operators[i - 1] = "/Artifact"
            operators[i] = pydyf.Dictionary({"Type": "/Pagination"})
