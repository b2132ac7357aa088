"""What the tests do once where the service does it each time: compiling templates, and hashing at full cost."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from app.people import service

SHIPPED = service._hasher
"""What hashes passwords in a real service; a test in which its cost matters puts it back."""

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""The same algorithm for a thousandth of the cost."""


class CompiledOnce(BytecodeCache):
    """Compiled templates for every application of this process: a template's text is part of what it is found by.

    Each test makes a service of its own, and compiling the pages of one takes longer than most tests.
    """

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key, bucket.checksum] = bucket.code


@contextmanager
def thrifty() -> Iterator[None]:
    """For as long as the block lasts templates are compiled once, and passwords hashed quickly."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": CompiledOnce()})
        patch.setattr(service, "_hasher", QUICK)
        yield
