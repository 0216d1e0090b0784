"""`manage.py demo` makes a whole exchange once, and gives fresh credentials at every call."""

import io
import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, override_settings

from authz.engine.requests import convert
from authz.engine.state import Ask
from billing.models import Entry
from buyers.models import Account, ProvisioningPair
from numbers.models import Number, NumberEvent, Subscription
from sellers.models import Rate
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.crypto import hash_secret
from tcxc.models import ApiLogin, Holder, User
from tcxc.operations.api_keys import make_key
from tcxc.operations.api_logins import digest_ha1
from tcxc.queries.api_keys import usable_key
from tests.demo.conftest import run_demo
from tests.world import an_engine, body

COMPANY = {"email", "password", "key", "api_login", "api_key"}
PARTS = ["operator", "buyer", "other_buyer", "seller", "other_seller"]
GROWS = {"tcxc.AuditEvent", "tcxc.ApiKey", "sessions.Session"}


def counts() -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.label not in GROWS
    }


def is_live(key: str) -> bool:
    return usable_key(key, address=None, at=utc_now()) is not None


def test_the_answer_has_the_shape_of_the_contract(first_run):
    answer = first_run.answer
    assert list(answer) == ["base_url", "operator", "platform", "buyer", "other_buyer", "seller", "other_seller"]
    assert answer["base_url"] == settings.BASE_URL
    assert answer["operator"].keys() == {"email", "password", "key"}
    assert answer["platform"].keys() == {"id", "name", "key"}
    for part in ("buyer", "other_buyer"):
        assert answer[part].keys() == COMPANY | {"restcomm", "accounts"}
        assert answer[part]["restcomm"].keys() == {"key", "secret"}
        for account in answer[part]["accounts"]:
            assert account.keys() == {"id", "name", "account_sid", "available"}
            assert re.fullmatch("AC[0-9a-f]{32}", account["account_sid"])
    for part in ("seller", "other_seller"):
        assert answer[part].keys() == COMPANY | {"connections"}
        assert [each.keys() for each in answer[part]["connections"]] == [{"id", "name", "service"}] * 2
        assert [each["service"] for each in answer[part]["connections"]] == ["voice", "sms"]


def test_each_buyer_has_a_hundred_on_its_own_account_and_a_second_on_a_shared_wallet(first_run):
    for part in ("buyer", "other_buyer"):
        own, shared = first_run.answer[part]["accounts"]
        assert own["available"] == "100.000000"
        assert Account.objects.get(pk=own["id"]).wallet.is_shared is False
        assert Account.objects.get(pk=shared["id"]).wallet.is_shared is True


def test_the_first_run_takes_less_than_half_a_minute(first_run):
    assert first_run.seconds < 30


def test_every_price_list_is_live_and_long(first_run):
    voice, sms = (each["id"] for each in first_run.answer["seller"]["connections"])
    assert Rate.objects.filter(connection_id=voice, effective_until=None).count() >= 18_000
    assert Rate.objects.filter(connection_id=sms, effective_until=None, prefix__regex="^[0-9]{5,6}$").count() >= 1_500


@pytest.mark.parametrize("number", ["447400123456", "12125550100"])
@pytest.mark.parametrize(("service", "amount"), [("voice", "requested_seconds"), ("sms", "parts")])
def test_calls_and_messages_find_their_prices_on_both_sellers_routes(first_run, number, service, amount):
    account = first_run.answer["buyer"]["accounts"][1]
    session = {"session_id": f"{service}-{number}"}
    with an_engine() as engine:

        def ask(operation: str, **fields: object) -> dict[str, Any]:
            request = convert(operation, session | fields)
            return body(engine.decide([Ask(first_run.answer["platform"]["id"], None, request)])[0])

        reply = ask("authorize", account_sid=account["account_sid"], service=service, to=number, **{amount: 1})
        ask("terminate", **{"used_seconds" if service == "voice" else "used_parts": 0})
    assert reply["decision"] == "allow"
    prices = {route["connection"]: Decimal(route["price_1"]) for route in reply["routes"]}
    assert len(prices) == 2
    assert list(prices.values()) == sorted(prices.values())
    if service == "voice":
        assert prices == {connection: longest_match(connection, number).price_1 for connection in prices}


def test_sellers_host_numbers_over_many_countries_and_buyers_have_some(first_run):
    hosted = Number.objects.filter(state="for_sale")
    assert hosted.count() >= 300
    assert hosted.values("country").distinct().count() >= 30
    assert hosted.filter(documents_required=True).exists()
    for part in ("buyer", "other_buyer"):
        mine = Subscription.objects.filter(account=first_run.answer[part]["accounts"][1]["id"])
        assert sorted(mine.values_list("state", flat=True)) == ["active", "active", "active", "released"]
        assert NumberEvent.objects.filter(subscription__in=mine, kind="collected").count() == 4


def longest_match(connection: int, number: str) -> Rate:
    codes = [number[:length] for length in range(1, len(number) + 1)]
    rates = Rate.objects.filter(connection_id=connection, prefix__in=codes, effective_until=None)
    return max(rates, key=lambda rate: len(rate.prefix))


def test_some_traffic_has_happened_and_is_paid_for(first_run):
    spent = Decimal(250) - Decimal(first_run.answer["buyer"]["accounts"][1]["available"])
    account = Account.objects.get(pk=first_run.answer["buyer"]["accounts"][1]["id"])
    charges = Entry.objects.filter(ledger_account_id=account.wallet_id, amount__lt=0)
    assert spent == -sum(entry.amount for entry in charges) > 0


def test_a_second_run_makes_nothing_twice_and_changes_every_credential(first_run):
    before, first = counts(), run_demo()
    again = run_demo()
    assert counts() == before
    for part in ("buyer", "other_buyer"):
        assert again[part]["accounts"] == first[part]["accounts"]
        assert again[part]["restcomm"] != first[part]["restcomm"]
    for part in ("seller", "other_seller"):
        assert again[part]["connections"] == first[part]["connections"]
    for part in PARTS:
        assert again[part]["password"] != first[part]["password"]
    for part in [*PARTS, "platform"]:
        assert is_live(again[part]["key"])
        assert not is_live(first[part]["key"])


def test_the_newest_credentials_work(first_run):
    answer = run_demo()
    for part in ("buyer", "other_buyer", "seller", "other_seller"):
        login = ApiLogin.objects.get(login=answer[part]["api_login"])
        assert login.ha1 == digest_ha1(login.login, answer[part]["api_key"])
    for part in ("buyer", "other_buyer"):
        pair = ProvisioningPair.objects.get(key=answer[part]["restcomm"]["key"])
        assert pair.secret_hash == hash_secret(answer[part]["restcomm"]["secret"])
        assert pair.account_id == answer[part]["accounts"][0]["id"]


@pytest.mark.parametrize("part", PARTS)
def test_everybody_signs_in_at_once_without_confirming_an_address(first_run, part):
    who = run_demo()[part]
    client = Client()
    reply = client.post("/accounts/login/", {"login": who["email"], "password": who["password"]})
    assert reply.status_code == 302
    assert "confirm-email" not in reply["Location"]
    assert int(client.session["_auth_user_id"]) == User.objects.get(email=who["email"]).pk


def test_two_at_once_make_one_demo_and_print_json_alone(first_run):
    """Two processes, whose standard output is the answer and nothing else."""
    before = counts()
    one, other = command(), command()
    answers = [json.loads(process.communicate(timeout=120)[0]) for process in (one, other)]
    assert (one.returncode, other.returncode) == (0, 0)
    assert counts() == before
    live = [is_live(answer["buyer"]["key"]) for answer in answers]
    assert sorted(live) == [False, True]


def command() -> "subprocess.Popen[str]":
    """The command in a process of its own, on the tests' database."""
    place = connection.get_connection_params()
    host = urlencode({name: place[name] for name in ("host", "port") if place.get(name)})
    url = f"postgres://{place.get('user', '')}:{quote(place.get('password') or '')}@/{place['dbname']}?{host}"
    environment = os.environ | {"DATABASE_URL": url, "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "tcxc.settings"}
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--format", "json"],
        cwd=settings.BASE_DIR,
        env=environment | {"MEDIA_ROOT": settings.MEDIA_ROOT},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_what_somebody_has_changed_stays_changed(first_run):
    account = Account.objects.get(pk=first_run.answer["buyer"]["accounts"][0]["id"])
    Account.objects.filter(pk=account.pk).update(name="Renamed")
    before = counts()
    try:
        assert run_demo()["buyer"]["accounts"][0]["name"] == "Renamed"
        assert counts() == before
    finally:
        Account.objects.filter(pk=account.pk).update(name=account.name)


def test_keys_that_people_made_outlive_a_run(first_run):
    company = Account.objects.get(pk=first_run.answer["buyer"]["accounts"][0]["id"]).buyer.company
    own = make_key(holder=Holder.BUYER, company=company, name="Mine", by=Actor.system())
    run_demo()
    assert is_live(own.secret)


def test_without_debug_it_is_refused_and_changes_nothing(first_run):
    live = run_demo()
    with override_settings(DEBUG=False):
        with pytest.raises(CommandError, match="--yes"):
            call_command("demo", format="json", stdout=io.StringIO())
        assert is_live(live["buyer"]["key"])
        assert is_live(run_demo(yes=True)["buyer"]["key"])


def test_the_last_answer_is_kept_for_make_run_and_for_nobody_else(first_run):
    answer = run_demo()
    assert json.loads(settings.DEMO_FILE.read_text()) == answer
    assert settings.DEMO_FILE.stat().st_mode & 0o077 == 0


def test_a_person_is_told_log_ins_and_lines_to_try(first_run):
    out = io.StringIO()
    call_command("demo", stdout=out)
    text = out.getvalue()
    answer = json.loads(settings.DEMO_FILE.read_text())
    for part in PARTS:
        assert answer[part]["email"] in text
        assert answer[part]["password"] in text
    assert f"curl -s {answer['base_url']}/api/v1/aaa/authorize" in text
    assert answer["platform"]["key"] in text
