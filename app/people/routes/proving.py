"""Counting attempts before anything is verified, and verifying who is there: for every door that asks for a secret."""

from datetime import timedelta

from flask import current_app, request
from flask_login import login_user
from werkzeug.exceptions import TooManyRequests

from app.audit.service import Doer
from app.db import change, db
from app.people import second_factor, service
from app.people.forms import ProofForm
from app.people.login import SignedIn
from app.people.models import Account
from app.web import gate, sessions, throttle
from app.web.clock import now, real_now
from config import Settings, kept_secret


def settings() -> Settings:
    """The settings of this service."""
    found: Settings = current_app.extensions["concord.settings"]
    return found


def factor_key() -> bytes:
    """The key that the secrets of second factors are kept under: made once, in the instance folder."""
    return kept_secret(settings().instance / "second-factor.key")


def origin() -> str:
    """Where this request comes from, as far as counting goes."""
    return throttle.origin(request.remote_addr or "")


def admit(failed: str, *limits: tuple[str, int, str]) -> None:
    """Count this attempt before anything is verified; raises 429 once the attempts are used up.

    `limits` are keys with how many each admits and for whom, in words; `failed` says what there were too many of.
    An attempt that is refused by one of them counts for none.
    """
    minutes = settings().throttle_minutes
    with change() as writer:
        for key, limit, what in limits:
            if not throttle.admitted(writer, key, limit, timedelta(minutes=minutes), real_now()):
                raise TooManyRequests(
                    f"{failed} {what}. Wait {minutes} minutes, then try again.", retry_after=minutes * 60
                )


def code_taken(account_id: int, code: str, name: str) -> bool:
    """Whether the code is right and was not taken before, counted for the account and for where it is typed.

    Whoever gets so far knows the password: the account's own limit is wide, so that its owner is not kept out.
    """
    here = throttle.throttle_key("code", origin(), str(account_id))
    anywhere = throttle.throttle_key("code", str(account_id))
    admit(
        "Too many codes were wrong",
        (here, settings().throttle_attempts, "for this account"),
        (anywhere, settings().throttle_origin_attempts, "for this account"),
    )
    owner = db.session.get_one(Account, account_id).person_id
    with change() as writer:
        doer = Doer(owner, name, "owner of the account")
        right = second_factor.take(writer, account_id, code, factor_key(), doer, now(), real_now())
        if right:
            throttle.forget(writer, here)
            throttle.give_back(writer, anywhere)
    return right


def proved(form: ProofForm) -> bool:
    """Whether the form's password, and code where one is asked, are those of who is signed in; says what is not."""
    account_id = gate.actor().account_id or 0
    key = throttle.throttle_key("proof", origin(), str(account_id))
    admit("Too many proofs failed", (key, settings().throttle_attempts, "for this account"))
    if not service.is_password_of(db.session.get_one(Account, account_id), form.proof_password.data or ""):
        form.proof_password.errors = ["That is not your password"]
        return False
    if code_asked() and not code_taken(account_id, form.proof_code.data or "", gate.actor().name):
        form.proof_code.errors = ["The code is not right, or was used already. Wait for the next one"]
        return False
    with change() as writer:
        throttle.forget(writer, key)
    return True


def code_asked() -> bool:
    """Whether who is signed in has a second factor."""
    account_id = gate.actor().account_id
    return account_id is not None and second_factor.find(db.session, account_id) is not None


def begin_session(signed_in: SignedIn) -> None:
    """A new session for someone who has just proved who they are; what the one before held is gone."""
    sessions.current().renew()
    login_user(signed_in)
    gate.note_proof()


def begin_anew() -> None:
    """A new session for who is signed in, whose sessions have all been ended."""
    actor = gate.actor()
    begin_session(SignedIn(actor.account_id or 0, actor))
