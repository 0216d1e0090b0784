"""The decision tester: the engine's own decision with what it looked at, and nothing of it counts."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from authz.engine.checks import CHECKS, INBOUND_CHECKS
from authz.explaining import Explained, Fate, Outcome, explain_decision
from authz.models import Cdr, Session
from billing.models import Hold
from buyers.models import DestinationRule
from tcxc.clock import utc_now
from tcxc.errors import Invalid
from tests.world import (
    World,
    an_engine,
    body,
    give_number,
    interconnect,
    make_account,
    make_connection,
    make_rate,
    make_world,
)

pytestmark = pytest.mark.django_db(transaction=True)
CALL = {"service": "voice", "to": "447700900123"}


@pytest.fixture
def world(transactional_db) -> World:
    return make_world()


def explain(world: World, **facts: object) -> Explained:
    return explain_decision(account=world.account, link=world.account.links.get(), facts=CALL | facts)


def outcomes(found: Explained) -> dict[str, str]:
    return {step.check: step.outcome for step in found.explanation.steps}


def refusal(found: Explained) -> str:
    return str(body(found.explanation.answer).get("reason", ""))


def facts_of(found: Explained, check: str) -> dict[str, Any]:
    return next(step.facts for step in found.explanation.steps if step.check == check)


def test_what_it_says_is_what_a_call_gets(world):
    found = explain(world)
    with an_engine() as engine:
        real = body(engine.decide([world.call("CA-real")])[0])
    said = body(found.explanation.answer)
    assert said | {"session_id": ""} == real | {"session_id": ""}
    assert [step.check for step in found.explanation.steps] == [check.__name__ for check in CHECKS]
    assert set(outcomes(found).values()) == {Outcome.PASSED}


def test_nothing_of_it_is_kept(world):
    world.account.calls_per_second = 1
    world.account.save(update_fields=["calls_per_second", "status", "spend_limit_daily", "concurrent_call_limit"])
    for _ in range(3):
        assert refusal(explain(world)) == ""
    world.account.refresh_from_db()
    assert world.account.call_tat is None
    assert (world.wallet().held, world.wallet().balance) == (Decimal(0), Decimal(100))
    assert [model.objects.count() for model in (Session, Hold, Cdr)] == [0, 0, 0]


def test_the_first_refusal_is_the_reason_and_the_others_are_told(world):
    world.account.status, world.account.spend_limit_daily = "blocked", Decimal("0.01")
    world.account.save(update_fields=["calls_per_second", "status", "spend_limit_daily", "concurrent_call_limit"])
    found = explain(world)
    assert refusal(found) == "account_blocked"
    refused = [step for step in found.explanation.steps if step.outcome is Outcome.REFUSED]
    assert [(step.reason, step.is_beyond) for step in refused] == [("account_blocked", False), ("spend_limit", True)]
    assert outcomes(found)["money_covers"] is Outcome.PASSED


def test_an_account_that_nothing_is_linked_to_is_told_so_and_looked_at_all_the_same(world):
    lonely = make_account(world.buyer, money="0")
    interconnect(lonely, world.voice)
    found = explain_decision(account=lonely, facts=CALL)
    assert refusal(found) == "unknown_account"
    assert outcomes(found)["money_covers"] is Outcome.REFUSED
    assert [seen.route.code for seen in found.routes if seen.route] == ["447"]


def test_limits_are_shown_with_what_is_used_and_left(world):
    world.account.concurrent_call_limit, world.account.spend_limit_daily = 2, Decimal("0.50")
    world.account.save(update_fields=["calls_per_second", "status", "spend_limit_daily", "concurrent_call_limit"])
    with an_engine() as engine:
        engine.decide([world.call("CA-1", requested_seconds=60)])
    found = explain(world)
    assert facts_of(found, "within_live_calls") == {"limit": 2, "used": 1, "left": 1}
    spend = facts_of(found, "within_spend_limit")
    assert (spend["held"], spend["left"]) == (Decimal("0.06"), Decimal("0.44"))


def test_the_rule_that_decides_comes_first(world):
    for verdict, prefix in (("allow", "44"), ("deny", "4477")):
        DestinationRule.objects.create(account=world.account, verdict=verdict, prefix=prefix)
    found = explain(world)
    assert refusal(found) == "destination_not_authorized"
    matched = facts_of(found, "destination_allowed")["matched"]
    assert [(rule.allows, rule.prefix) for rule in matched] == [(False, "4477"), (True, "44")]


def test_each_route_says_what_became_of_it(world):
    def route(price: str | None, **fields: object):
        connection = make_connection(world.seller, **{k: v for k, v in fields.items() if k in {"status", "capacity"}})
        if price:
            make_rate(connection, "4477", price, forbidden=bool(fields.get("forbidden")))
        tie = {"status": fields["tie"]} if "tie" in fields else {}
        return interconnect(world.account, connection, **tie).pk

    fates = {
        route("0.01"): (Fate.OFFERED, 1),
        route(None): (Fate.NO_PRICE, None),
        route("0.01", forbidden=True): (Fate.FORBIDDEN, None),
        route("0.01", capacity=0): (Fate.FULL, None),
        route("0.01", status="paused"): (Fate.PAUSED, None),
        route("0.01", tie="awaiting"): (Fate.AWAITING, None),
        route("0.02"): (Fate.OFFERED, 2),
        route("0.03"): (Fate.OFFERED, 3),
    }
    found = {seen.interconnect.pk: seen for seen in explain(world).routes}
    assert {pk: (found[pk].fate, found[pk].place) for pk in fates} == fates
    own = found[world.account.interconnects.get(connection=world.voice).pk]
    assert own.route is not None
    assert (own.fate, own.route.code, [rate.prefix for rate in own.others]) == (Fate.SPARE, "447", ["44"])


def test_a_price_that_is_yet_to_come_is_named(world):
    later = make_connection(world.seller)
    make_rate(later, "447", "0.01", effective_from=utc_now() + timedelta(days=7))
    tie = interconnect(world.account, later)
    seen = next(seen for seen in explain(world).routes if seen.interconnect.pk == tie.pk)
    assert seen.coming is not None
    assert (seen.fate, seen.coming.prefix) == (Fate.NO_PRICE, "447")


def test_what_makes_no_sense_names_its_field(world):
    with pytest.raises(Invalid) as refused:
        explain(world, to="not a number")
    assert "to" in refused.value.errors


def test_what_comes_in_is_explained_by_the_checks_of_numbers(world):
    give_number(world, "442071838750", documents_state="pending")
    found = explain(world, direction="inbound", to="442071838750")
    assert refusal(found) == "documents_pending"
    assert [step.check for step in found.explanation.steps] == [check.__name__ for check in INBOUND_CHECKS]
    assert facts_of(found, "documents_shown")["documents"] == "pending"
    assert outcomes(found)["money_covers"] is Outcome.PASSED
    assert refusal(explain(world, direction="inbound", to="442071838751")) == "number_unknown"


def test_what_was_seen_of_the_number_is_told_check_by_check(world):
    give_number(world, "442071838750", documents_state="pending")
    found = explain(world, direction="inbound", to="442071838750")
    owned = facts_of(found, "number_owned")
    assert (owned["number"], owned["is_released"]) == ("442071838750", False)
    assert facts_of(found, "number_active") == {"state": "active", "is_stopped": False}
    assert facts_of(found, "documents_shown") == {"documents": "pending", "are_shown": False}
    assert facts_of(found, "capability_there")["voice"] is True


def test_nothing_is_told_of_the_number_of_somebody_else(world):
    theirs = make_account(world.buyer)
    give_number(world, "442071838750", account=theirs, documents_state="pending")
    found = explain(world, direction="inbound", to="442071838750")
    assert refusal(found) == "number_unknown"
    assert facts_of(found, "number_owned") == {}
    for check in ("number_active", "documents_shown", "capability_there", "number_has_room"):
        assert (outcomes(found)[check], facts_of(found, check)) == (Outcome.SKIPPED, {})
