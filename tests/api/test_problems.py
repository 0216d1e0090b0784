"""Every error is a problem document."""

import json
import re
from importlib import import_module

import pytest

from tcxc.api.problems import TYPES

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.probe")]
PROBE = "/api/v1/probe/"


def assert_problem(reply, status, code):
    document = json.loads(reply.content)
    assert reply.status_code == status
    assert reply["Content-Type"] == "application/problem+json"
    assert document["type"] == f"/api/v1/problems/{code}"
    assert (document["status"], document["instance"]) == (status, reply.wsgi_request.path)
    assert document["title"]
    assert document["detail"]
    return document


def test_fields_are_named(key_client):
    body = {"name": "x" * 21, "inner": [{"word": "a"}, {"wrod": "b"}], "id": 3, "nmae": "x"}
    document = assert_problem(key_client().post(PROBE, body), 400, "invalid")
    assert set(document["errors"]) == {"name", "inner.1.word", "inner.1.wrod", "id", "nmae"}
    assert document["errors"]["nmae"] == ["There is no such field."]


@pytest.mark.parametrize("body", ["[]", '"text"', "7", "null"])
def test_a_body_that_is_no_object_is_invalid(key_client, body):
    assert_problem(key_client().post(PROBE, body, content_type="application/json"), 400, "invalid")


@pytest.mark.parametrize("body", ["{", b"\xff\xfe", '{"name": NaN}'])
def test_a_body_that_is_no_json_is_malformed(key_client, body):
    assert_problem(key_client().post(PROBE, body, content_type="application/json"), 400, "malformed")


def test_lone_surrogates_and_nulls_are_refused_without_harm(key_client):
    for text in (r"\ud800", r"\u0000"):
        body = f'{{"name": "{text}", "{text}": 1}}'
        assert_problem(key_client().post(PROBE, body, content_type="application/json"), 400, "invalid")


@pytest.mark.parametrize("depth", [*range(880, 1000, 4), 100_000])
def test_a_body_nested_too_deeply_is_refused_and_any_other_is_read(key_client, depth):
    for headers in ({}, {"Idempotency-Key": "deep"}):
        for body in ('{"name":' * depth + "1" + "}" * depth, "[" * depth + "]" * depth):
            reply = key_client().post(PROBE, body, content_type="application/json", headers=headers)
            assert reply.status_code == 400, reply.content
            assert json.loads(reply.content)["type"].rpartition("/")[2] in {"malformed", "invalid"}


def test_other_media_types_are_refused(key_client):
    reply = key_client().post(PROBE, "name=x", content_type="application/x-www-form-urlencoded")
    assert_problem(reply, 415, "unsupported_media_type")


def test_other_methods_are_refused(key_client):
    reply = key_client().delete(PROBE)
    assert_problem(reply, 405, "method_not_allowed")
    assert "POST" in reply["Allow"]
    assert_problem(key_client().options(PROBE), 405, "method_not_allowed")


def test_refusals_of_operations_keep_their_type_and_undo_what_was_written(key_client, company):
    assert_problem(key_client().post(PROBE, {"name": "poor"}), 402, "insufficient_balance")
    assert_problem(key_client().post(PROBE, {"name": "deny"}), 403, "not_allowed")
    assert type(company).objects.count() == 1


def test_what_nobody_foresaw_is_a_problem_too(key_client, company, caplog):
    assert_problem(key_client().post(PROBE, {"name": "crash"}), 500, "failed")
    assert "RuntimeError" in caplog.text
    assert type(company).objects.count() == 1


@pytest.mark.parametrize("path", ["/api/", "/api/nope", "/api/v1/", "/api/v1/nope/1", "/api/v2/me"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_unknown_paths_are_a_problem(nobody, path, method):
    reply = getattr(nobody, method)(path)
    assert_problem(reply, 404, "not_found")


def test_a_type_leads_to_its_explanation(nobody):
    reply = nobody.get("/api/v1/problems/insufficient_balance")
    assert (reply.status_code, reply.json()["status"]) == (200, 402)
    assert len(nobody.get("/api/v1/problems/").json()) > 10
    assert_problem(nobody.get("/api/v1/problems/nothing"), 404, "not_found")


def test_every_type_that_the_code_can_answer_with_is_explained(checkout):
    import_module("tcxc.urls")  # the apps describe theirs where their addresses are
    written = re.compile(r'type_="([a-z_]+)"|^    type = "([a-z_]+)"', re.M)
    apps = [checkout / app for app in ("tcxc", "billing", "sellers", "buyers", "numbers", "authz")]
    files = [file for app in apps for file in app.rglob("*.py")]
    codes = {one or other for file in files for one, other in written.findall(file.read_text())}
    assert codes - TYPES.keys() == set()


def test_the_trailing_slash_is_optional_for_a_post_too(key_client):
    for path in (PROBE, PROBE.rstrip("/")):
        assert key_client().post(path, {"name": "x"}).status_code == 201
        assert key_client().get(path).status_code == 200


def test_values_travel_as_the_contract_says(key_client):
    body = {
        "name": "x",
        "amount": "1.5",
        "price": "0.00345678",
        "number": "+447700900123",
        "at": "2026-01-31T10:00:00+01:00",
    }
    reply = key_client().post(PROBE, body).json()
    assert reply["amount"] == "1.500000"
    assert reply["price"] == "0.00345678"
    assert reply["number"] == "447700900123"
    assert reply["at"] == "2026-01-31T09:00:00Z"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[
            ("amount", value)
            for value in ("1e3", "NaN", "1,5", "", " 1", "1.0000001", "123456789012345", True, None, "\u0661")
        ],
        *[("price", value) for value in ("-1", "0.000000001", "123456789", "Infinity")],
        *[
            ("number", value)
            for value in ("0123", "+", "1", "1234567890123456", "44 7700", 447700900123, "\u0664\u0664\u0667")
        ],
        ("at", "yesterday"),
    ],
)
def test_what_is_no_amount_price_number_or_moment_is_refused(key_client, field, value):
    document = assert_problem(key_client().post(PROBE, {"name": "x", field: value}), 400, "invalid")
    assert list(document["errors"]) == [field]


def test_json_numbers_are_taken_by_their_decimal_form(key_client):
    assert key_client().post(PROBE, {"name": "x", "amount": 0.1}).json()["amount"] == "0.100000"
    assert key_client().post(PROBE, {"name": "x", "amount": 25}).json()["amount"] == "25.000000"
