"""Every endpoint, tried by its owner, another company, the other sides, a key without the scope, and nobody."""

import json
import re
from typing import Any

import pytest
from django.db import transaction

from tcxc.api.docs import schema
from tcxc.models import Holder
from tcxc.scopes import SCOPES_OF_HOLDER, Scope
from tests.api.endpoints import ENDPOINTS, Endpoint
from tests.api.exchange import Exchange, make_exchange, stored

pytestmark = pytest.mark.django_db
LISTS = [one for one in ENDPOINTS if not one.theirs and not one.writes]
PUBLIC = ("/api/v1/problems/", "/api/v1/aaa/", "/api/v1/me/")


@pytest.fixture
def exchange() -> Exchange:
    return make_exchange()


def other_scopes(holder: Holder, scope: str) -> list[str]:
    """All that such a key may have but this scope, and but the right to write that includes it."""
    return [other for other in SCOPES_OF_HOLDER[holder] if other != scope and other != scope.replace("read", "write")]


def test_every_operation_of_the_schema_is_tried_here():
    def plain(path: str) -> str:
        return re.sub(r"\{[^}]*\}", "{}", path)

    described = {
        (method, plain(path))
        for path, methods in schema()["paths"].items()
        for method in methods
        if not path.startswith(PUBLIC)
    }
    assert described == {(endpoint.method, plain(endpoint.path)) for endpoint in ENDPOINTS}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_its_holders_can_use_it(exchange, endpoint: Endpoint):
    for holder in endpoint.holders:
        body = dict(endpoint.body or {})
        if holder is Holder.OPERATOR and endpoint.writes and not endpoint.theirs:
            side = "buyer" if "accounts" in endpoint.path else "seller"
            body[side] = (exchange.buyers if side == "buyer" else exchange.sellers)[1].company.pk
        one = Endpoint(**{**vars(endpoint), "body": body or None})
        with transaction.atomic():  # each holder finds what the others found
            reply = one.send(exchange.client(holder, scopes=[endpoint.scope]), exchange.ids)
            transaction.set_rollback(True)
        assert reply.status_code == endpoint.status, reply.content


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_nobody_else_can_and_nothing_changes(exchange, nobody, endpoint: Endpoint):
    before = stored()
    assert endpoint.send(nobody, exchange.ids).status_code == 401
    for holder in Holder:
        if holder not in endpoint.holders:
            assert endpoint.send(exchange.client(holder), exchange.ids).status_code == 403
        else:
            client = exchange.client(holder, scopes=other_scopes(holder, endpoint.scope))
            assert endpoint.send(client, exchange.ids).status_code == 403
    assert without_keys(stored()) == without_keys(before)


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if one.theirs], ids=str)
def test_what_belongs_to_another_company_is_not_found_and_not_changed(exchange, endpoint: Endpoint):
    before = stored()
    for holder in endpoint.holders - {Holder.OPERATOR}:
        reply = endpoint.send(exchange.client(holder, which=1), exchange.ids)
        assert (reply.status_code, reply.json()["type"]) == (404, "/api/v1/problems/not_found")
    assert without_keys(stored()) == without_keys(before)


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if "{" in one.path], ids=str)
def test_what_does_not_exist_is_not_found_and_only_a_key_gets_to_know(exchange, nobody, endpoint: Endpoint):
    client = exchange.client(endpoint.owner)
    for strange in ("0", "9999999", "99999999999999999999", "x", "-1", "%00", "AC" + "0" * 32, "\u00e4"):
        path = re.sub(r"\{[^}]*\}", strange, endpoint.path)
        other = Endpoint(**{**vars(endpoint), "path": path})
        assert other.send(client, exchange.ids).status_code == 404
        assert other.send(nobody, exchange.ids).status_code == 401


@pytest.mark.parametrize("endpoint", [one for one in LISTS if not one.shared], ids=str)
def test_a_list_has_only_what_is_the_callers(exchange, endpoint: Endpoint):
    for holder in endpoint.holders - {Holder.OPERATOR}:
        mine, others = ([row["id"] for row in listed(exchange, endpoint, holder, which)] for which in (0, 1))
        assert set(mine).isdisjoint(others)
        everything = {row["id"] for row in listed(exchange, endpoint, Holder.OPERATOR, 0)}
        assert everything >= {*mine, *others}


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if one.method == "get"], ids=str)
def test_a_list_knows_all_its_parameters(exchange, endpoint: Endpoint):
    client = exchange.client(endpoint.owner)
    reply = endpoint.send(client, exchange.ids)
    if reply["Content-Type"] != "application/json" or "results" not in reply.json():
        return
    other = Endpoint(**{**vars(endpoint), "path": endpoint.path + "?stauts=1"})
    refused = other.send(client, exchange.ids)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["stauts"])


def listed(exchange: Exchange, endpoint: Endpoint, holder: Holder, which: int) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = endpoint.send(exchange.client(holder, which), exchange.ids).json()["results"]
    return results


def test_each_side_sees_of_a_call_what_concerns_it(exchange):
    path = f"/api/v1/cdrs/{exchange.ids['cdr']}/"
    shown = {
        holder: exchange.client(holder).get(path).json() for holder in (Holder.BUYER, Holder.SELLER, Holder.OPERATOR)
    }
    assert shown[Holder.BUYER]["commission"] is None
    assert shown[Holder.BUYER]["account"] == exchange.ids["account"]
    assert shown[Holder.SELLER]["account"] is shown[Holder.SELLER]["account_sid"] is None
    assert (shown[Holder.SELLER]["earned"], shown[Holder.SELLER]["commission"]) == ("0.019000", "0.001000")
    assert (shown[Holder.OPERATOR]["price_1"], shown[Holder.OPERATOR]["price_n"]) == ("0.020000", "0.00345678")
    assert exchange.client(Holder.SELLER).get("/api/v1/cdrs/?account=1").status_code == 400


def test_only_who_may_change_a_link_sees_its_password(exchange):
    path = f"/api/v1/accounts/{exchange.ids['account']}/links/{exchange.ids['sid']}/"
    writer = exchange.client(Holder.BUYER, scopes=[Scope.ACCOUNTS_WRITE]).get(path).json()
    assert json.loads(writer["configuration_data"])["outbound-voice"][0]["proxy"][0]["password"]
    for reader in (exchange.client(Holder.BUYER, scopes=[Scope.ACCOUNTS_READ]), exchange.client(Holder.OPERATOR)):
        assert reader.get(path).json()["configuration_data"] is None


def without_keys(state: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The state without the audit rows of the keys that the test itself made."""
    kept = [row for row in state["AuditEvent"] if row["object_type"] != "tcxc.apikey"]
    return state | {"AuditEvent": kept}
