"""One-time codes beside the password (TOTP, RFC 6238): each taken once, and recovery codes for when the app is lost.

All times are real time, but `now`, which is the record's.
"""

import base64
import hmac
import secrets
from datetime import datetime
from hashlib import sha256

import pyotp
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.people.ending_tokens import end_tokens_of
from app.people.models import Account, RecoveryCode, SecondFactor
from app.people.notices import NOT_YOU, tell
from app.people.service import record
from app.permissions import Refused
from app.web.service import end_sessions_of

STEP_SECONDS = 30
WINDOW = 1
"""A code of the 30 seconds before or after is taken too: clocks differ, and typing takes time."""
RECOVERY_CODES = 10
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 that are not mistaken for one another: 16 of them are 80 bits


def new_secret() -> str:
    """A secret to be shown to its owner: 160 random bits in base 32."""
    return pyotp.random_base32()


def sealed(secret: str, key: bytes, account_id: int) -> str:
    """The secret as it is kept: AES-256-GCM under the instance's key, bound to the account."""
    nonce = secrets.token_bytes(12)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, secret.encode(), str(account_id).encode())).decode()


def unsealed(kept: str, key: bytes, account_id: int) -> str:
    """The secret of `sealed`; raises `Refused` where the instance's key is another one."""
    raw = base64.b64decode(kept)
    try:
        return AESGCM(key).decrypt(raw[:12], raw[12:], str(account_id).encode()).decode()
    except InvalidTag:
        raise Refused(
            "The key that second factors are kept under is not the one they were made with, so no code can be checked.",
            "second-factor.key restored from the backup, or the second factor reset by an administrator",
        ) from None


def address_of(secret: str, email: str) -> str:
    """What the QR code holds, and an authenticator app reads."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=email, issuer_name="Concord")


def step_of(secret: str, code: str, at: datetime, after: int = -1) -> int | None:
    """Which 30 seconds the code is of, where they are about `at` and later than the step `after`; else None."""
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    current = int(at.timestamp()) // STEP_SECONDS
    typed = "".join(code.split())
    for step in range(current - WINDOW, current + WINDOW + 1):
        if step > after and hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            return step
    return None


def find(session: Session, account_id: int) -> SecondFactor | None:
    """The account's second factor, where it has one."""
    return session.get(SecondFactor, account_id)


def codes_left(session: Session, account_id: int) -> int:
    """How many recovery codes were not used yet."""
    query = sa.select(sa.func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return session.scalar(query) or 0


def turn_on(
    session: Session, account_id: int, secret: str, step: int, key: bytes, doer: Doer, now: datetime, real_now: datetime
) -> list[str]:
    """Ask a code at every sign-in from now on; `step` is that of the code it was confirmed with, which is now used.

    Returns the recovery codes, to be shown once. Every session of the account ends. Raises `Refused` where one is on.
    """
    account = session.get_one(Account, account_id, with_for_update=True)
    if session.get(SecondFactor, account_id) is not None:
        raise Refused("Your second factor is set up already. Turn it off first to use another app.")
    kept = sealed(secret, key, account_id)
    session.add(SecondFactor(account_id=account_id, sealed_secret=kept, on_since=real_now, last_step=step))
    codes = _new_codes(session, account_id)
    end_sessions_of(session, account_id)
    record(session, Tag.SECOND_FACTOR_ON, doer, account, now)
    body = f"Signing in to Concord now asks for a code from your authenticator app as well. {NOT_YOU}"
    tell(session, account, "factor-on", "Your second factor for Concord is on", body, real_now)
    return codes


def take(
    session: Session, account_id: int, code: str, key: bytes, doer: Doer, now: datetime, real_now: datetime
) -> bool:
    """Whether this code, of the app or for recovery, is the account's and was not taken before; it is taken now.

    The row is locked, so that of two who send one code one is let in.
    """
    factor = session.get(SecondFactor, account_id, with_for_update=True)
    if factor is None:
        return False
    step = step_of(unsealed(factor.sealed_secret, key, account_id), code, real_now, factor.last_step)
    if step is not None:
        factor.last_step = step
        return True
    found = session.scalar(
        sa.select(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == _hash(code),
            RecoveryCode.used_at.is_(None),
        )
        .with_for_update()
    )
    if found is None:
        return False
    found.used_at = real_now
    session.flush()
    account, left = session.get_one(Account, account_id), codes_left(session, account_id)
    record(session, Tag.RECOVERY_CODE_USED, doer, account, now, left=left)
    body = f"A recovery code of your account in Concord was used; {left} are left. {NOT_YOU}"
    tell(session, account, "recovery", "A recovery code for Concord was used", body, real_now)
    return True


def turn_off(session: Session, account_id: int, doer: Doer, now: datetime, real_now: datetime) -> None:
    """Ask no code any more, as its owner wishes, who has given password and code."""
    account = session.get_one(Account, account_id, with_for_update=True)
    _remove(session, account_id)
    record(session, Tag.SECOND_FACTOR_OFF, doer, account, now)
    body = f"Signing in to Concord no longer asks you for a code. {NOT_YOU}"
    tell(session, account, "factor-off", "Your second factor for Concord is off", body, real_now)


def reset(session: Session, account_id: int, doer: Doer, now: datetime, real_now: datetime) -> None:
    """Take the second factor off an account whose owner lost it; every session ends. Raises `Refused` if none is on."""
    account = session.get_one(Account, account_id, with_for_update=True)
    if session.get(SecondFactor, account_id) is None:
        raise Refused(f"{account.person.name} has no second factor, so there is nothing to reset.")
    _remove(session, account_id)
    end_sessions_of(session, account_id)
    end_tokens_of(session, account_id, "the second factor of its account was reset")
    record(session, Tag.SECOND_FACTOR_RESET, doer, account, now)
    body = (
        f"{doer.name}, {doer.capacity}, took the second factor off your account in Concord, as you had lost it. "
        f"Sign in with your password, and set it up again at “My account”. {NOT_YOU}"
    )
    tell(session, account, "factor-reset", "Your second factor for Concord was reset", body, real_now)


def new_recovery_codes(session: Session, account_id: int, doer: Doer, now: datetime) -> list[str]:
    """Other recovery codes in place of those there were. Raises `Refused` where no second factor is on."""
    account = session.get_one(Account, account_id, with_for_update=True)
    if session.get(SecondFactor, account_id) is None:
        raise Refused("You have no second factor, so there is nothing to recover.", "a second factor set up first")
    codes = _new_codes(session, account_id)
    record(session, Tag.RECOVERY_CODES_MADE, doer, account, now)
    return codes


def _new_codes(session: Session, account_id: int) -> list[str]:
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    plain = ["".join(secrets.choice(_LETTERS) for _ in range(16)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(account_id=account_id, code_hash=_hash(code)) for code in plain)
    session.flush()
    return ["-".join(code[start : start + 4] for start in range(0, 16, 4)) for code in plain]


def _hash(code: str) -> str:
    """SHA-256 of a recovery code, however it was spaced and in whatever case."""
    return sha256("".join(c for c in code.upper() if c.isalnum()).encode()).hexdigest()


def _remove(session: Session, account_id: int) -> None:
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.execute(sa.delete(SecondFactor).where(SecondFactor.account_id == account_id))
