"""What changed since a body last met, from the frozen facts of its last pack and of this one, each with a way to it."""

import re
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from app.audit.service import canonical
from app.db import writing
from app.db.types import GivenDate
from app.packs import changes, sections, service, slides
from app.packs.facts import edition_content, pack_facts
from app.packs.models import Pack
from app.programme.models import Highlight, Milestone, Period, Update, Workstream
from app.programme.raid_models import Risk
from app.programme.risks import RiskText, assess_risk, raise_risk
from app.signoff import service as signoff
from app.signoff.queries import seen_for
from tests.packs.conftest import Room
from tests.packs.seed import OFFICE, propose
from tests.packs.test_after_release import next_but_one, words
from tests.packs.test_private import plant
from workflows.facts import AnswerFact
from workflows.risks import Score

KINGSTON = "Weekend cover is shown by April"


def a_new_period(room: Room) -> None:
    """December's reporting period, in which one workstream turns red and its milestone moves into the new year."""
    with writing(room.session) as session:
        period = Period(
            code="2015-12",
            programme_id=room.seed.programme.id,
            title="December 2015",
            starts=date(2015, 12, 1),
            ends=date(2015, 12, 31),
            updates_due=date(2015, 12, 4),
        )
        session.add(period)
        session.flush()
        of = Update.period_id == room.seed.period.id
        for update in session.scalars(sa.select(Update).where(of).order_by(Update.workstream_id)):
            kept = {
                column.key: getattr(update, column.key) for column in sa.inspect(Update).columns if column.key != "id"
            }
            session.add(Update(**{**kept, "period_id": period.id}))
        session.flush()
        stream = room.seed.workstreams["system-architecture"]
        session.add(Highlight(period_id=period.id, position=1, title="The architecture", workstream_id=stream.id))
        here = session.scalars(
            sa.select(Update).where(Update.period_id == period.id, Update.workstream_id == stream.id)
        ).one()
        here.overall, here.cost = "red", "green"
        milestone = session.scalars(sa.select(Milestone).where(Milestone.workstream_id == stream.id)).one()
        milestone.forecast_words = "15 January 2016"
        milestone.forecast_earliest = milestone.forecast_latest = date(2016, 1, 15)
        service.edition_of(session, period)


def a_risk(room: Room) -> Risk:
    """A risk of the architecture, moderate when the first pack is frozen."""
    with writing(room.session) as session:
        text = RiskText(
            "risk",
            "The framework is agreed late",
            room.seed.workstreams["system-architecture"].id,
            *("Two boards meet late.", "It may wait.", "Nothing is built on it.", "Ask both to meet earlier."),
            owner_id=None,
            inherent=Score(4, 4),
            target=None,
            proximity=GivenDate(None, None, None),
            review_on=None,
        )
        return raise_risk(
            session, room.seed.programme, text, current=Score(2, 3), why="First look.", doer=OFFICE, now=room.now
        )


def it_grows(room: Room, risk: Risk) -> None:
    with writing(room.session) as session:
        assess_risk(
            session, risk.id, Score(4, 5), why="Both have put it off.", seen=risk.version, doer=OFFICE, now=room.now
        )


def new_milestone(room: Room) -> None:
    """A milestone that comes into the plan in December, and into that period."""
    with writing(room.session) as session:
        session.add(
            Milestone(
                code="second-reading",
                workstream_id=room.seed.workstreams["system-architecture"].id,
                title="A second reading",
                position=9,
                baseline_words="18 December 2015",
                baseline_earliest=date(2015, 12, 18),
                baseline_latest=date(2015, 12, 18),
                added_on=date(2015, 12, 5),
                demonstration=True,
            )
        )


def sutton_responds(room: Room) -> None:
    """Another body's decision, recorded after Merton's pack went out."""
    with writing(room.session) as session:
        body = room.seed.bodies["Sutton"]
        signoff.answer_as_officer(
            session,
            case_id=room.seed.case.id,
            body_id=body.id,
            answer=AnswerFact("respond", reason="Nothing to add."),
            seen=seen_for(session, room.seed.case, body),
            token="sutton-responds",
            doer=room.secretary("Sutton"),
            now=room.now,
            role="secretary",
        )


def test_the_front_page_finds_each_change_between_two_packs_of_one_body(room: Room) -> None:
    risk = a_risk(room)
    room.release_edition()
    first = room.release(room.put_forward())
    with writing(room.session):  # as though Kingston's condition had stood when the last pack was frozen
        facts = deepcopy(first.facts or {})
        facts["content"]["matrices"][0]["rounds"][-1]["parties"][1]["conditions"] = [KINGSTON]
        first.facts = facts
        flag_modified(first, "facts")
    room.clock.now = datetime(2015, 12, 10, 9, 0, tzinfo=UTC)
    later = next_but_one(room)
    a_new_period(room)
    sutton_responds(room)
    it_grows(room, risk)
    new_milestone(room)
    with writing(room.session) as session:
        propose(session, later, "request", "Winter, looked back on", "discussion")
        propose(session, later, "request", "A plan for spring", "approval", recommendation="approve it")
    room.seed.meetings["Merton"] = later
    canaries = plant(room)
    pack = room.pack()
    found = pack_facts(room.session, pack, room.now)
    told = {change["sentence"]: change for change in found["content"]["changes"]["since_last_pack"]}
    stream, case = "System architecture", "Out-of-hospital standards"
    expected = {
        f"{stream}: overall red, was green; cost green, was amber.": ("ratings", "workstream-system-architecture"),
        f"{stream}: “First version with all six bodies” moved from 13 November 2015 to 15 January 2016.": (
            "milestones",
            "workstream-system-architecture",
        ),
        f"{stream}: “A second reading” is a new milestone, expected 18 December 2015.": (
            "milestones",
            "workstream-system-architecture",
        ),
        f"{stream}: the risk “The framework is agreed late” is 20, extreme, was 6, moderate.": (
            "risks",
            "workstream-system-architecture",
        ),
        f"{case}, Sutton: responded, was not yet answered.": ("decisions", "sign-off-matrix-ooh-1"),
        f"{case}: Kingston’s condition, “{KINGSTON}”, is no longer outstanding.": (
            "conditions",
            "sign-off-matrix-ooh-1",
        ),
    }
    assert {said: (told[said]["group"], told[said]["anchor"]) for said in expected if said in told} == expected
    since = [change["sentence"] for change in found["content"]["changes"]["since_last_period"]]
    new = "is a new milestone, in the plan since 5 December 2015, expected 18 December 2015"
    assert f"{stream}: “A second reading” {new}." in since
    env = room.app.jinja_env
    with room.app.app_context():
        facts = sections.with_sections(env, found)
        front = next(piece for piece in sections.pack_pieces(env, facts) if piece.kind == "front_page").html
        page = sections.reading_page(env, facts, {one["key"]: 1 for one in facts["sections"]} | {"last-page": 2}, 2)
        deck = slides.document(env, facts)
        assert canonical(sections.with_sections(env, found)) == canonical(facts)
    for where in (front, page, deck):
        for said, (_, anchor) in expected.items():
            assert f'<a href="#{anchor}">{said}</a>' in where
            assert f'id="{anchor}"' in (page if where is front else where)
        assert re.search(r'<a href="#[^"]+">Item \d+: A plan for spring</a>', where)
        assert "Against the pack of 19 November 2015 (version 1)" in where
        assert [canary for canary in canaries if canary in where] == []
    assert "20 Extreme" in page and "Ask both to meet earlier." in page and "20 Extreme" in deck
    text = words(front)
    places = [text.index(heading) for heading in ("For decision", "For noting", "What has changed since", "Ratings")]
    assert places == sorted(places)
    assert text.index("A plan for spring") < text.index("For noting") < text.index("Winter, looked back on")


def test_a_risk_that_is_only_counted_has_none_of_its_words_in_the_facts(room: Room) -> None:
    risk = a_risk(room)
    a_new_period(room)
    room.clock.now = datetime(2015, 12, 10, 9, 0, tzinfo=UTC)
    room.seed.meetings["Merton"] = next_but_one(room)
    facts = pack_facts(room.session, room.pack(), room.now)
    (stream,) = (
        one for one in facts["content"]["edition"]["content"]["workstreams"] if one["code"] == "system-architecture"
    )
    assert stream["risks"] == [{"code": risk.code, "kind": "risk", "score": 6, "band": "moderate", "trend": "same"}]
    assert "The framework is agreed late" not in canonical(facts).decode()


def test_without_an_earlier_pack_the_front_page_says_so(room: Room) -> None:
    room.edition()
    facts = pack_facts(room.session, room.pack(), room.now)
    with room.app.app_context():
        front = sections.pack_pieces(room.app.jinja_env, facts)[0].html
        deck = slides.document(room.app.jinja_env, facts)
    said = "No earlier pack of NHS Merton CCG Governing Body was released here, so there is none to compare with."
    assert said in words(front) and said in words(deck)
    assert room.session.scalar(sa.select(sa.func.count()).select_from(Pack)) == 1
    room.clock.forward(timedelta(days=1))


def pack_of(parties: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """The content of a pack with one sign-off, as its facts hold it."""
    case = {
        "code": "standards",
        "title": "Standards",
        "complete": False,
        "result": "",
        "demonstration": True,
        "rounds": [{"number": 1, "stage": "Decision", "version": "version 2", "parties": parties}],
    }
    return {"edition": None, "local": {}, "matrices": [{**case, **more}]}


def party(body: str, word: str, *conditions: str) -> dict[str, Any]:
    return {"body_id": body, "short_name": body, "word": word, "conditions": list(conditions)}


def sentences(before: dict[str, Any], now: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["group"], one["sentence"]) for one in changes.since_last_pack({"content": before}, now)]


def test_a_decision_with_a_new_condition_is_told_as_both() -> None:
    before = pack_of([party("Sutton", "papers issued"), party("Merton", "scheduled")])
    now = pack_of([party("Sutton", "agreed with conditions", "A yearly review."), party("Merton", "scheduled")])
    assert sentences(before, now) == [
        ("decisions", "Standards, Sutton: agreed with conditions, was papers issued."),
        ("conditions", "Standards: Sutton’s condition, “A yearly review”, is new."),
    ]


def test_bodies_that_came_to_the_same_are_told_in_one_sentence() -> None:
    before = pack_of([party(name, "not yet scheduled") for name in ("Kingston", "Merton", "Sutton")])
    now = pack_of([party(name, "scheduled") for name in ("Kingston", "Merton", "Sutton")])
    assert sentences(before, now) == [
        ("decisions", "Standards, Kingston, Merton and Sutton: scheduled, was not yet scheduled.")
    ]


def test_a_further_round_and_a_case_that_is_closed_are_told() -> None:
    before = pack_of([party("Sutton", "responded")])
    now = pack_of([party("Sutton", "agreed")], complete=True, result="1 of 1 has agreed.")
    now["matrices"][0]["rounds"][0]["number"] = 2
    assert [sentence for _, sentence in sentences(before, now)] == [
        "Standards: a further round is open: round 2, Decision, on version 2.",
        "Standards, Sutton: agreed, was responded.",
        "Standards: 1 of 1 has agreed.",
    ]


def test_nothing_is_told_where_nothing_is_different() -> None:
    same = pack_of([party("Sutton", "agreed", "A yearly review")])
    assert sentences(same, deepcopy(same)) == []


def test_silence_is_frozen_with_the_edition_as_at_the_day_updates_were_due(room: Room) -> None:
    code, title = room.session.execute(
        sa.select(Workstream.code, Workstream.title)
        .where(Workstream.id.not_in(sa.select(Update.workstream_id)))
        .order_by(Workstream.id)
    ).first() or ("", "")
    with writing(room.session) as session:
        stream = session.get_one(Workstream, room.seed.workstreams[code].id)
        stream.starts = room.seed.period.updates_due - timedelta(days=30)
        of_stream = session.get_one(Workstream, room.seed.workstreams["system-architecture"].id)
        of_stream.starts = room.seed.period.updates_due - timedelta(days=400)
    content = edition_content(room.session, room.edition())
    silent = {one["code"]: one["silence"] for one in content["workstreams"]}
    since = (room.seed.period.updates_due - timedelta(days=30)).isoformat()
    assert silent[code] == {"days": 30, "since": since, "heard": False, "limit": 30}
    assert silent["system-architecture"] is None
    said = f"{title}: silent for 30 days when updates were due, since it began, never heard of."
    told = {change["sentence"]: change["anchor"] for change in changes.since_last_period(content)}
    assert told[said] == "highlights"
    room.clock.forward(timedelta(days=20))
    assert edition_content(room.session, room.edition()) == content  # another day says the same
