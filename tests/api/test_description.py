"""The description of the API is true: whatever it allows is answered as it says, and nothing breaks."""

import shutil
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from shop import Served, ShopSite

from galleria.api import create_app

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ENDLESS = "/api/v1/live/events"
EXAMPLES = 10
KNOWN = {"camera": "hall", "key": "mqtt", "user": "nobody", "token": "none", "clip": "screen.mp4", "purpose": "unique"}
FOOTAGE = Path(__file__).parents[2] / "footage" / "nextday"


class Nothing:
    """A description needs no site."""


DESCRIBED = create_app(Nothing()).openapi()
OPERATIONS = [(method, path) for path, found in DESCRIBED["paths"].items() for method in found if path != ENDLESS]


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory):
    """A site of its own: what is sent may change it."""
    site = ShopSite(tmp_path_factory.mktemp("fuzzed"))
    labelled = site.scoring.folder_of("hall")
    labelled.mkdir(parents=True)
    for name in ("screen.mp4", "screen.truth.json"):
        shutil.copy(FOOTAGE / name, labelled)
    with Served(site) as served:
        yield served
    site.close()


@pytest.fixture(scope="module")
def schema():
    config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
    return schemathesis.openapi.from_dict(DESCRIBED, config=config)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whatever_is_sent_is_answered_as_described(fuzzed, schema, method, path):
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=schema[path][method.upper()].as_strategy(), known=st.booleans())
    def send(case, known):
        headers = {"Authorization": f"Bearer {fuzzed.site.token}"}
        if known:  # what is there, and past the door: made-up ids are never found
            there = {**KNOWN, "camera": "yard"} if method == "delete" else KNOWN  # others go on using the hall
            case.path_parameters.update({name: there[name] for name in case.path_parameters})
            headers["If-Match"] = "*"
        case.call_and_validate(base_url=fuzzed.url, headers=headers, checks=CHECKS)

    send()


def test_it_is_openapi_3_1_and_every_operation_says_what_it_needs():
    assert DESCRIBED["openapi"] == "3.1.0"
    for path, operations in DESCRIBED["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], path
            assert operation["x-needs"], path
            assert "default" in operation["responses"], (method, path)
            assert (operation["security"] == []) is (operation["x-needs"] == "open")
    for name, schema in DESCRIBED["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert schema.get("description") or "enum" in schema, name


def test_it_is_served_without_pages_that_load_from_elsewhere(quiet):
    with quiet.nobody() as client:
        assert client.get("/api/openapi.json").json()["info"]["title"] == "Galleria"
        assert client.get("/docs").status_code == 404
        assert client.get("/redoc").status_code == 404
