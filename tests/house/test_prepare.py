"""What `make run` does once, and what it says at the end."""

import json
from typing import Any

import pytest

from tcxc.management.commands import prepare
from tcxc.models import User
from tcxc.supervisor.banner import banner

ACCOUNT = {"id": 1, "name": "Main", "account_sid": "AC" + "1" * 32, "available": "100.000000"}
KEYS = {"key": "k", "api_login": "login", "api_key": "api"}
DEMO: dict[str, Any] = {
    "base_url": "http://127.0.0.1:8000",
    "operator": {"email": "operator@demo.example", "password": "op-pass", "key": "k"},
    "platform": {"id": 1, "name": "Demo", "key": "platform-key"},
    "buyer": {"email": "buyer@demo.example", "password": "b-pass", "accounts": [ACCOUNT], **KEYS,
              "restcomm": {"key": "k", "secret": "s"}},
    "seller": {"email": "seller@demo.example", "password": "s-pass", **KEYS,
               "connections": [{"id": 1, "name": "Voice", "service": "voice"}]},
}  # fmt: skip

DEMO |= {"other_buyer": DEMO["buyer"], "other_seller": DEMO["seller"]}


def test_the_banner_gives_addresses_log_ins_and_a_curl_line(tmp_path):
    file = tmp_path / "demo.json"
    file.write_text(json.dumps(DEMO))

    text = banner("http://127.0.0.1:8123", file)

    assert "http://127.0.0.1:8123/buyer/" in text
    for person in ("operator", "buyer", "seller"):
        assert DEMO[person]["email"] in text
        assert DEMO[person]["password"] in text
    assert "http://127.0.0.1:8123/api/v1/aaa/authorize" in text
    assert "platform-key" in text


def test_the_banner_does_without_a_demo(tmp_path):
    assert "operator@" not in banner("http://127.0.0.1:8000", tmp_path / "demo.json")


@pytest.fixture
def demo(monkeypatch, tmp_path):
    """A demo command that makes the operator, and the list of its calls."""
    calls = []

    def call_command(name, *, format, stdout):  # noqa: A002
        calls.append((name, format))
        User.objects.filter(email=DEMO["operator"]["email"]).delete()
        User.objects.create_superuser(DEMO["operator"]["email"], DEMO["operator"]["password"])
        stdout.write(json.dumps(DEMO))
        (tmp_path / "demo.json").write_text(json.dumps(DEMO))

    monkeypatch.setattr(prepare, "get_commands", lambda: {"demo": "tcxc"})
    monkeypatch.setattr(prepare, "call_command", call_command)
    return calls


@pytest.mark.django_db
def test_the_demo_is_made_once_for_a_database(demo, tmp_path):
    for _ in range(2):
        prepare.load_demo_once(tmp_path / "demo.json")

    assert demo == [("demo", "json")]


@pytest.mark.django_db
def test_the_demo_is_made_again_when_its_log_ins_no_longer_work(demo, tmp_path):
    prepare.load_demo_once(tmp_path / "demo.json")
    User.objects.all().delete()

    prepare.load_demo_once(tmp_path / "demo.json")

    assert len(demo) == 2
