"""Forms filled in as secretaries do, now and then wrongly, and the page of a case read back."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from tests.signoff.ledger_facts import AS_AMENDED, Form, eligible, quorate
from tests.signoff.small_world import CLAUSES, GUESTS

ANSWERS = {
    "agree": 12, "agree_with_conditions": 2, "agree_with_local_variation": 3, "not_agree": 2, "defer": 2,
    "not_quorate": 3,
}  # fmt: skip


def fill(form: Form, chance: Random, today: date) -> None:
    """Fill a form in: mostly as a meeting that goes well, now and then with whatever may go wrong."""
    form.answer = chance.choices([*ANSWERS], [*ANSWERS.values()])[0]
    if form.answer == ("agree_with_conditions" if form.meeting else "not_quorate"):
        form.answer = "agree"  # as only an officer, and only a meeting, is offered
    form.reason = "" if chance.random() < 0.05 else "So it was said."
    on = form.body.meetings[form.meeting][1] if form.meeting else today
    form.until = on + timedelta(days=chance.choice((0, 1, 6, 7, 40)))
    good = chance.random() < 0.5
    form.there, form.deputies, form.voted, form.presiding, form.amended = {}, {}, {}, 0, ()
    for chair in form.body.chairs:
        present = ("present", "present", "part", "left", "apologies", "absent")
        form.there[chair.id] = "present" if good or chance.random() < 0.4 else chance.choice(present)
        if chance.random() < (0.03 if good else 0.15):
            form.deputies[chair.id] = chance.choice((*GUESTS, *(other.holder for other in form.body.chairs)))
    if not form.meeting:
        return
    form.all_for = chance.random() < 0.4
    cheats = chance.random() < 0.1
    handled, places = form.body.handled.get(form.meeting, {}), form.places()
    votes = ("for", "for", "for", "against", "abstain") if good else ("for", "against", "abstain")
    forgotten = chance.choice(form.body.chairs).id if chance.random() < 0.05 else 0
    for chair in form.body.chairs:
        if chair.voting and chair.id != forgotten and (cheats or eligible(chair, places, handled)):
            form.voted[chair.id] = chance.choice(votes)
    if form.answer == "agree" and chance.random() < 0.5 and not quorate(form.body, on, places, handled):
        form.answer = "not_quorate"
    able = [chair.id for chair in form.body.chairs if chair.voting and chair.held(on)]
    if able and chance.random() < 0.2:
        form.presiding = chance.choice(able)


def amend(form: Form, chance: Random, texts: Mapping[str, str]) -> None:
    """Agree with some clauses amended, now and then so that it cannot be; `texts` is how they read."""
    form.answer = AS_AMENDED
    clauses = chance.sample(CLAUSES, chance.choice((1, 1, 2)))
    if chance.random() < 0.05:
        clauses = [clauses[0]] * 2
    drawn = [f"As amended, {chance.choice((1, 2))}." for _ in clauses]
    drawn = [texts[clause] if chance.random() < 0.04 else text for clause, text in zip(clauses, drawn, strict=True)]
    form.amended = [
        (clause, "" if chance.random() < 0.04 else text) for clause, text in zip(clauses, drawn, strict=True)
    ]


def typed(form: Form) -> dict[str, str]:
    """The fields as a browser sends them."""
    day = form.until.isoformat() if form.until else ""
    fields = {
        **form.fields,
        "answer": form.answer,
        "reason": form.reason,
        "until": day if form.answer == "defer" else "",
        "condition_1": "A yearly review." if form.answer == "agree_with_conditions" else "",
        "how_voted": "all" if form.all_for else "seats",
        "presiding": str(form.presiding),
    }
    if form.answer == "agree_with_local_variation":
        fields |= {"varied_clause": CLAUSES[1], "varied_text": "Within four hours.", "varied_until": day}
    for row, (clause, text) in enumerate(form.amended if form.answer == AS_AMENDED else (), start=1):
        fields |= {f"amended_clause_{row}": clause, f"amended_text_{row}": text}
    deputies = {**dict.fromkeys(form.there, ""), **form.deputies}  # an empty one too: nobody came who was foreseen
    for name, values in (("attended", form.there), ("deputy", deputies), ("voted", form.voted)):
        fields |= {f"{name}_{seat_id}": value for seat_id, value in values.items()}
    return fields


ROW = re.compile(
    r'<th role="rowheader" scope="row"><a href="/sign-offs/[^/"]+/([^"]+)">.*?'
    r'<strong class="nhsuk-tag[^"]*">([^<]+)</strong></td>\s*<td role="cell">([^<]*)',
    re.DOTALL,
)


def read_page(page: str) -> tuple[str, str, dict[str, tuple[str, str]]]:
    """The state, the result and each body’s standing with its sentence, as the page of the case says them."""
    state = re.search(r'<h1.*?<strong class="nhsuk-tag[^"]*">\s*([^<]+?)\s*</strong>', page, re.DOTALL)
    result = re.search(r"Result: </span>\s*<p>(.*?)</p>", page, re.DOTALL)
    assert state and result, page
    found = {code: (word[:1].lower() + word[1:], sentence) for code, word, sentence in ROW.findall(page)}
    return state.group(1).lower(), result.group(1), found


def said(text: str) -> str:
    """What a page says in its errors, for whoever reads a failure."""
    return " ".join(re.sub(r"<[^>]+>", " ", text.partition("<main")[2]).split())[:1500]
