"""Tokens: made and shown once, for what they were made for, until they end; and what signs asks who is there."""

import re
from datetime import timedelta
from unittest.mock import patch

import pyotp
import sqlalchemy as sa

from app.audit.models import RecordEntry
from app.people import new_passwords, second_factor
from app.people.bearers import hash_of
from app.people.models import Account
from app.people.service import SERVICE, disable
from app.people.token_models import PersonalToken
from app.web.models import ThrottleEvent
from config import kept_secret
from tests.api.test_life_of_a_sign_off import EVENING
from tests.api.world import Program, World, said, secret_of
from tests.signoff.group import begin_session

SIGN = "sign-off:sign"


def in_the_browser(world: World, who: str) -> None:
    world.session.rollback()
    world.client.set_cookie("concord", begin_session(world.session, world.accounts[who], world.clock.real))
    world.session.commit()


def csrf(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def test_a_token_is_made_on_the_page_shown_once_used_and_revoked(world: World) -> None:
    in_the_browser(world, "merton-secretary")
    page = world.client.get("/account/tokens/new")
    form = {"csrf_token": csrf(page.text), "name": "Board papers", "scopes": ["sign-off:read"], "days": "30"}
    assert world.client.post("/account/tokens/new", data={**form, "scopes": []}).status_code == 422
    made = world.client.post("/account/tokens/new", data=form)
    found = re.search(r"concord_[A-Za-z0-9_-]{43}", made.text)
    assert found is not None
    secret = found.group()
    headers = {"Authorization": f"Bearer {secret}"}
    assert world.client.get("/api/sign-offs", headers=headers).status_code == 200
    listed = world.client.get("/account/tokens").text
    assert "Board papers" in listed
    assert secret not in listed
    token = world.session.scalars(sa.select(PersonalToken)).one()
    assert (token.token_hash, token.used_at) == (hash_of(secret), world.clock.real)
    assert secret not in str(world.session.execute(sa.select(PersonalToken.__table__)).all())
    revoke = f"/account/tokens/{token.id}/revoke"
    assert "Revoke the token Board papers" in world.client.get(revoke).text
    assert world.client.post(revoke, data={"csrf_token": form["csrf_token"]}).status_code == 303
    over = world.client.get("/api/sign-offs", headers=headers)
    assert (over.status_code, said(over)["detail"]) == (
        401,
        "The token “Board papers” opens nothing any more: it was revoked.",
    )
    world.session.rollback()
    tags = world.session.scalars(sa.select(RecordEntry.tag).where(RecordEntry.tag.startswith("account.token"))).all()
    assert sorted(tags) == ["account.token-made", "account.token-revoked"]


def test_a_token_that_ended_opens_nothing_and_says_why(world: World) -> None:
    now, real, session = world.clock.now, world.clock.real, world.session
    ended = {who: world.program(who) for who in ("merton-secretary", "croydon-secretary", "officer", "croydon-chair")}
    ids = {who: world.accounts[who].id for who in ended}
    expired = world.program("director", expires_at=real)
    second_factor.turn_on(session, ids["officer"], "A" * 32, 1, b"k" * 32, SERVICE, now, real)
    session.commit()
    assert {program.get("/sign-offs").status_code for program in ended.values()} == {200}
    session.rollback()
    disable(session, "merton-secretary@test.example", SERVICE, now)
    new_passwords.change(session, ids["croydon-secretary"], "another long password", SERVICE, now, real)
    second_factor.reset(session, ids["officer"], SERVICE, now, real)
    session.get_one(Account, ids["croydon-chair"]).disabled = True
    session.commit()
    answers = [program.get("/sign-offs") for program in (*ended.values(), expired)]
    answers += [Program(world.client, token).get("/sign-offs") for token in (secret_of(999), "of-no-such-form")]
    assert [said(answer)["detail"] for answer in answers] == [
        "The token “A program” opens nothing any more: the account was disabled.",
        "The token “A program” opens nothing any more: the password of its account was changed.",
        "The token “A program” opens nothing any more: the second factor of its account was reset.",
        "The account of this token is disabled.",
        "The token “A program” expired on 5 November 2026.",
        "That is not a token of this service.",
        "That is not a token of this service.",
    ]
    for answer in answers:
        assert (answer.status_code, said(answer)["type"]) == (401, "/api#problem-not-authenticated")
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_wrong_tokens_are_throttled_and_right_ones_are_not(world: World) -> None:
    program = world.of("director")
    with patch.dict(world.client.application.extensions) as kept:
        settings = kept["concord.settings"]
        kept["concord.settings"] = type(settings)(
            instance=settings.instance, public_url="http://localhost", testing=True, throttle_origin_attempts=3
        )
        tried = [world.client.get("/api/waiting", headers={"Authorization": "Bearer concord_guess"}) for _ in range(5)]
        assert [one.status_code for one in tried] == [401, 401, 401, 429, 429]
        assert tried[-1].headers["Retry-After"] == "900"
        assert tried[-1].mimetype == "application/problem+json"
        assert program.get("/waiting").status_code == 200
    assert world.session.scalar(sa.select(sa.func.count()).select_from(ThrottleEvent)) == 3


def test_a_token_does_what_its_scopes_name_and_a_session_opens_nothing(world: World) -> None:
    in_the_browser(world, "merton-secretary")
    answer = world.client.get("/api/sign-offs")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="Concord"')
    assert world.client.post("/api/documents/ooh/versions/1/sign-off", data="{}").status_code == 401
    assert "Access-Control-Allow-Origin" not in answer.headers
    reads = world.program("director", ["sign-off:read"])
    assert reads.get("/documents/ooh").status_code == 200
    refused = reads.post("/documents/ooh/versions/1/sign-off", {})
    assert (refused.status_code, said(refused)["type"]) == (403, "/api#problem-scope")
    assert said(refused)["needs"] == ["a token with the scope sign-off:ask"]
    assert 'scope="sign-off:ask"' in refused.headers["WWW-Authenticate"]
    asks = world.program("director", ["sign-off:ask"])
    assert asks.get("/documents/ooh").status_code == 403
    assert asks.post("/documents/ooh/versions/1/sign-off", {}).status_code == 201


def test_what_signs_asks_for_a_proof_as_the_page_does(world: World) -> None:
    address = world.at_decisions()
    world.clock.now = EVENING
    secretary, path = world.of("merton-secretary"), f"{address}/bodies/merton/decision"
    decision = world.decision(address, "Merton")
    world.clock.real += timedelta(minutes=15)
    asked = secretary.post(path, decision)
    assert (asked.status_code, said(asked)["type"]) == (403, "/api#problem-proof-needed")
    assert len(said(asked)["needs"]) == 2
    # who may not do it is told that, and not asked to prove anything
    other = world.of("croydon-secretary").post(path, decision)
    assert said(other)["detail"] == "Only Merton’s board secretary may record its decision."
    account_id, secret = world.accounts["merton-secretary"].id, pyotp.random_base32()
    key = kept_secret(world.client.application.extensions["concord.settings"].instance / "second-factor.key")
    second_factor.turn_on(world.session, account_id, secret, 1, key, SERVICE, world.clock.now, world.clock.real)
    world.session.commit()
    wrong = secretary.post(path, decision, Concord_One_Time_Code="000000")
    assert (wrong.status_code, said(wrong)["detail"]) == (403, "The code is not right, or was used already.")
    code = pyotp.TOTP(secret).at(world.clock.real)
    assert secretary.post(path, decision, Concord_One_Time_Code=code).status_code == 201
    again = secretary.post(path, {**decision, "all_for": False}, Concord_One_Time_Code=code)
    assert said(again)["type"] != "/api#problem-proof-needed", "the proof holds for a while, without a code"


def test_a_token_is_let_sign_on_its_page_after_a_proof(world: World) -> None:
    program = world.of("merton-secretary")
    token = world.session.scalars(sa.select(PersonalToken)).one()
    world.clock.real += timedelta(minutes=30)
    in_the_browser(world, "merton-secretary")
    path = f"/account/tokens/{token.id}/sign"
    page = world.client.get(path)
    assert world.client.post(path, data={"csrf_token": csrf(page.text)}).status_code == 303
    world.session.rollback()
    assert token.proved_at == world.clock.real
    refused = program.post("/documents/ooh/versions/2/ruling", {})
    assert said(refused)["type"] == "/api#problem-refused", "nothing more is to be proved"
    world.clock.real += timedelta(minutes=16)
    assert world.client.get(path).headers["Location"].startswith("/confirm-identity")
    in_the_browser(world, "croydon-secretary")
    assert world.client.get(path).status_code == 404
