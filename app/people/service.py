"""What can be done with accounts: invite, open an account, sign in, disable, enable."""

import itertools
import re
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.db.installation import InstallationError, become, kind_of
from app.jobs.personal_links import hash_of, new_secret
from app.people.ending_tokens import end_tokens_of
from app.people.invited import problem_with
from app.people.models import Account, Invitation, Organisation, Person, RoleHolding
from app.people.queries import account_by_email, first_organisation, person_by_email
from app.permissions import Missing, Refused, Role
from app.web.service import end_sessions_of

_hasher = PasswordHasher()
# a hash of nothing anyone knows: an unknown address costs one verification too
_nobody = _hasher.hash(secrets.token_hex(16))

INVITATION_DAYS = 7
SERVICE = Doer(None, "Concord", "the service itself")
NOT_SIGNED_IN = Doer(None, "Someone", "no one signed in")

DEMONSTRATION_PASSWORD = "six-bodies-one-standard"
"""Of every account of the demonstration, and of no other: it is shown on the sign-in page there."""

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
    DEMONSTRATION_PASSWORD,
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


def hashed(password: str) -> str:
    """The hash of a password, as it is kept."""
    return _hasher.hash(password)


def is_password_of(account: Account, password: str) -> bool:
    """Whether this is the account's password: one verification."""
    try:
        return _hasher.verify(account.password_hash, password)
    except VerificationError:
        return False


def verify_nothing(password: str) -> None:
    """One verification that fails: what takes as long for an unknown address as for a known one."""
    with suppress(VerificationError):
        _hasher.verify(_nobody, password)


def verified(session: Session, email: str, password: str) -> int | None:
    """The id of the account this address and password open, else None. Reads only.

    Exactly one verification on every path, so that an unknown, a disabled and a known address take as long.
    """
    account = account_by_email(session, email)
    try:
        _hasher.verify(account.password_hash if account else _nobody, password)
    except VerificationError:
        return None
    if account is None or not _usable(session, account):
        return None
    return account.id


def _usable(session: Session, account: Account) -> bool:
    """Whether the account may sign in: it is not disabled, and a demonstration's account is in a demonstration."""
    return not account.disabled and (not account.demonstration or kind_of(session) == "demonstration")


def begin_visit(session: Session, account_id: int, password: str | None, doer: Doer, now: datetime) -> Account | None:
    """Record that the person signed in, and when they were here before; None where the account closed meanwhile."""
    account = session.get(Account, account_id, with_for_update=True)
    if account is None or not _usable(session, account):
        return None
    if password is not None and _hasher.check_needs_rehash(account.password_hash):
        account.password_hash = _hasher.hash(password)
    account.visit_before, account.visited_at = account.visited_at, now
    record(session, Tag.SIGNED_IN, doer, account, now)
    return account


def note_refusal(session: Session, email: str, now: datetime) -> None:
    """Record that a sign-in was refused, where the address is known: the organisation's administrator sees it."""
    account = account_by_email(session, email)
    if account is not None:
        record(session, Tag.SIGN_IN_REFUSED, NOT_SIGNED_IN, account, now)


def end_visit(session: Session, account_id: int, doer: Doer, now: datetime) -> None:
    """Record that the person signed out."""
    account = session.get(Account, account_id)
    if account is not None:
        record(session, Tag.SIGNED_OUT, doer, account, now)


def disable(session: Session, email: str, doer: Doer, now: datetime) -> Account:
    """Close an account: it opens nothing from now on, and every session of it ends. Raises `Refused`."""
    found = account_by_email(session, email)
    if found is None:
        raise Refused(f"{email} has no account, so there is nothing to disable.")
    account = session.get_one(Account, found.id, with_for_update=True)
    if account.disabled:
        raise Refused(f"The account of {account.person.name} is disabled already.")
    account.disabled = True
    end_sessions_of(session, account.id)
    end_tokens_of(session, account.id, "the account was disabled")
    record(session, Tag.ACCOUNT_DISABLED, doer, account, now)
    return account


def enable(session: Session, account_id: int, doer: Doer, now: datetime) -> Account:
    """Open a disabled account again: its password and second factor are what they were. Raises `Refused`."""
    account = session.get_one(Account, account_id, with_for_update=True)
    if not account.disabled:
        raise Refused(f"The account of {account.person.name} is not disabled.")
    account.disabled = False
    record(session, Tag.ACCOUNT_ENABLED, doer, account, now)
    return account


def sign_out_everywhere(session: Session, account_id: int, doer: Doer, now: datetime) -> None:
    """End every session of an account."""
    account = session.get_one(Account, account_id)
    end_sessions_of(session, account_id)
    record(session, Tag.SIGNED_OUT_EVERYWHERE, doer, account, now)


def record(session: Session, tag: Tag, doer: Doer, account: Account, now: datetime, **said: str | int) -> None:
    """An entry about an account in the log of the person's first organisation; none where they act for none."""
    organisation = first_organisation(session, account.person_id, now.date())
    if organisation is not None:
        named = {"name": account.person.name, **said}
        append(session, [Act(tag, doer, organisation.id, organisation.name, "account", account.id, named)], now)


def invite_administrator(session: Session, name: str, email: str, organisation: str, now: datetime) -> str:
    """Begin a real installation: its first organisation and administrator; returns the token of a personal link.

    `organisation` is an ODS code; an organisation that is not there yet is entered by its code, to be completed by an
    import. Raises `InstallationError` where the installation is a demonstration, `Refused` where name, address or code
    cannot be used, or the address is another person's.
    """
    name, email, organisation = name.strip(), email.strip(), organisation.strip().upper()
    problem = problem_with(name, email, organisation)
    if problem is not None:
        raise Refused(problem)
    become(session, "real", now)
    person = person_by_email(session, email)
    if person is not None and person.name.casefold() != name.casefold():
        raise Refused(f"{email} is the address of {person.name}: invite them by that name, or give another address.")
    if account_by_email(session, email):
        raise Refused(f"{email} has an account already.")
    owner = session.scalar(sa.select(Organisation).where(Organisation.ods_code == organisation))
    if owner is None:
        owner = Organisation(
            ods_code=organisation, name=organisation, short_name=organisation, kind="ccg", opened=now.date()
        )
        session.add(owner)
    if person is None:
        person = Person(code=_free_code(session, email), name=name, email=email, demonstration=False)
        session.add(person)
    session.flush()
    held = session.scalar(
        sa.select(RoleHolding.id).where(
            RoleHolding.person_id == person.id,
            RoleHolding.role == Role.ADMINISTRATOR,
            RoleHolding.organisation_id == owner.id,
        )
    )
    if held is None:
        role = Role.ADMINISTRATOR.value
        session.add(RoleHolding(person_id=person.id, role=role, organisation_id=owner.id, starts=now.date()))
        session.flush()
    return _invite(session, person, SERVICE, now)


def invite(session: Session, email: str, now: datetime, doer: Doer = SERVICE) -> str:
    """Invite a person the service knows, from an import, to open an account; returns the token of a personal link.

    Raises `Refused` where nobody has this address or the account is there already, and in a demonstration, whose
    accounts come with it.
    """
    if kind_of(session) == "demonstration":
        raise Refused("This is a demonstration: its sign-ins come with it, and no others can be made.")
    person = person_by_email(session, email)
    if person is None:
        raise Refused(f"Nobody here has the address {email}. Import the person first, or check the spelling.")
    if account_by_email(session, email):
        raise Refused(f"{email} has an account already.")
    return _invite(session, person, doer, now)


def _free_code(session: Session, email: str) -> str:
    """A code for a person from their address; a number makes it their own."""
    stem = re.sub(r"[^a-z0-9]+", "-", email.lower()).strip("-")[:50]
    taken = set(session.scalars(sa.select(Person.code).where(Person.code.like(f"{stem}%"))))
    codes = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
    return next(code for code in codes if code not in taken)


def _invite(session: Session, person: Person, doer: Doer, now: datetime) -> str:
    """A new personal link; the ones before it open nothing any more."""
    end_invitations(session, person.id, "replaced")
    token, kept = new_secret()
    session.add(Invitation(token_hash=kept, person_id=person.id, sent_at=now, sent_by=doer.name))
    organisation = first_organisation(session, person.id, now.date())
    if organisation is not None:
        named = {"name": person.name}
        act = Act(Tag.INVITATION_SENT, doer, organisation.id, organisation.name, "person", person.id, named)
        append(session, [act], now)
    return token


def end_invitations(session: Session, person_id: int, ended: Literal["replaced", "withdrawn"]) -> int:
    """End the links of a person that were not used; returns how many there were."""
    still_open = sa.select(Invitation).where(
        Invitation.person_id == person_id, Invitation.used_at.is_(None), Invitation.ended == ""
    )
    found = session.scalars(still_open.with_for_update()).all()
    for invitation in found:
        invitation.ended = ended
    return len(found)


def open_invitation(session: Session, token: str, now: datetime) -> Invitation:
    """The invitation of a link; raises `Missing` where it is unknown, used, ended or older than its days."""
    found = session.scalar(sa.select(Invitation).where(Invitation.token_hash == hash_of(token)))
    if found is None or found.used_at is not None or found.ended:
        raise Missing
    if now - found.sent_at > timedelta(days=INVITATION_DAYS):
        raise Missing
    return found


def accept_invitation(session: Session, token: str, password: str, now: datetime) -> Account:
    """Open the invited person's account with this password; the link then opens nothing more.

    Raises `Missing` where the link opens nothing, `Refused` where the password cannot be used.
    """
    invitation = open_invitation(session, token, now)
    session.refresh(invitation, with_for_update=True)
    if invitation.used_at is not None or invitation.ended:
        raise Missing
    problem = password_problem(password, invitation.person.email)
    if problem is not None:
        raise Refused(problem)
    account = session.scalar(sa.select(Account).where(Account.person_id == invitation.person_id))
    if account is None:
        account = Account(person_id=invitation.person_id, password_hash="", demonstration=False, disabled=False)
        session.add(account)
    account.password_hash = _hasher.hash(password)
    invitation.used_at = now
    session.flush()
    end_sessions_of(session, account.id)
    doer = Doer(invitation.person_id, invitation.person.name, "invited person")
    record(session, Tag.INVITATION_ACCEPTED, doer, account, now)
    return account


def open_demonstration_account(session: Session, person: Person, password: str = DEMONSTRATION_PASSWORD) -> Account:
    """An account of the demonstration, whose password is shown on the sign-in page.

    Raises `InstallationError` in a real installation: such an account can never exist there.
    """
    if kind_of(session) != "demonstration":
        raise InstallationError("Demonstration sign-ins exist only in a demonstration, and this is none.")
    account = session.scalar(sa.select(Account).where(Account.person_id == person.id))
    if account is None:
        account = Account(person_id=person.id, password_hash=_hasher.hash(password), demonstration=True, disabled=False)
        session.add(account)
    return account
