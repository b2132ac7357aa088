"""A person at the service without a browser: reads pages, fills fields by their labels, presses buttons by their words.

Only what a page offers can be done: a field, a choice or a button that is not there fails the test. Every form goes
with the CSRF token its page gave.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNSEEN = {"script", "style", "title", "head"}
BLOCKS = {"br", "p", "li", "td", "th", "tr", "h1", "h2", "h3", "dd", "dt", "div", "label", "button", "option", "legend"}


@dataclass
class Node:
    """An element of a page."""

    tag: str
    attributes: dict[str, str]
    inside: list["Node | str"] = field(default_factory=list)

    def walk(self) -> Iterator["Node"]:
        """This element and all within it, in the order of the page."""
        yield self
        for child in self.inside:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, *tags: str) -> list["Node"]:
        """The elements of these kinds within."""
        return [node for node in self.walk() if node.tag in tags]

    @property
    def text(self) -> str:
        """What can be read, with single spaces."""
        return " ".join("".join(self._said()).split())

    @property
    def typed(self) -> str:
        """The text exactly as it stands, for a text area: its first line feed is the markup's own."""
        return "".join(child for child in self.inside if isinstance(child, str)).removeprefix("\n")

    def _said(self) -> Iterator[str]:
        for child in self.inside:
            if isinstance(child, str):
                yield child
            elif child.tag not in UNSEEN:
                apart = child.tag in BLOCKS or child.attributes.get("class", "").startswith("app-")
                yield " " if apart else ""
                yield from child._said()
                yield " " if apart else ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("page", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, 0, -1):
            if self.open[place].tag == tag:
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


class Page:
    """One answer of the service, read."""

    def __init__(self, response: TestResponse) -> None:
        self.status = response.status_code
        self.path = response.request.full_path.rstrip("?")
        self.html = response.text
        reader = _Reader()
        reader.feed(self.html)
        self.root = reader.root

    @property
    def main(self) -> Node:
        """What the page is about, without its frame."""
        return next(iter(self.root.all("main")), self.root)

    @property
    def text(self) -> str:
        """What can be read in it."""
        return self.main.text

    @property
    def problems(self) -> list[str]:
        """The sentences of the summary of what is wrong."""
        return [
            item.text
            for box in self.root.walk()
            if "nhsuk-error-summary" in box.attributes.get("class", "").split()
            for item in box.all("li")
        ]

    def by_field(self, label: str) -> str:
        """The sentence of what is wrong beside one field; empty where nothing is."""
        described = self.field(label).attributes.get("aria-describedby", "").split()
        wrong = [node.text for node in self.root.walk() if node.attributes.get("id") in described]
        return " ".join(text.removeprefix("Error:").strip() for text in wrong if text.startswith("Error:"))

    def value(self, label: str) -> str:
        """What stands in a field, or the words of the choice."""
        found = self.field(label)
        if found.tag == "textarea":
            return found.typed
        if found.tag == "select":
            return next((option.text for option in found.all("option") if "selected" in option.attributes), "")
        return found.attributes.get("value", "")

    def links(self) -> dict[str, str]:
        """Each link of the page: its words to its address."""
        return {link.text: link.attributes.get("href", "") for link in self.main.all("a")}

    def labels(self, start: str) -> list[str]:
        """The labels that begin so."""
        return [node.text for node in self.main.all("label") if node.text.startswith(start)]

    def label(self, start: str) -> str:
        """The one label that begins so."""
        found = self.labels(start)
        assert len(found) == 1, f"{self.path} has {found} for “{start}”"
        return found[0]

    def choice(self, label: str, words: str) -> str:
        """The one choice of a field in which these words stand."""
        offered = [option.text for option in self.field(label).all("option")]
        found = [text for text in offered if words in text]
        assert len(found) == 1, f"“{label}” offers {offered}, and “{words}” is to be one of them"
        return found[0]

    def row(self, start: str) -> str:
        """The table row that begins so, as text."""
        rows = [row.text for row in self.main.all("tr")]
        found = [text for text in rows if text.startswith(start)]
        assert found, f"No row of {self.path} begins with “{start}”; there are: {rows}"
        return found[0]

    def form_with(self, button: str) -> tuple[Node, Node]:
        """The form that has this button, and the button."""
        offered = []
        for form in self.root.all("form"):
            for node in form.all("button"):
                offered.append(node.text)
                if node.text == button:
                    return form, node
        raise AssertionError(f"{self.path} ({self.status}) has no button “{button}”; it has: {offered}\n{self.text}")

    def field(self, label: str, within: Node | None = None) -> Node:
        """The field with this label."""
        place = within or self.main
        labels = [node for node in place.all("label") if node.text == label]
        for node in labels:
            for found in place.all("input", "select", "textarea"):
                if found.attributes.get("id") == node.attributes.get("for"):
                    return found
        known = [node.text for node in place.all("label")]
        raise AssertionError(f"{self.path} has no field “{label}”; it has: {known}")

    def filled(self, button: str, given: Mapping[str, str]) -> tuple[str, MultiDict[str, str]]:
        """The address and content of the form with this button, as the page gave it, with these fields filled."""
        form, pressed = self.form_with(button)
        content: MultiDict[str, str] = MultiDict()
        for node in form.all("input", "select", "textarea"):
            name, kind = node.attributes.get("name", ""), node.attributes.get("type", "text")
            if not name or "disabled" in node.attributes:
                continue
            if node.tag == "textarea":
                content[name] = node.typed
            elif node.tag == "select":
                options = node.all("option")
                chosen = next((one for one in options if "selected" in one.attributes), options[0] if options else None)
                content[name] = chosen.attributes.get("value", chosen.text) if chosen else ""
            elif kind not in ("radio", "checkbox") or "checked" in node.attributes:
                content.add(name, node.attributes.get("value", "on"))
        for label, value in given.items():
            self._fill(form, content, label, value)
        if pressed.attributes.get("name"):
            content[pressed.attributes["name"]] = pressed.attributes.get("value", "")
        return pressed.attributes.get("formaction") or form.attributes.get("action") or self.path, content

    def _fill(self, form: Node, content: MultiDict[str, str], label: str, value: str) -> None:
        for group in form.all("fieldset"):
            legends = group.all("legend")
            if legends and legends[0].text == label:
                chosen = self.field(value, group)
                if chosen.attributes.get("type") == "radio":
                    content[chosen.attributes["name"]] = chosen.attributes.get("value", "on")
                else:
                    content.add(chosen.attributes["name"], chosen.attributes.get("value", "on"))
                return
        node = self.field(label, form)
        if value == UNTICKED:
            name, own = node.attributes["name"], node.attributes.get("value", "on")
            content.setlist(name, [each for each in content.getlist(name) if each != own])
            return
        if node.tag == "select":
            options = {one.text: one.attributes.get("value", one.text) for one in node.all("option")}
            assert value in options, f"“{label}” does not offer “{value}”; it offers: {list(options)}"
            value = options[value]
        if node.attributes.get("type") == "checkbox":
            value = node.attributes.get("value", "on")
        content[node.attributes["name"]] = value


UNTICKED = "unticked"
"""What a box is filled with that is to lose its tick."""


class Visitor:
    """Someone with a session of their own, and the page before them."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.page: Page

    def open(self, path: str, *, expect: int = 200) -> Page:
        """Go to an address; it answers as expected."""
        return self._shown(self.client.get(path, follow_redirects=True), expect)

    def follow(self, words: str) -> Page:
        """Follow the link with these words, or the first that begins with them."""
        links = self.page.links()
        found = [address for text, address in links.items() if text == words or text.startswith(words)]
        assert found, f"{self.page.path} has no link “{words}”; it has: {list(links)}"
        return self.open(found[0])

    def press(self, button: str, given: Mapping[str, str] | None = None, *, expect: int = 200) -> Page:
        """Fill fields by their labels and press a button; gives the page that comes of it."""
        address, content = self.page.filled(button, given or {})
        return self._shown(self.client.post(address, data=content, follow_redirects=True), expect)

    def send(self, button: str, given: Mapping[str, str] | None = None) -> TestResponse:
        """Send the form of the page as `press` does, but stay on the page, as if the answer had been lost."""
        address, content = self.page.filled(button, given or {})
        return self.client.post(address, data=content)

    def sign_in(self, email: str) -> None:
        """Sign in by the form, with the password that the demonstration's sign-in page shows."""
        password = self.open("/sign-in").main.all("code")[0].text
        self.press("Sign in", {"Email address": email, "Password": password})
        assert "Sign out" in self.page.html, self.page.text

    def _shown(self, response: TestResponse, expect: int) -> Page:
        self.page = Page(response)
        said = self.page.problems or self.page.text
        assert self.page.status == expect, f"{self.page.path} answers {self.page.status}: {said}"
        return self.page
