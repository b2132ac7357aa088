"""Each named predicate of the permission page, made to admit everyone, is noticed by the walk of its own routes."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask

from app.permissions import PERMISSIONS, ROUTES, Permission, anyone, published
from tests.house.test_permission_walk import METHODS, OF_ITS_OWN, UNSEEN, Walked, not_released, one_step, steps
from tests.house.walk import CAST, Visitor, World

Predicate = Callable[..., bool]

PREDICATES = sorted(
    {
        predicate.__name__
        for permission in PERMISSIONS.values()
        for predicate in (*permission.sees, *permission.may)
        if predicate not in (anyone, published)
    }
)
"""Every predicate but that of what is published: that is a second lock, see the last test here."""
WALKED = {OF_ITS_OWN.get(endpoint, permission) for endpoint, permission in ROUTES.items()}
"""The permissions that routes are listed under; the others are asked further on, and have tests of their own."""
PLACES = [
    (name, part, predicate.__name__)
    for name, permission in PERMISSIONS.items()
    for part in ("sees", "may")
    for predicate in getattr(permission, part)
    if predicate not in (anyone, published) and name in WALKED
]
"""Every single place of the page at which a predicate stands."""


@pytest.mark.parametrize("name", PREDICATES)
def test_a_predicate_that_admits_everyone_is_noticed(
    service: Flask, world: World, visitors: dict[str, Visitor], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    walked = before(visitors)
    opened = set()
    for permission, rule in PERMISSIONS.items():
        permissive = admitting(rule, name, "sees", "may")
        if permissive != rule:
            monkeypatch.setitem(PERMISSIONS, permission, permissive)
            opened.add(permission)
    assert noticed(walked, service, world, visitors, opened), f"{name} could admit everyone, and the walk was content"


@pytest.mark.long
@pytest.mark.parametrize(("permission", "part", "name"), PLACES, ids=["-".join(place) for place in PLACES])
def test_a_predicate_that_admits_everyone_in_one_place_is_noticed(
    service: Flask,
    world: World,
    visitors: dict[str, Visitor],
    monkeypatch: pytest.MonkeyPatch,
    permission: str,
    part: str,
    name: str,
) -> None:
    walked = before(visitors)
    monkeypatch.setitem(PERMISSIONS, permission, admitting(PERMISSIONS[permission], name, part))
    assert noticed(walked, service, world, visitors, {permission})


def test_what_is_not_released_stays_unseen_even_by_a_predicate_that_admits_everyone(
    service: Flask, world: World, visitors: dict[str, Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question itself gives nothing but what is released: two locks, and either alone holds."""
    rule = PERMISSIONS["pack.published"]
    monkeypatch.setitem(PERMISSIONS, "pack.published", admitting(rule, published.__name__, "sees", "may"))
    assert not noticed(before(visitors), service, world, visitors, {"pack.published"})


def before(visitors: dict[str, Visitor]) -> Walked:
    """A walk that knows what everyone is told where there is nothing."""
    walked = Walked()
    for who in CAST:
        walked.led_nowhere(who, visitors[who])
    return walked


def admitting(rule: Permission, name: str, *parts: str) -> Permission:
    """The rule with this predicate replaced by one that admits everyone, in these parts of it."""

    def opened(predicates: tuple[Predicate, ...]) -> tuple[Predicate, ...]:
        return tuple(anyone if one.__name__ == name else one for one in predicates)

    sees, may = (opened(getattr(rule, part)) if part in parts else getattr(rule, part) for part in ("sees", "may"))
    return replace(rule, sees=sees, may=may)


def noticed(walked: Walked, service: Flask, world: World, visitors: dict[str, Visitor], permissions: set[str]) -> bool:
    """Whether the walk of the routes under these permissions finds anything wrong; it stops where it does."""
    for method in METHODS:  # what only reads comes first: what is posted may act
        for who in CAST:
            for step in of_these(service, world, who, permissions):
                if step[1] == method:
                    one_step(walked, visitors[who], who, *step)
                if walked.wrong:
                    return True
    return False


def of_these(
    service: Flask, world: World, who: str, permissions: set[str]
) -> Iterator[tuple[str, str, str, dict[str, str], str]]:
    yield from steps(service, world, who, in_full=False, under=permissions)
    if "pack.published" in permissions:
        for address in not_released(world.places["merton"]):
            yield "packs.public", "GET", address, {}, UNSEEN
