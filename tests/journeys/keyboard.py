"""Somebody without a mouse: Tab to each stop, and what is seen and heard at each; never a click."""

from playwright.sync_api import ElementHandle, Locator, Page

# NHS yellow marks whatever has the focus: the element itself, what is in it, or the label that draws its circle or box
AT = """wanted => {
  const at = document.activeElement, before = document.lastStop
  if (!at || at === document.body) return {wrong: "the focus left the page before it came to what was wanted"}
  document.lastStop = at
  const drawn = [at, ...at.querySelectorAll("*"), ...(at.labels || [])]
  const seen = drawn.flatMap(one => [getComputedStyle(one), getComputedStyle(one, "::before")]).some(style =>
    [style.backgroundColor, style.boxShadow, style.outlineStyle === "none" ? "" : style.outlineColor].some(
      colour => colour.includes("255, 235, 59")))
  const place = at.getBoundingClientRect(), name = at.outerHTML.slice(0, 160)
  const down = place.bottom + scrollY, past = document.lastTop ?? 0
  document.lastTop = place.top + scrollY
  if (!seen) return {wrong: "it is not seen that the focus is at " + name}
  if (!place.width || place.bottom < 0 || place.top > innerHeight) return {wrong: "out of sight: " + name}
  if (before && before !== at && !(before.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING))
    return {wrong: "the focus goes backwards to " + name}
  if (down <= past) return {wrong: "the focus goes up the page to " + name}
  const group = at.type === "radio" && wanted.type === "radio" && at.name === wanted.name
  return {there: at === wanted || group}
}"""
MOST_STOPS = 150


class Keyboard:
    """The keys of one page. Every stop on the way must be seen to have the focus, in the order in which one reads."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def past_the_menus(self) -> None:
        """The first stop of a page leads past its menus to what it is about."""
        self.press("Tab")
        skip = self.page.get_by_role("link", name="Skip to main content")
        assert self._at(skip.element_handle()), "the first stop is not the link to the main content"
        self.press("Enter")
        assert self.page.evaluate("() => document.activeElement.id") == "maincontent"

    def to(self, wanted: Locator) -> None:
        """Tab on to it."""
        handle = wanted.element_handle()
        assert handle is not None
        for _ in range(MOST_STOPS):
            self.press("Tab")
            if self._at(handle):
                return
        raise AssertionError(f"{MOST_STOPS} stops do not lead to {wanted}")

    def field(self, label: str) -> Locator:
        return self.page.get_by_role("main").get_by_label(label, exact=True)

    def write(self, label: str, text: str) -> None:
        """Type into a field, over what stands in it."""
        self.to(self.field(label))
        self.press("Control+a")
        self.page.keyboard.insert_text(text)

    def day(self, label: str, day: str) -> None:
        """Type a day such as 2016-03-08, digit by digit as the field asks for it."""
        field = self.field(label)
        self.to(field)
        year, month, of_month = day.split("-")
        self.page.keyboard.type(of_month + month + year)
        if field.input_value() != day:  # this browser asks for the month first
            self.press("ArrowLeft", "ArrowLeft")
            self.page.keyboard.type(month + of_month + year)
        assert field.input_value() == day

    def choose(self, label: str, words: str) -> None:
        """Choose from a list, with the arrow keys, the first that begins with these words."""
        field = self.field(label)
        self.to(field)
        now, there = field.evaluate(
            """(list, words) => [
              list.selectedIndex, [...list.options].findIndex(one => one.text.trim().startsWith(words))]""",
            words,
        )
        assert there >= 0, f"“{label}” does not offer “{words}”"
        self.press(*["ArrowDown" if there > now else "ArrowUp"] * abs(there - now))
        assert field.evaluate("list => list.selectedIndex") == there

    def mark(self, label: str) -> None:
        """Mark a box or a circle: Space, after the arrow keys within a group of circles."""
        field = self.field(label)
        self.to(field)
        for _ in range(20):
            if field.evaluate("one => one === document.activeElement"):
                break
            self.press("ArrowDown")
        if not field.is_checked():
            self.press("Space")
        assert field.is_checked()

    def go(self, words: str) -> None:
        """Tab to the first link of the page's own with these words in it, and follow it."""
        self.to(self.page.get_by_role("main").locator("a", has_text=words).first)
        with self.page.expect_navigation():
            self.press("Enter")

    def send(self, button: str) -> None:
        """Tab to a button of the page's own form and press it."""
        self.to(self.page.get_by_role("main").get_by_role("button", name=button, exact=True))
        with self.page.expect_navigation():
            self.press("Enter")

    def _at(self, wanted: ElementHandle | None) -> bool:
        found = self.page.evaluate(AT, wanted)
        assert "wrong" not in found, f"{self.page.url}: {found['wrong']}"
        return bool(found["there"])
