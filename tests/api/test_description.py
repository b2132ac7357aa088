"""The OpenAPI document: valid, whole, and true of what is served."""

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.api import description
from app.api.operations import OPERATIONS
from app.api.places import NAMES
from app.permissions import ROUTES, STEP_UP
from app.permissions.scopes import SCOPES, SIGNING
from app.web.problems import KINDS

OF_ITSELF = {"api.reference", "api.openapi"}


def test_it_is_a_valid_document_and_the_one_that_is_served(client: FlaskClient) -> None:
    served = client.get("/api/openapi.json")
    assert served.mimetype == "application/json"
    assert served.json == description.document()
    assert [str(error) for error in OpenAPIV31SpecValidator(description.document()).iter_errors()] == []


def test_every_route_of_the_api_is_in_it_and_nothing_else(app: Flask) -> None:
    routes = {
        (re.sub(r"<(?:int:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint not in OF_ITSELF
        for method in (rule.methods or set()) - {"HEAD"}
    }
    told = {
        (f"/api{path}", method.upper())
        for path, methods in description.document()["paths"].items()
        for method in methods
    }
    assert routes == told
    assert len(told) > 30


@pytest.mark.parametrize("name", list(OPERATIONS))
def test_each_operation_can_be_sent_as_its_example_says(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation.scope in SCOPES
    assert operation.told[0]
    assert set(operation.places) <= set(NAMES)
    if operation.body is not None:
        operation.body.model_validate_json(json.dumps(description.example(operation)), strict=True)


def test_what_signs_is_what_signs_on_the_pages() -> None:
    signing = {one.endpoint for one in OPERATIONS.values() if one.scope == SIGNING}
    assert signing == {name for name in STEP_UP if name.startswith("api.")}
    pages = {ROUTES[name] for name in STEP_UP if name.startswith(("signoff.", "programme.", "mergers.", "packs."))}
    assert {ROUTES[name] for name in signing} <= pages


def test_every_kind_of_problem_is_told_with_one_status() -> None:
    assert set(KINDS) == set(description.document()["components"]["responses"])
    assert all(400 <= status < 600 and words.endswith((".", "“")) for status, words in KINDS.values())
