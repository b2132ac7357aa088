"""The programme's pages: who sees and does what, what is typed is kept, and every refusal is a sentence."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.db import writing
from app.programme import service
from app.programme.models import LocalPosition, Milestone, Period, Segment, SegmentLink, Update
from app.programme.service import LocalText, UpdateText
from tests.programme.swl import NOW, World, signed_in, south_west_london

UPDATE = "/workstreams/architecture/update"
LOCAL = "/workstreams/architecture/local/croydon"
TYPED = {"overall": "green", "headline": "Drawn at last.", "done": "Two workshops <b>were</b> held.", "seen": "0"}


@pytest.fixture
def world(session: Session) -> World:
    return south_west_london(session)


def stored(session: Session) -> Update:
    session.rollback()
    return session.scalars(sa.select(Update)).one()


def test_nobody_reads_the_programme_without_signing_in(client: FlaskClient, world: World) -> None:
    for path in ("/workstreams", "/workstream-grid", "/map", "/workstreams/architecture", UPDATE):
        assert client.get(path).status_code == 302


def test_another_collaborative_finds_nothing(client: FlaskClient, session: Session, world: World) -> None:
    stranger = signed_in(client, session, world, "stranger")
    for path in ("/workstreams/architecture", UPDATE, LOCAL, "/milestones/architecture-drawn", f"{LOCAL}/review"):
        assert stranger.get(path).status_code == 404
    assert stranger.get("/workstreams?programme=swl").status_code == 404
    assert "Your collaborative has no programme yet" in stranger.get("/workstreams").text


def test_every_reading_page_opens_for_a_reader(client: FlaskClient, session: Session, world: World) -> None:
    with writing(session):
        segments = [
            Segment(code=f"segment-{n}", programme_id=world.programme, kind=kind, name=name, position=n)
            for n, (kind, name) in enumerate(
                [("sector", "Primary"), ("segment", "Urgent care"), ("segment", "Planned care")]
            )
        ]
        session.add_all(segments)
        session.flush()
        ends = {"from_id": segments[1].id, "to_id": segments[2].id}
        session.add(SegmentLink(code="risk", kind="risk", reconstructed=True, **ends))
    reader = signed_in(client, session, world, "reader")
    listed = reader.get("/workstreams")
    assert listed.status_code == 200
    assert "2 workstreams" in listed.text
    assert "2 updates of 2 still owed" in listed.text.replace("\n", " ")
    assert "Silent" in listed.text
    assert "1 of 2 workstreams" in reader.get("/workstreams?q=patients").text
    assert "No workstream fits all of these" in reader.get("/workstreams?kind=pilot").text
    assert reader.get("/workstreams?brag=purple&sort=;&period=2015-08").status_code == 200
    assert reader.get("/workstreams?period=1999").status_code == 404
    assert "Who to chase" in reader.get("/workstream-grid").text
    drawn = reader.get("/map").text
    assert "the source shows these links but not which segments they join" in drawn
    assert "style=" not in drawn
    assert "Architecture drawn" in reader.get("/workstreams/architecture").text
    csv = reader.get("/workstreams?as=csv")
    assert csv.mimetype == "text/csv"
    assert "System architecture,architecture" in csv.text
    assert "System architecture,owed,owed,owed" in reader.get("/workstream-grid?as=csv").text


def test_only_the_programme_office_writes_the_common_update(
    client: FlaskClient, session: Session, world: World
) -> None:
    for who in ("reader", "croydon manager", "croydon secretary"):
        refused = signed_in(client, session, world, who).get(UPDATE)
        assert refused.status_code == 403
        assert "position is written on its local position page" in refused.text
    assert signed_in(client, session, world, "manager").get(UPDATE).status_code == 200
    assert signed_in(client, session, world, "manager").get(f"{UPDATE}/review").status_code == 403


def test_an_update_goes_from_draft_to_approved(client: FlaskClient, session: Session, world: World) -> None:
    manager = signed_in(client, session, world, "manager")
    assert manager.post(UPDATE, {**TYPED, "action": "save"}).status_code == 303
    assert (stored(session).state, stored(session).headline) == ("draft", "Drawn at last.")
    assert manager.post(UPDATE, {**TYPED, "seen": "1", "action": "submit"}).status_code == 303
    assert stored(session).state == "submitted"
    director = signed_in(client, session, world, "director")
    shown = director.get(f"{UPDATE}/review").text
    assert "Two workshops &lt;b&gt;were&lt;/b&gt; held." in shown
    version = str(stored(session).version)
    returned = director.post(f"{UPDATE}/review", {"seen": version, "comment": "", "action": "return"})
    assert returned.status_code == 422
    assert "Say what is to be changed" in returned.text
    assert director.post(f"{UPDATE}/review", {"seen": version, "action": "approve"}).status_code == 303
    assert stored(session).state == "approved"
    page = director.get("/workstreams/architecture").text
    assert "Two workshops &lt;b&gt;were&lt;/b&gt; held." in page
    assert "its text is what the edition takes" in page
    manager = signed_in(client, session, world, "manager")
    refused = manager.post(UPDATE, {**TYPED, "seen": str(stored(session).version), "action": "save"}, "/workstreams")
    assert refused.status_code in (400, 403)


def test_what_is_missing_stands_beside_the_fields_and_what_was_typed_stays(
    client: FlaskClient, session: Session, world: World
) -> None:
    manager = signed_in(client, session, world, "manager")
    answer = manager.post(UPDATE, {"time": "red", "done": "Two workshops.", "seen": "0", "action": "submit"})
    assert answer.status_code == 422
    for sentence in (
        "There is a problem",
        "Rate the workstream overall",
        "Write a headline",
        "Rated red (time): say what brings it back to green.",
        "Two workshops.",
    ):
        assert sentence in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Update)) == 0


def test_a_stale_update_answers_409_with_what_changed_and_what_was_typed(
    client: FlaskClient, session: Session, world: World
) -> None:
    manager = signed_in(client, session, world, "manager")
    manager.post(UPDATE, {**TYPED, "action": "save"})
    answer = manager.post(UPDATE, {**TYPED, "headline": "Mine instead.", "action": "save"})
    assert answer.status_code == 409
    assert "Manager saved this update on 5 November 2015" in answer.text
    assert "Headline: theirs, saved meanwhile" in answer.text
    assert "Drawn at last." in answer.text
    assert "Mine instead." in answer.text
    assert stored(session).headline == "Drawn at last."


def test_last_period_is_rolled_forward_by_one_button(client: FlaskClient, session: Session, world: World) -> None:
    doer = world.doer("manager")
    text = UpdateText(overall="green", headline="Begun.", done="Begun.", next="A third workshop.")
    with writing(session):
        last = service.save_update(
            session, world.workstreams["architecture"], world.periods["2015-08"], text, 0, doer, NOW
        )
        service.submit_update(session, last.id, last.version, doer, NOW)
    manager = signed_in(client, session, world, "manager")
    page = manager.get(UPDATE).text
    assert "Roll last period forward" in page
    assert "keep what was done, and say what was not" in page
    typed = {"seen": "0", "headline": "A room is found.", "done": "", "next": "A fourth workshop.", "action": "roll"}
    assert manager.post(UPDATE, typed).status_code == 303
    rolled = session.scalars(sa.select(Update).where(Update.period_id == world.periods["2015-10"])).one()
    assert (rolled.headline, rolled.overall, rolled.done, rolled.next, rolled.state) == (
        "A room is found.",
        "green",
        "A third workshop.",
        "A fourth workshop.",
        "draft",
    )
    assert "Roll last period forward" not in manager.get(UPDATE).text


def test_a_released_period_is_closed_on_the_page(client: FlaskClient, session: Session, world: World) -> None:
    with writing(session):
        service.close_period(session, session.get_one(Period, world.periods["2015-10"]), NOW)
    manager = signed_in(client, session, world, "manager")
    assert "It can no longer be changed" in manager.get(f"{UPDATE}?period=2015-10").text
    refused = manager.post(f"{UPDATE}?period=2015-10", {**TYPED, "action": "save"}, UPDATE)
    assert refused.status_code == 403
    assert "October/November 2015 was released on 5 November 2015" in refused.text
    assert "Drawn at last." in refused.text
    assert "December 2015/January 2016" in manager.get("/workstreams").text


def test_the_preview_leads_back_to_the_form_and_belongs_to_the_workstreams(
    client: FlaskClient, session: Session, world: World
) -> None:
    manager = signed_in(client, session, world, "manager")
    manager.post(UPDATE, {**TYPED, "action": "save"})
    page = manager.get(f"{UPDATE}/preview").text
    main = page[page.index("<main") : page.index("</main>")]
    assert 'href="/workstreams/architecture/update?period=2015-10">Go on with the update</a>' in main
    assert 'href="/workstreams" aria-current="true"' in page
    assert 'href="/packs" aria-current' not in page


def test_an_unknown_button_is_a_bad_request(client: FlaskClient, session: Session, world: World) -> None:
    manager = signed_in(client, session, world, "manager")
    assert manager.post(UPDATE, {**TYPED, "action": "approve"}).status_code == 400


def test_a_text_that_is_too_long_is_kept_and_said(client: FlaskClient, session: Session, world: World) -> None:
    manager = signed_in(client, session, world, "manager")
    answer = manager.post(UPDATE, {**TYPED, "done": "x" * 100_000, "action": "save"})
    assert answer.status_code == 422
    assert "20,000 characters or fewer" in answer.text
    assert "x" * 100_000 in answer.text


def test_a_body_writes_and_approves_its_own_position(client: FlaskClient, session: Session, world: World) -> None:
    manager = signed_in(client, session, world, "croydon manager")
    assert manager.get("/workstreams/architecture/local/wandsworth").status_code == 403
    assert manager.post(LOCAL, {"seen": "0", "position": "", "action": "submit"}).status_code == 422
    typed = {"seen": "0", "brag": "amber", "position": "Our lead is named.", "note": "", "action": "submit"}
    assert manager.post(LOCAL, typed).status_code == 303
    session.rollback()
    assert session.scalars(sa.select(LocalPosition)).one().state == "submitted"
    assert manager.get(f"{LOCAL}/review").status_code == 403
    secretary = signed_in(client, session, world, "croydon secretary")
    assert "Our lead is named." in secretary.get("/workstreams/architecture").text
    assert secretary.post(f"{LOCAL}/review", {"seen": "1", "action": "approve"}).status_code == 303
    session.rollback()
    assert session.scalars(sa.select(LocalPosition)).one().state == "approved"


def test_what_is_typed_stands_against_nothing_local_to_add(client: FlaskClient, session: Session, world: World) -> None:
    manager = signed_in(client, session, world, "croydon manager")
    typed = {"seen": "0", "brag": "", "position": "Our lead is named.", "note": "", "action": "nothing"}
    answer = manager.post(LOCAL, typed)
    assert answer.status_code == 422
    assert "A position is written. You say that there is nothing local to add." in answer.text
    assert 'value="Our lead is named."' in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(LocalPosition)) == 0
    assert manager.post(LOCAL, {**typed, "position": ""}).status_code == 303


def test_the_chair_returns_a_position_with_a_comment(client: FlaskClient, session: Session, world: World) -> None:
    with writing(session):
        service.submit_local_position(
            session,
            workstream_id=world.workstreams["architecture"],
            period_id=world.periods["2015-10"],
            body_id=world.bodies["croydon"],
            text=LocalText("green", "Ours."),
            nothing_local=False,
            seen=0,
            doer=world.doer("croydon manager"),
            now=NOW,
        )
    chair = signed_in(client, session, world, "croydon chair")
    answer = chair.post(f"{LOCAL}/review", {"seen": "1", "comment": "Say who.", "action": "return"})
    assert answer.status_code == 303
    manager = signed_in(client, session, world, "croydon manager")
    assert "Say who." in manager.get(LOCAL).text
    assert manager.post(LOCAL, {"seen": "2", "brag": "", "position": "", "action": "nothing"}).status_code == 303
    assert "Nothing local" in manager.get("/workstream-grid").text


def test_a_milestone_moves_on_its_page_with_a_reason(client: FlaskClient, session: Session, world: World) -> None:
    manager = signed_in(client, session, world, "manager")
    path = "/milestones/architecture-drawn/date"
    wrong = manager.post(path, {"seen": "0", "what": "forecast", "became": "31 November 2015", "reason": ""})
    assert wrong.status_code == 422
    assert "“31 November 2015” is not a day of the calendar." in wrong.text
    assert "Say why the date changes" in wrong.text
    typed = {"seen": "0", "what": "forecast", "became": "15/12/2015", "reason": "No room was free."}
    assert manager.post(path, typed).status_code == 303
    session.rollback()
    assert session.get_one(Milestone, world.milestone).forecast.words == "15 December 2015"
    page = manager.get("/workstreams/architecture").text
    assert "Forecast 15 days later." in page
    assert "No room was free." in page
    assert manager.post(path, typed).status_code == 409
    assert signed_in(client, session, world, "reader").get(path).status_code == 403
