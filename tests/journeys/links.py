"""Where links lead each kind of person, found without a browser: what is wrong there, and what a browser is to see."""

import json
import re
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from app.permissions import ROUTES
from tests.journeys.visitor import UNSEEN, Node, Page, Visitor

NOT_PAGES = {"static", "web.health", "web.logo"} | {name for name in ROUTES if name.startswith("api.")} - {
    "api.reference"
}
# How many addresses of one route are opened at the least: a body with much and one with little differ. Others are
# opened all the same, once by each kind of person, since what a page links to depends on who reads it.
LOOKS = 2


def endpoint(app: Flask, path: str) -> str | None:
    """The route that answers GET `path`; None when there is none."""
    try:
        name, _arguments = app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return None
    return str(name)


def kinds_of_people(app: Flask) -> list[str]:
    """One email address for each thing that a person can be, as the sign-in page lists them; the first of its kind."""
    rows = [[cell.text for cell in row.all("td")] for row in Visitor(app).open("/sign-in").main.all("tr")]
    first: dict[str, str] = {}
    for capacity, address in (row[:2] for row in rows if row):
        first.setdefault(re.split(r"[,;]| of | for ", capacity)[0].strip().lower(), address)
    return list(first.values())


def links(page: Page) -> list[str]:
    """Paths of this service that the page links to, in order."""
    found = [urljoin(page.path, link.attributes.get("href", "")) for link in page.root.all("a")]
    return [urldefrag(address).url for address in found if address.startswith("/")]


Shape = int
"""An element's kind and what it stands in, as a number: their hash."""


class Shapes(NamedTuple):
    """What is in a page, without its words and numbers."""

    frame: set[Shape]  # each kind of element outside the main part, with all that it stands in
    main: set[Shape]  # the same of the main part, which is the route's own
    pairs: set[Shape]  # each kind of element anywhere, with that which it stands in alone


def shapes(page: Page) -> Shapes:
    """Each kind of element of a page in each kind of place.

    An element's kind is its tag, its classes, the names of its attributes, its role and type, and whether it says
    anything.
    """
    found = Shapes(set(), set(), set())
    speaking = saying(page.root)

    def walk(node: Node, above: Shape, parent: Shape, within: set[Shape]) -> None:
        given = node.attributes
        values = (given.get("class", ""), given.get("role", ""), given.get("type", ""), id(node) in speaking)
        kind = hash((node.tag, *sorted(given), *values))
        place = hash((above, kind))
        within = found.main if node.tag == "main" else within
        within.add(place)
        found.pairs.add(hash((parent, kind)))
        for child in node.inside:
            if isinstance(child, Node):
                walk(child, place, kind, within)

    walk(page.root, 0, 0, found.frame)
    return found


def saying(root: Node) -> set[int]:
    """The elements within that say anything, by their identity: those of which `Node.text` is not empty."""
    found: set[int] = set()

    def says(node: Node) -> bool:
        said = False
        for child in node.inside:
            if isinstance(child, str):
                said = said or (not child.isspace() and child != "")
            elif says(child) and child.tag not in UNSEEN:
                said = True
        if said:
            found.add(id(node))
        return said

    says(root)
    return found


def faults(page: Page) -> list[str]:
    """What can be told to be wrong with a page without a browser."""
    said = []
    nodes = list(page.root.walk())
    headings = sum(node.tag == "h1" for node in nodes)
    if headings != 1:
        said.append(f"{page.path} has {headings} headings of the first level")
    ids = Counter(node.attributes["id"] for node in nodes if "id" in node.attributes)
    said += [f"{page.path} has the id {one} more than once" for one, times in ids.items() if times > 1]
    for node in nodes:
        for name in ("for", "headers", "aria-describedby", "aria-labelledby", "aria-controls"):
            missing = set(node.attributes.get(name, "").split()) - ids.keys()
            said += [f"{page.path}: the {name} of a {node.tag} names {one}, which is not there" for one in missing]
    return said


class Look(NamedTuple):
    """A page that a browser is to see: as whom (None: nobody signed in), where, and whether at desktop width too."""

    person: str | None
    path: str
    wide: bool


@dataclass
class Walk:
    """What links led to: how often each route was opened, what was wrong without a browser, and what one is to see."""

    looked: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)

    def kept(self, place: Path) -> None:
        """Put it in a file."""
        place.write_text(json.dumps(asdict(self)))

    @classmethod
    def of(cls, place: Path) -> "Walk":
        """The walk that is kept in a file."""
        said = json.loads(place.read_text())
        return cls(said["looked"], said["wrong"], [Look(*look) for look in said["looks"]])

    def part(self, which: int, of: int) -> list[Look]:
        """One of `of` shares of what is to be seen, about equally long: a page at two widths takes twice as long."""
        costs = [1 + look.wide for look in self.looks]
        whole = sum(costs)
        return [look for place, look in enumerate(self.looks) if min(sum(costs[:place]) * of // whole, of - 1) == which]


class Walker:
    """Follows links, and remembers what was seen on the way."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.walk = Walk()
        self.opened: set[str] = set()
        self.frames: set[Shape] = set()  # what any page has around its main part
        self.known: dict[str, set[Shape]] = {}  # of each route: what its pages have in their main parts
        self.seen_wide: set[Shape] = set()  # pairs of any page that is looked at at desktop width

    def read(self, path: str, visitor: Visitor) -> Page | None:
        """Open one page and note what is wrong with it; None where it is a file, or is not there."""
        answer = visitor.client.get(path, follow_redirects=True, buffered=True)
        if answer.status_code != 200:
            self.walk.wrong.append(f"{path} answers {answer.status_code}, and a link led to it")
        if answer.status_code != 200 or answer.mimetype != "text/html":
            return None
        page = Page(answer)
        self.walk.wrong += faults(page)
        return page

    def from_home(self, person: str | None, *, everywhere: bool = False) -> None:
        """Follow links from the home page as this person, opening each route once, and again while it is new.

        A page is for the browser when it has an element in a place where no page of its route had one: at phone width,
        where there is least room; at desktop width too when it has a kind of element within another that no page of any
        route had that is looked at so.
        `everywhere` opens every address that nobody opened before, each for the browser.
        """
        visitor = Visitor(self.app)
        if person is not None:
            visitor.sign_in(person)
        looked = self.walk.looked
        waiting, seen, routes = ["/"], {"/"}, set[str]()
        while waiting:
            path = waiting.pop(0)
            name = endpoint(self.app, urlsplit(path).path)
            if name is None:
                self.walk.wrong.append(f"{path} is linked to, but no route answers it")
            again = path not in self.opened if everywhere else looked.get(name or "", 0) < LOOKS
            if name is None or name in NOT_PAGES or (name in routes and not again):
                continue
            routes.add(name)
            fresh = path not in self.opened
            self.opened.add(path)
            looked[name] = looked.get(name, 0) + 1
            page = self.read(path, visitor)
            if page is None:
                continue
            found, known = shapes(page), self.known.setdefault(name, set())
            if found.main - known or found.frame - self.frames or (everywhere and fresh):
                wide = everywhere or bool(found.pairs - self.seen_wide)
                self.walk.looks.append(Look(person, path, wide))
                if wide:
                    self.seen_wide |= found.pairs
            known |= found.main
            self.frames |= found.frame
            more = [link for link in links(page) if link not in seen]
            seen.update(more)
            waiting += more


def walk_of_everyone(app: Flask, *, everywhere: bool) -> Walk:
    """Follow the links of a visitor and of each kind of person in turn."""
    walker = Walker(app)
    for person in (None, *kinds_of_people(app)):
        walker.from_home(person, everywhere=everywhere)
    return walker.walk
