"""What can be done with people and accounts: invite, open an account, sign in, disable."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.db.installation import become
from app.people.models import Account, Invitation, Organisation, Person, RoleHolding
from app.people.queries import account_by_email
from app.permissions import Missing, Refused, Role

_hasher = PasswordHasher()
# a hash of nothing anyone knows: an unknown address costs one verification too
_nobody = _hasher.hash(secrets.token_hex(16))

INVITATION_DAYS = 7
SERVICE = Doer(None, "Concord", "the service itself")

DENIED = {
    "password1234",
    "passwordpassword",
    "123456789012",
    "1234567890123",
    "qwertyuiopas",
    "letmeinletmein",
    "concordconcord",
    "nhsnhsnhsnhs",
    "changemechangeme",
    "administrator",
    "iloveyouiloveyou",
    "welcomewelcome",
}


def password_problem(password: str, email: str) -> str | None:
    """Why a password cannot be used, as a sentence; None where it can. Length and a deny list, nothing else."""
    if len(password) < 12:
        return "Use at least 12 characters. Three or four unrelated words work well."
    if len(password) > 1000:
        return "Use at most 1,000 characters."
    lowered = password.lower()
    if lowered in DENIED or len(set(lowered)) < 4 or lowered == email.lower():
        return "That password is too easy to guess. Three or four unrelated words work well."
    return None


def sign_in(session: Session, email: str, password: str) -> Account | None:
    """The account, where the password is right and the account is open; one verification on every path."""
    account = account_by_email(session, email)
    try:
        _hasher.verify(account.password_hash if account else _nobody, password)
    except VerificationError:
        return None
    if account is None or account.disabled:
        return None
    if _hasher.check_needs_rehash(account.password_hash):
        account.password_hash = _hasher.hash(password)
    return account


def invite_administrator(session: Session, name: str, email: str, organisation: str, now: datetime) -> str:
    """Begin a real installation: its first organisation and administrator; returns the token of a personal link.

    Raises `InstallationError` where the installation is a demonstration, `Refused` where the address is taken.
    """
    become(session, "real", now)
    if account_by_email(session, email):
        raise Refused(f"{email} has an account already.")
    owner = session.scalar(sa.select(Organisation).where(Organisation.ods_code == organisation))
    if owner is None:
        owner = Organisation(
            ods_code=organisation,
            name=organisation,
            short_name=organisation,
            kind="ccg",
            opened=now.date(),
        )
        session.add(owner)
    person = session.scalar(sa.select(Person).where(Person.email == email))
    if person is None:
        person = Person(code=email.split("@")[0].lower(), name=name, email=email, demonstration=False)
        session.add(person)
    session.flush()
    session.add(
        RoleHolding(
            person_id=person.id,
            role=Role.ADMINISTRATOR,
            organisation_id=owner.id,
            programme_code=None,
            starts=now.date(),
        )
    )
    return _invite(session, person, owner, now)


def _invite(session: Session, person: Person, organisation: Organisation, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    session.add(Invitation(token_hash=sha256(token.encode()).hexdigest(), person_id=person.id, sent_at=now))
    append(
        session,
        [
            Act(
                Tag.INVITATION_SENT,
                SERVICE,
                organisation.id,
                organisation.name,
                "person",
                person.id,
                {"name": person.name},
            )
        ],
        now,
    )
    return token


def open_invitation(session: Session, token: str, now: datetime) -> Invitation:
    """The invitation of a link; raises `Missing` where it is unknown, used or older than its days."""
    found = session.scalar(sa.select(Invitation).where(Invitation.token_hash == sha256(token.encode()).hexdigest()))
    if found is None or found.used_at is not None or now - found.sent_at > timedelta(days=INVITATION_DAYS):
        raise Missing
    return found


def accept_invitation(session: Session, token: str, password: str, now: datetime) -> Account:
    """Open the invited person's account with this password; the link then opens nothing more."""
    invitation = open_invitation(session, token, now)
    account = session.scalar(sa.select(Account).where(Account.person_id == invitation.person_id))
    if account is None:
        account = Account(person_id=invitation.person_id, password_hash="", demonstration=False)
        session.add(account)
    account.password_hash = _hasher.hash(password)
    invitation.used_at = now
    role = session.scalar(sa.select(RoleHolding).where(RoleHolding.person_id == invitation.person_id))
    session.flush()
    if role is not None:
        doer = Doer(invitation.person_id, invitation.person.name, "invited person")
        append(
            session,
            [
                Act(
                    Tag.INVITATION_ACCEPTED,
                    doer,
                    role.organisation_id,
                    role.organisation.name,
                    "person",
                    invitation.person_id,
                )
            ],
            now,
        )
    return account


def open_demonstration_account(session: Session, person: Person, password: str) -> Account:
    """An account of the demonstration, whose password is shown on the sign-in page."""
    account = session.scalar(sa.select(Account).where(Account.person_id == person.id))
    if account is None:
        account = Account(person_id=person.id, password_hash=_hasher.hash(password), demonstration=True)
        session.add(account)
    return account


def note_visit(account: Account, now: datetime) -> None:
    """Remember when they came, and when they were here before: for "what changed since my last visit"."""
    account.visit_before, account.visited_at = account.visited_at, now
