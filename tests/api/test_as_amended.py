"""A body agrees as amended through the API: its answer, what is refused of one, and where it can be read after."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.documents.hashing import text_hash
from tests.api.world import World, said
from tests.signoff.group import begin_session

EVENING = datetime(2015, 11, 24, 18, 0, tzinfo=UTC)
ENGLAND = "nhs-england"
SOON = "Seen within one hour,\n\nby day and by night."
ANSWER: dict[str, Any] = {
    "answer": "agree_as_amended",
    "reason": "Two hours are too long.",
    "amendments": [{"clause": "access", "text": SOON}],
}


def before_them(world: World) -> str:
    """Version 2 is before the bodies, on the evening of their meetings; gives the sign-off's address."""
    address = world.at_decisions(4)
    world.clock.now = EVENING
    return address


def test_a_body_gives_it_and_every_later_page_has_its_words(world: World) -> None:
    address = before_them(world)
    merton = world.of("merton-secretary")
    assert "agree_as_amended" in merton.read(f"{address}/bodies/merton")["answers"]
    recorded = merton.write(f"{address}/bodies/merton/decision", world.decision(address, "Merton", answer=ANSWER))
    assert (recorded["standing"], recorded["state"]) == ("agreed as amended", "open")
    assert recorded["sentence"] == (
        "Merton agreed version 2 as amended in clause 2 on 24 November 2015: Two hours are too long."
    )
    receipt = world.of("croydon-secretary").read(f"{address}/receipts/{recorded['entry']}")
    assert (receipt["answer"], receipt["reason"]) == ("agree_as_amended", "Two hours are too long.")
    assert receipt["amendments"] == [
        {"clause": "access", "number": "2", "text": SOON, "hash": text_hash("Access", SOON)}
    ]
    officer = world.of("officer")
    seen = officer.read(f"{address}/bodies/{ENGLAND}")["seen"]
    answered = officer.write(f"{address}/bodies/{ENGLAND}/answer", {"answer": ANSWER, "seen": seen})
    assert answered["standing"] == "agreed as amended"
    assert "Merton and NHS England have agreed as amended" in answered["result"]


REFUSED: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "a clause that the version has not": (
        {"amendments": [{"clause": "accces", "text": SOON}]},
        "version 2 has no clause “accces”.",
        ["one of its clauses"],
    ),
    "a text that reads so already": (
        {"amendments": [{"clause": "access", "text": " Seen within two hours.\n"}]},
        "Clause 2 reads so already.",
        ["the text as amended"],
    ),
    "a clause twice": (
        {"amendments": [{"clause": "access", "text": SOON}, {"clause": "access", "text": "Soon."}]},
        "There are two amendments of clause 2.",
        ["one text for each clause"],
    ),
    "no reason": (
        {"reason": " "},
        "Agreement as amended says which clause is amended, how it is to read, and why. Missing: the reason.",
        ["the reason"],
    ),
    "no text": (
        {"amendments": [{"clause": "access", "text": " "}]},
        "Agreement as amended says which clause is amended, how it is to read, and why. Missing: the text as amended.",
        ["the text as amended"],
    ),
    "no amendment": (
        {"amendments": []},
        "Agreement as amended says which clause is amended, how it is to read, and why. Missing: the clause and the "
        "text as amended.",
        ["the clause", "the text as amended"],
    ),
    "an amendment with another answer": (
        {"answer": "agree"},
        "Amendments belong to the answer “agree as amended” only.",
        ["the answer “agree as amended”, or no amendments"],
    ),
}


@pytest.mark.parametrize("wrong", REFUSED)
def test_the_rule_says_what_is_wrong_with_one_and_nothing_is_recorded(world: World, wrong: str) -> None:
    changed, sentence, needs = REFUSED[wrong]
    address = before_them(world)
    merton, officer = world.of("merton-secretary"), world.of("officer")
    given = {**ANSWER, **changed}
    seen = officer.read(f"{address}/bodies/{ENGLAND}")["seen"]
    for who, path, body in (
        (merton, f"{address}/bodies/merton/decision", world.decision(address, "Merton", answer=given)),
        (officer, f"{address}/bodies/{ENGLAND}/answer", {"answer": given, "seen": seen}),
    ):
        before = who.read(path.rpartition("/")[0])
        answer = who.post(path, body)
        assert (answer.status_code, answer.mimetype) == (403, "application/problem+json"), answer.text
        assert (said(answer)["detail"], said(answer)["needs"]) == (sentence, needs)
        assert who.read(path.rpartition("/")[0]) == before


def test_so_many_are_read_and_no_more(world: World) -> None:
    address = before_them(world)
    officer = world.of("officer")
    seen = officer.read(f"{address}/bodies/{ENGLAND}")["seen"]
    many = {**ANSWER, "amendments": [{"clause": f"c{number}", "text": SOON} for number in range(21)]}
    answer = officer.post(f"{address}/bodies/{ENGLAND}/answer", {"answer": many, "seen": seen})
    assert answer.status_code == 422, answer.text
    assert said(answer)["errors"][0]["pointer"] == "#/answer/amendments"


VARIED: dict[str, Any] = {
    "answer": "agree_with_local_variation",
    "reason": "The hospital is an hour away.",
    "variation": {"clause": "9.9", "text": "Seen within three hours.", "expires": "2016-06-30"},
}


def test_a_local_variation_is_of_a_clause_that_the_version_has(world: World) -> None:
    address = world.at_decisions(4)
    world.clock.now = EVENING
    croydon = world.of("croydon-secretary")
    path = f"{address}/bodies/croydon/decision"
    refused = croydon.post(path, world.decision(address, "Croydon", answer=VARIED))
    assert refused.status_code == 403
    assert said(refused)["detail"] == "Version 2 has no clause “9.9” to be varied."
    assert croydon.read(f"{address}/bodies/croydon")["standing"] != "agreed with local variation"
    of_access = {**VARIED, "variation": {**VARIED["variation"], "clause": "access"}}
    recorded = croydon.write(path, world.decision(address, "Croydon", answer=of_access))
    assert "with a local variation of clause 2" in recorded["sentence"]
    core = "The core is common to all that agree but for clause 2, which Croydon varies until 30 June 2016."
    assert croydon.read(address)["common_core"] == core
    world.client.set_cookie("concord", begin_session(world.session, world.accounts["officer"], world.clock.real))
    world.session.commit()
    version = world.client.get("/documents/ooh/versions/2").text
    told = f'<a href="{address}/croydon">Croydon varies 2 until 30 June 2016</a>'
    assert version.count("varies 2 until") == version.count(told) == 1
    correction = {
        "decision": recorded["entry"], "why": "It is until May.", "answer": VARIED, "last_entry": recorded["entry"],
    }  # fmt: skip
    refused = world.of("croydon-chair").post(f"{address}/bodies/croydon/correction", correction)
    assert said(refused)["detail"] == "Version 2 has no clause “9.9” to be varied."
