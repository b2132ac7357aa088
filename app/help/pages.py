"""The help texts: a Markdown file each, read once, with their pictures, their pages of the service, and a search.

A file opens with lines `name: value` and a line `---`. `pages` names the endpoints whose own help it is. A picture
stands on a line of its own, `![what it shows](its file)`.
"""

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from app.permissions import Actor, Role
from config import ROOT

TEXTS = ROOT / "templates" / "help"
PICTURES = ROOT / "app" / "static" / "help"

GROUPS = ("The programme", "Sign-off", "Meetings", "Packs", "People and accounts", "Facts and the record")
ROLES = {
    # a first day's file to what the role is called, in the order of the index
    "programme-manager": "programme manager",
    "body-manager": "a body’s own programme manager",
    "programme-director": "programme director",
    "board-secretary": "board secretary",
    "chair": "chair",
    "member": "member of a governing body",
    "officer": "officer who answers for an organisation",
    "reviewer": "assurance reviewer or reader",
    "administrator": "administrator of an organisation",
}
ONLY_FOR = {
    # addresses that a text may lead to and that not everyone may open: for others the words stand without a link
    "/invitations": (Role.ADMINISTRATOR, Role.ORGANISATION_ADMINISTRATOR),
    "/workbook": (Role.ADMINISTRATOR,),
    "/meetings/new": (Role.SECRETARY,),
    "/risks/new": (Role.PROGRAMME_MANAGER, Role.PROGRAMME_DIRECTOR),
}

_PICTURE = re.compile(r"^!\[(?P<alt>[^\]]+)\]\((?P<file>[a-z0-9-]+\.png)\)$", re.MULTILINE)
_CLASSES = {
    "heading_open": "nhsuk-heading-m",
    "bullet_list_open": "nhsuk-list nhsuk-list--bullet",
    "ordered_list_open": "nhsuk-list nhsuk-list--number",
}
_markdown = MarkdownIt("commonmark", {"html": False}).disable("image")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the demonstration: its file, what it shows in words, and its size in pixels."""

    file: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Page:
    """One help page: its head, its text, and its blocks of HTML and pictures in order."""

    code: str
    title: str
    summary: str
    group: str
    roles: tuple[str, ...]
    endpoints: tuple[str, ...]
    text: str
    blocks: tuple[Markup | Picture, ...]

    @property
    def pictures(self) -> list[Picture]:
        """The pictures alone."""
        return [block for block in self.blocks if isinstance(block, Picture)]


@dataclass(frozen=True, slots=True)
class Found:
    """A page that has all the words asked for, and the first passage with one of them."""

    page: Page
    passage: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """Every help page: tasks and first days by their code, and which page helps with which endpoint."""

    tasks: dict[str, Page]
    first_days: dict[str, Page]
    helped: dict[str, Page]

    def of_group(self, group: str) -> list[Page]:
        """The tasks of a group, in the order of their titles."""
        return sorted((page for page in self.tasks.values() if page.group == group), key=lambda page: page.title)

    def of_role(self, role: str) -> list[Page]:
        """The tasks of a role, group by group."""
        return [page for group in GROUPS for page in self.of_group(group) if role in page.roles]

    def search(self, asked: str) -> list[Found]:
        """The tasks with every word that was asked for, those with one in the title first."""
        words = asked.casefold().split()
        if not words:
            return []
        found = [page for page in self.tasks.values() if all(word in _searched(page) for word in words)]
        found.sort(key=lambda page: (not any(word in page.title.casefold() for word in words), page.title))
        return [Found(page, _passage(page, words)) for page in found]


@cache
def shelf() -> Shelf:
    """All help pages. Raises `ValueError` where a file is not as it should be, or two claim the same endpoint."""
    tasks = {page.code: page for page in _read_all(TEXTS / "tasks")}
    helped: dict[str, Page] = {}
    for page in tasks.values():
        for endpoint in page.endpoints:
            if endpoint in helped:
                raise ValueError(f"{page.code} and {helped[endpoint].code} both say that they help with {endpoint}")
            helped[endpoint] = page
    days = {page.code: page for page in _read_all(TEXTS / "first-day")}
    return Shelf(tasks, {role: days[role] for role in ROLES if role in days}, helped)


def read(path: Path) -> Page:
    """One help page from its file."""
    head, bar, text = path.read_text(encoding="utf-8").partition("\n---\n")
    said = dict(line.split(": ", 1) for line in head.splitlines())
    if not bar or not said.get("title"):
        raise ValueError(f"{path.name} has no title above a line of three dashes")
    return Page(
        code=path.stem,
        title=said["title"],
        summary=said.get("summary", ""),
        group=said.get("group", ""),
        roles=_listed(said.get("roles", "")),
        endpoints=_listed(said.get("pages", "")),
        text=text.strip(),
        blocks=tuple(_blocks(text)),
    )


def size_of(path: Path) -> tuple[int, int]:
    """Width and height of a PNG in pixels, from its header; 0 × 0 where it is not there."""
    if not path.exists():
        return 0, 0
    with path.open("rb") as file:
        head = file.read(24)
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def shown_to(html: Markup, actor: Actor) -> Markup:
    """A text with its links, but for those to pages that this person may not open."""
    for address, roles in ONLY_FOR.items():
        if not any(actor.holds(role) for role in roles):
            html = Markup(re.sub(rf'<a href="{address}">(.*?)</a>', r"\1", html))
    return html


def _read_all(folder: Path) -> list[Page]:
    return [read(path) for path in sorted(folder.glob("*.md"))]


def _listed(value: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in value.split(",") if one.strip())


def _blocks(text: str) -> Iterator[Markup | Picture]:
    begins = 0
    for match in _PICTURE.finditer(text):
        yield _html(text[begins : match.start()])
        yield Picture(match["file"], match["alt"], *size_of(PICTURES / match["file"]))
        begins = match.end()
    if text[begins:].strip():
        yield _html(text[begins:])


def _html(text: str) -> Markup:
    """Markdown of this project's own files, in the classes of the design system."""
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.type in _CLASSES:
            token.attrSet("class", _CLASSES[token.type])
    return Markup(_markdown.renderer.render(tokens, _markdown.options, {}))


def _plain(page: Page) -> str:
    """The words of a page without its marks, its pictures' included."""
    return re.sub(r"\]\([^)]*\)|[*#\[!]", "", page.text)


def _searched(page: Page) -> str:
    return f"{page.title}\n{page.summary}\n{_plain(page)}".casefold()


def _passage(page: Page, words: Sequence[str]) -> str:
    """The first sentence of the text with one of the words; the summary where only the title has them."""
    for sentence in re.split(r"(?<=[.!?])\s+|\n+", _plain(page)):
        if any(word in sentence.casefold() for word in words):
            return re.sub(r"^(?:\d+\.|-)\s+", "", sentence.strip())
    return page.summary
