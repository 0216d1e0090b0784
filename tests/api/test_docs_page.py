"""The API describes itself."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator
from playwright.sync_api import Page, expect

from tcxc.api.docs import schema


def test_the_schema_is_valid_and_has_no_warnings(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yaml"))


@pytest.mark.django_db
def test_the_schema_comes_as_json_or_yaml(nobody):
    assert json.loads(nobody.get("/api/v1/schema/").content)["openapi"].startswith("3.")
    assert nobody.get("/api/v1/schema?format=yaml").content.startswith(b"openapi: 3.")


def test_every_operation_says_who_may_use_it_and_how_it_fails():
    for path, methods in schema()["paths"].items():
        for method, operation in methods.items():
            if path.startswith("/api/v1/problems/"):
                continue
            replies = operation["responses"]
            assert {"400", "401", "403", "429", "503"} <= replies.keys(), path
            assert "For keys of" in operation["description"], path
            assert operation["security"] == [{"key": []}], path
            if method != "get":
                assert {"409", "415", "422"} <= replies.keys(), path
                assert any(one["name"] == "Idempotency-Key" for one in operation["parameters"]), path
            if "{" in path:
                assert "404" in replies, path


def bodies(operation: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each body and good reply of an operation as JSON: which one, its media type, its schema and examples."""
    sent = {"request": operation.get("requestBody", {})}
    for which, body in (sent | operation["responses"]).items():
        if which == "request" or which < "300":
            yield from ((which, kind, media) for kind, media in body.get("content", {}).items())


def test_every_body_and_reply_has_an_example_and_each_is_as_its_schema_says():
    document = schema()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for which, kind, media in bodies(operation):
                if kind != "application/json" or media["schema"] == {"$ref": "#/components/schemas/NoBodyRequest"}:
                    continue
                assert media.get("examples"), f"{method} {path} {which}"
                validator = Draft202012Validator({**media["schema"], "components": document["components"]})
                for name, shown in media.get("examples", {}).items():
                    faults = [fault.message for fault in validator.iter_errors(shown["value"])]
                    assert faults == [], f"{method} {path} {which} {name}"


@pytest.mark.django_db(transaction=True)
def test_the_page_shows_the_operations_and_breaks_no_content_security_policy(page: Page, live_server):
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url) if live_server.url not in request.url else None)
    page.goto(f"{live_server.url}/api/v1/docs/")
    operation = page.locator("#operations-accounts-accounts_create")
    operation.locator(".opblock-summary").click()
    expect(operation).to_contain_text("Idempotency-Key")
    expect(operation).to_contain_text("idempotency_key_reused")
    assert said == []
    assert [url for url in foreign if not url.startswith("data:")] == []
