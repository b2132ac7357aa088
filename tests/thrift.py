"""What the tests do once where the service does it each time: compiling, looking at files, hashing at full cost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from types import CodeType, MethodType
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from whitenoise import WhiteNoise
from whitenoise.responders import StaticFile

from app.people import service

SHIPPED = service._hasher
"""What hashes passwords in a real service; a test in which its cost matters puts it back."""

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""The same algorithm for a thousandth of the cost."""


COMPILED = ("_parts", "_trace", "_converters", "arguments", "_build", "_build_unknown")
"""What `Rule.compile` gives a route."""


class CompiledOnce(FileSystemBytecodeCache):
    """Compiled templates for every application of this run: a template's text is part of what it is found by.

    Each test makes a service of its own, and compiling the pages of one takes longer than most tests. What one process
    compiled the others find in a folder.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(str(folder))
        self._compiled: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))
        if bucket.code is None:
            super().load_bytecode(bucket)
            self._keep(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        super().dump_bytecode(bucket)
        self._keep(bucket)

    def _keep(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._compiled[bucket.key, bucket.checksum] = bucket.code


def routes_once() -> Callable[[Rule], None]:
    """In the place of `Rule.compile`: what a route's addresses match, and what writes them, is the same each time.

    Making a service takes 0.6 s the first time and, with its three hundred routes compiled, a fortieth of that; nearly
    every test makes one.
    """
    compiled: dict[tuple[object, ...], dict[str, Any]] = {}
    shipped = Rule.compile

    def compile_once(rule: Rule) -> None:
        assert rule.map is not None
        kinds = tuple(rule.map.converters.items())
        given = (rule.rule, rule.subdomain, rule.host, repr(rule.defaults), rule.merge_slashes, rule.map.host_matching)
        known = (*given, kinds)
        if known not in compiled:
            shipped(rule)
            compiled[known] = {name: getattr(rule, name) for name in COMPILED}
            return
        for name, value in compiled[known].items():
            writer = isinstance(value, MethodType)
            setattr(rule, name, MethodType(value.__func__, rule) if writer else copy(value))

    return compile_once


def files_once() -> Callable[..., StaticFile]:
    """In the place of `WhiteNoise.get_static_file`: what is sent of a file of the project does not change in a run."""
    looked: dict[tuple[str, str], StaticFile] = {}
    shipped = WhiteNoise.get_static_file

    def static_file(noise: WhiteNoise, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        if (path, url) not in looked:
            looked[path, url] = shipped(noise, path, url, stat_cache)
        return looked[path, url]

    return static_file


def engine_with_shared_statements() -> Callable[..., None]:
    """In the place of `Engine.__init__`: a statement is compiled once for SQLite and once for PostgreSQL.

    An engine keeps what it compiled, by the statement and the dialect, which is one of its own: each test makes a
    service with an engine of its own, and compiled anew what the test before it had. With dialects of one kind taken
    as equal, they find each other's: a fifth of the time of a test that asks for pages.
    """
    compiled: dict[str, LRUCache[Any, Any]] = {}
    shipped = Engine.__init__

    def begin(engine: Engine, *made_of: Any, **options: Any) -> None:
        shipped(engine, *made_of, **options)
        engine._compiled_cache = compiled.setdefault(engine.dialect.name, LRUCache(5_000))

    return begin


@contextmanager
def thrifty(folder: Path) -> Iterator[None]:
    """For as long as the block lasts templates, routes and statements are compiled, and files looked at, once.

    Hashing is quick. Compiled templates are kept in `folder`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": CompiledOnce(folder)})
        patch.setattr(Rule, "compile", routes_once())
        patch.setattr(WhiteNoise, "get_static_file", files_once())
        patch.setattr(service, "_hasher", QUICK)
        patch.setattr(DefaultDialect, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(DefaultDialect, "__hash__", lambda one: hash(type(one)))
        patch.setattr(Engine, "__init__", engine_with_shared_statements())
        yield
