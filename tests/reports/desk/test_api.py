"""The JSON routes do what their description says, whatever they are sent."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, settings

from data import cases
from reports.desk.app import create_app
from reports.desk.desk import Desk
from tests.reports.desk.conftest import Browser


@pytest.fixture
def described(app: FastAPI) -> Any:
    return schemathesis.openapi.from_dict(app.openapi())


schema = schemathesis.pytest.from_fixture("described")


@schema.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_interface_keeps_its_description(case: schemathesis.Case, app: FastAPI, shared: dict[str, Any]) -> None:
    """Generated requests, right and wrong: never a fault, always an answer of a described kind and shape."""
    client = shared.get("client")
    if client is None or client.app is not app:
        client = shared["client"] = Browser(app, base_url="https://testserver")
        client.sign_in("mia")
    arguments = case.as_transport_kwargs(base_url="https://testserver")
    arguments["headers"] = {**dict(arguments.get("headers") or {}), "X-CSRF-Token": client.csrf}
    arguments.pop("cookies", None)
    answer = client.request(follow_redirects=False, **arguments)
    assert answer.status_code < 500
    described = case.operation.definition.raw["responses"]
    assert str(answer.status_code) in described
    if answer.status_code == 200:
        assert answer.headers["content-type"] == "application/json"


@pytest.fixture(scope="module")
def shared() -> dict[str, Any]:
    return {}


def test_a_stale_lock_gets_the_case_as_it_is(
    as_: Callable[[str], Browser], case_of: Callable[[str], str], desk: Desk
) -> None:
    """A tool must be able to show both versions, too."""
    mia, case = as_("mia"), case_of("logistics")
    token = {"X-CSRF-Token": mia.csrf}
    seen = mia.get(f"/api/cases/{case}").json()
    first = mia.post(f"/api/cases/{case}", json={"lock": seen["lock"], "owner": "mia"}, headers=token)
    assert first.json()["owner"] == "mia"
    late = mia.post(f"/api/cases/{case}", json={"lock": seen["lock"], "owner": "li.na"}, headers=token)
    assert late.status_code == 409
    assert late.json()["case"]["owner"] == "mia"
    assert mia.post(f"/api/cases/{case}", json={"lock": 99, "owner": "mia"}).status_code == 403
    found = cases.case(desk.database, case)
    assert found is not None
    assert found.owner == "mia"


def test_an_address_of_the_api_answers_in_json_when_refused(desk: Desk) -> None:
    """Not with a sign-in page that a tool would take for data."""
    nobody = Browser(create_app(desk), base_url="https://testserver")
    answer = nobody.get("/api/cases", follow_redirects=False)
    assert (answer.status_code, answer.json()["error"]) == (401, "NotSignedIn")
    assert nobody.get("/api/nowhere").json()["error"] == "NotFound"
