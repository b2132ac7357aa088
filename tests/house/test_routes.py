"""Every route stands on the permission page, and the page lists nothing that is not there."""

from flask import Flask

from app.permissions import PERMISSIONS, ROUTES


def endpoints(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules()}


def test_every_route_is_listed_on_the_permission_page(app: Flask) -> None:
    assert endpoints(app) - set(ROUTES) == set()


def test_the_permission_page_lists_only_routes_that_exist(app: Flask) -> None:
    assert set(ROUTES) - endpoints(app) == set()


def test_every_route_names_a_permission_that_exists() -> None:
    assert set(ROUTES.values()) - set(PERMISSIONS) == set()


def test_no_address_serves_two_routes(app: Flask) -> None:
    served = [
        (rule.rule, method) for rule in app.url_map.iter_rules() for method in (rule.methods or set()) - {"OPTIONS"}
    ]
    assert len(served) == len(set(served))
