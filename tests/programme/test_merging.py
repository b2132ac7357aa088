"""Two people edit one text: nothing either wrote is lost, what does not clash is merged, what clashes is shown."""

import html
import json
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.db import writing
from app.programme import service
from app.programme.models import LocalPosition, Update
from app.web.merging import merge, same
from tests.programme.swl import NOW, Visitor, World, signed_in, south_west_london

UPDATE = "/workstreams/architecture/update"
LOCAL = "/workstreams/architecture/local/croydon"
FIELDS = ("headline", "done", "next")
TEXTS = st.fixed_dictionaries({name: st.sampled_from(["", "a", "b", "c", " a ", "a\r\nb", "a\nb"]) for name in FIELDS})


@given(TEXTS, TEXTS, TEXTS)
def test_no_words_of_either_are_lost(base: dict[str, str], mine: dict[str, str], theirs: dict[str, str]) -> None:
    merged = merge(base, mine, theirs)
    for name in FIELDS:
        i_changed, they_changed = not same(mine[name], base[name]), not same(theirs[name], base[name])
        if i_changed and they_changed and not same(mine[name], theirs[name]):
            assert name in merged.clashes
            assert merged.values[name] == mine[name]
        else:
            assert name not in merged.clashes
            assert same(merged.values[name], mine[name] if i_changed else theirs[name])
            assert (name in merged.taken) == (they_changed and not i_changed)


@given(TEXTS, TEXTS, TEXTS)
def test_who_saves_first_makes_no_difference_to_what_does_not_clash(
    base: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
) -> None:
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert set(one.clashes) == set(other.clashes)
    assert all(same(one.values[name], other.values[name]) for name in FIELDS if name not in one.clashes)


def test_how_lines_end_and_space_around_a_text_are_no_change() -> None:
    merged = merge({"done": "- one\r\n- two\r\n"}, {"done": "- one\n- two"}, {"done": "- one\r\n- two, and three\r\n"})
    assert (merged.values["done"], merged.taken, merged.clashes) == ("- one\r\n- two, and three\r\n", ("done",), ())


@pytest.fixture
def world(session: Session) -> World:
    return south_west_london(session)


@pytest.fixture
def two(app: Flask, session: Session, world: World) -> tuple[Visitor, Visitor]:
    """The manager and the director of the programme, each at a machine of their own."""
    manager = signed_in(app.test_client(), session, world, "manager")
    return manager, signed_in(app.test_client(), session, world, "director")


def opened(visitor: Visitor, path: str = UPDATE) -> dict[str, str]:
    """The form as its page shows it: what a browser would send back untouched."""
    return read(visitor.get(path))


def read(answer: TestResponse) -> dict[str, str]:
    page = answer.text
    form = page[page.index("novalidate") : page.index("</form>", page.index("novalidate"))]
    shown = dict(re.findall(r'<input[^>]*?name="(\w+)"[^>]*?value="([^"]*)"', form))
    shown |= dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>([^<]*)</textarea>', form))
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="(\w*)" selected', options)
        shown[name] = chosen[1] if chosen else ""
    return {name: html.unescape(value) for name, value in shown.items() if name != "take"}


def send(
    visitor: Visitor, form: dict[str, str], path: str = UPDATE, action: str = "save", **typed: str
) -> TestResponse:
    return visitor.client.post(path, data={**form, "action": action, **typed})


def stored(session: Session) -> Update:
    session.rollback()
    return session.scalars(sa.select(Update)).one()


def test_what_does_not_clash_is_merged_and_told(session: Session, two: tuple[Visitor, Visitor]) -> None:
    manager, director = two
    send(manager, opened(manager), headline="It is being drawn.", done="Two workshops.", time="green")
    mine, theirs = opened(manager), opened(director)
    assert send(director, theirs, headline="It is drawn.", time="red").status_code == 303
    assert send(manager, mine, done="Three workshops.", cost="green").status_code == 303
    update = stored(session)
    assert (update.headline, update.done, update.time, update.cost) == (
        "It is drawn.",
        "Three workshops.",
        "red",
        "green",
    )
    page = manager.get(UPDATE).text
    assert "Director changed “Time” and “Headline” after you opened the page. That stands, beside your changes." in page


def test_a_clash_shows_mine_theirs_and_what_both_began_with(session: Session, two: tuple[Visitor, Visitor]) -> None:
    manager, director = two
    send(manager, opened(manager), headline="It is being drawn.", done="Two workshops.", overall="green")
    mine, theirs = opened(manager), opened(director)
    send(director, theirs, headline="It is drawn.", done="Four workshops.", overall="blue", next="A party.")
    answer = send(manager, mine, headline="It is <b>nearly</b> drawn.", overall="amber", decisions="A lead.")
    assert answer.status_code == 409
    assert "Director saved this update on 5 November 2015, after you opened the page." in answer.text
    for shown in ("It is &lt;b&gt;nearly&lt;/b&gt; drawn.", "It is drawn.", "It is being drawn.", "Take theirs"):
        assert shown in answer.text
    assert "What only they changed stands in the form already: Done this period, Due next period." in answer.text
    assert stored(session).headline == "It is drawn.", "nothing was saved over it"
    again = read(answer)
    assert (again["headline"], again["overall"], again["done"]) == (
        "It is <b>nearly</b> drawn.",
        "amber",
        "Four workshops.",
    )
    assert send(manager, again, headline="It is drawn, nearly.", take="overall").status_code == 303
    update = stored(session)
    assert (update.headline, update.overall, update.done, update.next, update.decisions) == (
        "It is drawn, nearly.",
        "blue",
        "Four workshops.",
        "A party.",
        "A lead.",
    )


def test_both_texts_are_still_shown_where_the_page_is_sent_again_with_a_mistake(
    two: tuple[Visitor, Visitor],
) -> None:
    manager, director = two
    mine, theirs = opened(manager), opened(director)
    send(director, theirs, headline="Theirs.")
    clash = read(send(manager, mine, headline="Mine."))
    answer = send(manager, clash, done="x" * 20_001)
    assert answer.status_code == 422
    assert "Theirs." in answer.text
    assert 'value="Mine."' in answer.text or ">Mine.<" in answer.text


def test_a_third_person_between_is_shown_as_well(session: Session, two: tuple[Visitor, Visitor]) -> None:
    manager, director = two
    mine = opened(manager)
    send(director, opened(director), headline="First.")
    clash = read(send(manager, mine, headline="Mine."))
    send(director, opened(director), headline="Second.")
    answer = send(manager, clash)
    assert answer.status_code == 409
    assert "Second." in answer.text
    assert send(manager, read(answer)).status_code == 303
    assert stored(session).headline == "Mine."


def test_nobody_submits_words_they_have_not_read(session: Session, two: tuple[Visitor, Visitor]) -> None:
    manager, director = two
    full = {"headline": "Drawn.", "done": "Two workshops.", "overall": "green"}
    send(manager, opened(manager), **full)
    mine = opened(manager)
    send(director, opened(director), decisions="Close it.")
    assert send(manager, mine, action="submit", next="A third.").status_code == 303
    update = stored(session)
    assert (update.state, update.decisions, update.next) == ("draft", "Close it.", "A third.")
    assert "is not submitted yet" in manager.get(UPDATE).text
    assert send(manager, opened(manager), action="submit").status_code == 303
    assert stored(session).state == "submitted"


def test_what_was_submitted_meanwhile_is_not_taken_back_unasked(session: Session, two: tuple[Visitor, Visitor]) -> None:
    manager, director = two
    send(manager, opened(manager), headline="Drawn.", done="Two workshops.", overall="green")
    mine, late = opened(manager), opened(manager)
    send(director, opened(director), action="submit")
    answer = send(manager, mine, next="A third workshop.")
    assert answer.status_code == 409
    assert "was submitted on 5 November 2015" in answer.text
    assert "A third workshop." in answer.text
    assert stored(session).state == "submitted"
    assert send(manager, late).status_code == 303, "nothing of mine to save leaves it as it is"
    assert stored(session).state == "submitted"
    assert send(manager, read(answer)).status_code == 303
    assert (stored(session).state, stored(session).next) == ("draft", "A third workshop.")


def test_what_was_approved_meanwhile_stays_and_what_was_typed_can_be_copied(
    session: Session, world: World, two: tuple[Visitor, Visitor]
) -> None:
    manager, director = two
    send(manager, opened(manager), headline="Drawn.", done="Two workshops.", overall="green")
    mine = opened(manager)
    send(director, opened(director), action="submit")
    with writing(session):
        update = session.scalars(sa.select(Update)).one()
        service.approve_update(session, update.id, update.version, world.doer("director"), NOW)
    answer = send(manager, mine, next="A third workshop.")
    assert answer.status_code == 409
    assert "A third workshop." in answer.text
    assert (stored(session).state, stored(session).next) == ("approved", "")


def test_a_form_that_does_not_say_what_it_showed_saves_over_nobody(
    session: Session, two: tuple[Visitor, Visitor]
) -> None:
    manager, director = two
    send(manager, opened(manager), headline="Drawn.")
    mine = opened(manager)
    send(director, opened(director), headline="Theirs.")
    for broken in ("", "[]", "{", '{"headline": 3}'):
        assert send(manager, {**mine, "began": broken}, headline="Mine.").status_code == 409
    bare = {name: value for name, value in mine.items() if name not in ("began", "seen")}
    assert send(manager, bare, headline="Mine.").status_code == 409
    assert stored(session).headline == "Theirs."


def test_enter_in_a_line_saves_the_draft_and_nothing_else(two: tuple[Visitor, Visitor]) -> None:
    page = two[0].get(UPDATE).text
    first = re.search(r'<button[^>]*type="submit"[^>]*>', page[page.index("novalidate") :])
    assert first is not None
    assert 'value="save"' in first[0]


def test_a_local_position_is_merged_too(app: Flask, session: Session, world: World) -> None:
    manager = signed_in(app.test_client(), session, world, "croydon manager")
    secretary = signed_in(app.test_client(), session, world, "croydon secretary")
    mine, theirs, clashing = opened(manager, LOCAL), opened(secretary, LOCAL), opened(manager, LOCAL)
    assert send(secretary, theirs, LOCAL, position="Our lead is named.").status_code == 303
    assert send(manager, mine, LOCAL, brag="amber").status_code == 303
    answer = send(manager, clashing, LOCAL, position="Our lead is not named.")
    assert answer.status_code == 409
    assert "Our lead is named." in answer.text
    session.rollback()
    local = session.scalars(sa.select(LocalPosition)).one()
    assert (local.position, local.brag, local.state) == ("Our lead is named.", "amber", "draft")
    assert send(manager, read(answer), LOCAL, action="submit").status_code == 303
    session.rollback()
    assert (local.position, local.brag, local.state) == ("Our lead is not named.", "amber", "submitted")


def test_the_script_of_the_page_saves_the_draft_and_is_told_what_it_stands_on(
    session: Session, two: tuple[Visitor, Visitor]
) -> None:
    manager, director = two
    form = opened(manager)

    def by_itself(**typed: str) -> TestResponse:
        data = {**form, "action": "save", **typed}
        return manager.client.post(UPDATE, data=data, headers={"Accept": "application/json"})

    answer = by_itself(headline="Drawn.")
    assert (answer.status_code, answer.get_json()) == (200, {"seen": 1, "said": "Saved at 9am"})
    form |= {"seen": "1", "began": json.dumps({**json.loads(form["began"]), "headline": "Drawn."})}
    assert by_itself(headline="Drawn, and hung.").get_json()["seen"] == 2
    send(director, opened(director), headline="Theirs.")
    clash = by_itself(headline="Mine.")
    assert clash.status_code == 409
    assert clash.get_json()["said"].endswith("Save the draft yourself to see both texts.")
    assert by_itself(headline="x" * 301).status_code == 409
    assert stored(session).headline == "Theirs."
