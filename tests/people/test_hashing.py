"""Passwords are hashed as RFC 9106 recommends where memory is short, and weaker hashes are replaced at sign-in."""

import pytest
import sqlalchemy as sa
from argon2 import Type, extract_parameters
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.people import service
from app.people.models import Account
from tests.people import made
from tests.thrift import SHIPPED


def test_the_service_hashes_with_argon2id_three_passes_over_64_mebibytes() -> None:
    used = extract_parameters(SHIPPED.hash("a password"))
    assert (used.type, used.time_cost, used.memory_cost, used.parallelism) == (Type.ID, 3, 65536, 4)
    assert used.salt_len >= 16
    assert extract_parameters(service._nobody) == used  # an unknown address takes as long as a known one


def test_a_weaker_hash_is_replaced_when_its_owner_signs_in(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_hasher", SHIPPED)
    made.make(session)
    account = session.scalars(sa.select(Account)).one()
    weak = account.password_hash
    assert SHIPPED.check_needs_rehash(weak)
    session.rollback()
    made.sign_in(client)
    session.refresh(account)
    assert not SHIPPED.check_needs_rehash(account.password_hash)
    assert SHIPPED.verify(account.password_hash, made.PASSWORD)
