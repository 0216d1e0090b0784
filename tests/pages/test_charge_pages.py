"""A charge is explained to either side, with what each may see; a seller never sees whose account it was."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from authz.totals import total_traffic
from tcxc.clock import utc_now
from tests.pages.cast import Cast, signed_in
from tests.pages.records import make_call, make_message

pytestmark = pytest.mark.django_db


def page(cast: Cast, side: str, name: str, *args: int, **query: str) -> str:
    person = cast.buyer.owner if side == "buyer" else cast.seller.owner
    answer = signed_in(person).get(reverse(f"{side}:{name}", args=args), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_buyer_reads_increments_and_rounding_and_no_commission(cast):
    call = make_call(cast, used_seconds=95, billed_seconds=95, amount=Decimal("0.019792"))
    text = page(cast, "buyer", "call", call.pk)
    assert "95 s were talked: a first increment of 60 s and 35 of 1 s, so 95 s are billed." in text
    assert "Together 0.0197916666…, rounded once, half up, at six decimals" in text
    assert "commission" not in text


def test_a_seller_reads_the_commission_and_not_the_account(cast):
    call = make_call(cast)
    text = page(cast, "seller", "call", call.pk)
    assert "is the commission of the exchange" in text
    assert cast.buyer.company.name in text
    for hidden in (cast.account.name, cast.link.account_sid):
        assert hidden not in text
        assert hidden not in page(cast, "seller", "calls")


def test_a_message_says_why_it_took_so_many_parts(cast):
    message = make_message(cast, encoding="ucs2", interval_1=1, interval_n=1)
    assert "70 characters in one part, 67 in each of several. 2 parts are charged." in page(
        cast, "buyer", "message", message.pk
    )


def test_an_amount_that_the_tariff_does_not_give_is_pointed_at(cast):
    call = make_call(cast, amount=Decimal("9.99"))
    assert "gives another amount than was charged" in page(cast, "buyer", "call", call.pk)


def test_operators_read_every_entry(cast):
    call = make_call(cast)
    answer = signed_in(cast.operator).get(reverse("admin:authz_cdr_change", args=[call.pk]))
    assert "How this charge came about" in answer.content.decode()


def test_filtered_calls_have_their_totals(cast):
    make_call(cast)
    make_call(cast, result="unanswered", amount=0, commission=0, used_seconds=0, billed_seconds=0)
    total_traffic(now=utc_now())
    since = str((utc_now() - timedelta(days=1)).date())
    text = page(cast, "seller", "calls", since=since, connection=str(cast.connection.pk))
    assert "ASR" in text
    assert "50.0 %" in text
    assert "50.0 %" not in page(cast, "seller", "calls", since=since, number="44")


def test_another_sellers_calls_are_not_there(cast):
    strange = make_call(cast, seller_id=cast.stranger.company.pk)
    client = signed_in(cast.seller.owner)
    assert client.get(reverse("seller:call", args=[strange.pk])).status_code == 404
    assert client.get(reverse("seller:calls")).context["page"].rows == []
