"""The totals of traffic: equal to the records, whatever was corrected, killed or done twice."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.db.models import Sum

from authz import totals, traffic
from authz.models import Cdr, DestinationDay, DestinationQuarter, MessageRecord, TrafficMark, TrafficQuarter
from authz.totals import total_traffic
from buyers.models import Buyer
from tcxc.models import Company
from tests.world import make_world

NOON = datetime(2026, 11, 20, 12, 7, tzinfo=UTC)
_serial = count(1)


@pytest.fixture
def buyer(db) -> Buyer:
    return Buyer.objects.create(company=Company.objects.create(name="Acme"))


def call(buyer: Buyer, at: datetime, **other: Any) -> Cdr:
    facts: dict[str, Any] = {
        "recorded_at": at,
        "started_at": at,
        "platform_id": 1,
        "session_id": f"CA{next(_serial)}",
        "buyer_id": buyer.pk,
        "account_id": 7,
        "seller_id": 8,
        "connection_id": 9,
        "direction": "outbound",
        "callee": "447700900123",
        "result": "answered",
        "used_seconds": 58,
        "billed_seconds": 60,
        "currency": "USD",
        "amount": Decimal("0.060001"),
        "commission": Decimal("0.003"),
    }
    return Cdr.objects.create(**(facts | other))


def everything(model: Any) -> dict[str, Any]:
    return model.objects.aggregate(tried=Sum("tried"), denied=Sum("denied"), amount=Sum("amount"))


def test_quarters_and_days_equal_the_records(buyer):
    call(buyer, NOON - timedelta(days=1))
    call(buyer, NOON)
    call(buyer, NOON, result="denied", used_seconds=0, billed_seconds=None, amount=0, commission=0, seller_id=None)
    call(buyer, NOON, buyer_id=None, result="denied", amount=0, commission=0)
    total_traffic(now=NOON)
    for model in (TrafficQuarter, DestinationQuarter, DestinationDay):
        assert everything(model) == {"tried": 2, "denied": 2, "amount": Decimal("0.120002")}, model
    assert set(DestinationDay.objects.values_list("day", "country")) == {
        (date(2026, 11, 19), "GB"),
        (date(2026, 11, 20), "GB"),
    }


def test_messages_count_in_parts(buyer):
    made = call(buyer, NOON)
    facts = {field.name: getattr(made, field.name) for field in Cdr._meta.fields if hasattr(MessageRecord, field.name)}
    MessageRecord.objects.create(**(facts | {"id": None, "result": "sent", "parts": 3, "billed_parts": 3}))
    total_traffic(now=NOON)
    found = traffic.traffic_since(NOON, owner=traffic.Owner(buyer_id=buyer.pk), by=["service"])
    assert (found["sms",].billed, found["sms",].seconds, found["voice",].billed) == (3, 0, 60)


def test_counting_twice_changes_nothing(buyer):
    call(buyer, NOON)
    for later in (0, 1, 2, 20):
        total_traffic(now=NOON + timedelta(minutes=later))
    assert everything(TrafficQuarter)["tried"] == 1
    assert everything(DestinationDay)["tried"] == 1


def test_a_record_that_is_committed_late_is_not_missed(buyer):
    total_traffic(now=NOON)
    call(buyer, NOON - timedelta(minutes=2))
    total_traffic(now=NOON + timedelta(minutes=1))
    assert everything(TrafficQuarter)["tried"] == 1


def test_a_correction_is_counted_however_old_the_record_is(buyer):
    old = NOON - timedelta(days=12)
    kept, corrected = call(buyer, old), call(buyer, old + timedelta(hours=3))
    total_traffic(now=NOON)
    assert not DestinationQuarter.objects.filter(start__lt=NOON - timedelta(days=4)).exists()
    Cdr.objects.filter(pk=corrected.pk).update(amount=0, commission=0, adjusted_at=NOON + timedelta(seconds=30))
    total_traffic(now=NOON + timedelta(minutes=1))
    for model in (TrafficQuarter, DestinationDay):
        assert everything(model) == {"tried": 2, "denied": 0, "amount": kept.amount}, model


def test_a_run_that_dies_goes_on_where_it_was(buyer, monkeypatch):
    for day in range(3):
        call(buyer, NOON - timedelta(days=day))
    count_anew = totals._count_anew
    done: list[date] = []

    def dies(due):
        if len(done) == 1:
            raise KeyboardInterrupt
        done.append(due.day)
        count_anew(due)

    monkeypatch.setattr(totals, "_count_anew", dies)
    with pytest.raises(KeyboardInterrupt):
        total_traffic(now=NOON)
    assert TrafficMark.objects.get().counted_until == datetime(2026, 11, 19, tzinfo=UTC)
    monkeypatch.setattr(totals, "_count_anew", count_anew)
    total_traffic(now=NOON)
    assert everything(DestinationDay)["tried"] == 3


def test_days_and_hours_are_those_of_the_zone(buyer):
    call(buyer, datetime(2026, 11, 19, 18, 20, tzinfo=UTC))  # 00:05 on the 20th in Kathmandu
    call(buyer, datetime(2026, 11, 19, 18, 10, tzinfo=UTC))  # 23:55 on the 19th
    total_traffic(now=NOON)
    owner = traffic.Owner(buyer_id=buyer.pk)
    days = traffic.traffic_by("day", owner=owner, zone="Asia/Kathmandu", now=NOON)
    assert [(slot.at.day, slot.tried) for slot in days[-2:] if slot.at] == [(19, 1), (20, 1)]
    began = traffic.day_began(NOON, "Asia/Kathmandu")
    assert traffic.traffic_since(began, owner=owner)[()].tried == 1


def test_quality_is_of_all_buyers_together(buyer):
    call(buyer, NOON, used_seconds=30)
    call(buyer, NOON, used_seconds=90)
    call(buyer, NOON, result="unanswered", used_seconds=0)
    call(make_world().buyer, NOON, result="unanswered", used_seconds=0, callee="33612345678")
    total_traffic(now=NOON)
    quality = traffic.quality_of([9], since=NOON.date())[9]
    assert (quality.asr, quality.acd) == (Decimal("0.5"), 60)
    assert traffic.quality_of([9], since=NOON.date(), country="FR")[9].asr == 0
