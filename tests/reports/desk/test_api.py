"""The JSON routes do what their description says, whatever they are sent."""

from collections.abc import Callable

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from data import cases
from reports.desk.app import create_app
from reports.desk.desk import Desk
from tests.reports.desk.conftest import Browser


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_the_interface_keeps_its_description(app: FastAPI, as_: Callable[[str], Browser], mode: GenerationMode) -> None:
    """Generated requests, right and wrong: never a fault, always an answer of a described kind and shape."""
    client = as_("mia")
    operations = [found.ok() for found in schemathesis.openapi.from_dict(app.openapi()).get_all_operations()]
    assert len(operations) >= 3
    for operation in operations:

        @settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case) -> None:
            arguments = case.as_transport_kwargs(base_url="https://testserver")
            arguments["headers"] = {**dict(arguments.get("headers") or {}), "X-CSRF-Token": client.csrf}
            arguments.pop("cookies", None)
            if isinstance(arguments.get("data"), (str, bytes)):
                arguments["content"] = arguments.pop("data")
            answer = client.request(follow_redirects=False, **arguments)
            assert answer.status_code < 500
            described = case.operation.definition.raw["responses"]
            # A method or path that the router does not know never reaches an operation.
            assert str(answer.status_code) in {*described, "404", "405"}
            if answer.status_code != 405:
                assert answer.headers["content-type"] == "application/json"

        ask()


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
