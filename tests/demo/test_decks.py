"""The demo's price lists are the size, the form and the spread of real ones."""

import csv
import io
import re
from decimal import Decimal

import pytest

from tcxc.demo.decks import HEADER, sms_deck_by_network, sms_deck_by_prefix, voice_deck
from tcxc.numbering import country_of, networks

DECKS = [voice_deck, sms_deck_by_network, sms_deck_by_prefix]


def rows_of(deck: bytes) -> dict[str, dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(deck.decode())))
    by_prefix = {row["Prefix"]: row for row in rows}
    assert len(by_prefix) == len(rows), "a prefix comes twice"
    return by_prefix


@pytest.mark.parametrize("deck", DECKS)
def test_every_row_keeps_the_rules_of_a_price_list(deck):
    content = deck("seller")
    assert content.splitlines()[0].decode() == ",".join(HEADER)
    for row in rows_of(content).values():
        assert re.fullmatch("[1-9][0-9]{0,17}", row["Prefix"])
        assert re.fullmatch(r"[0-9]+\.[0-9]{6,8}", row["Price 1"])
        assert Decimal(row["Price 1"]) > 0
        assert row["Price N"] == row["Price 1"]
        assert {row["Forbidden"], row["Discontinued"]} <= {"0", "1"}
        assert int(row["Interval 1"]) > 0
        assert int(row["Interval N"]) > 0
        assert row["Country"]
        assert row["Description"]
        assert row["Effective from"] == "ASAP"


def test_the_voice_list_covers_the_world_in_at_least_18000_codes():
    rows = rows_of(voice_deck("seller"))
    assert len(rows) >= 18_000
    assert len({country_of(prefix) for prefix in rows}) >= 240
    assert rows["447"]["Description"] == "Mobile"
    assert rows["447400"]["Description"] == "Mobile Three"
    assert rows["1212"] | {"Price 1": "", "Price N": ""} == {
        "Country": "United States",
        "Description": "Fixed New York, NY",
        "Prefix": "1212",
        "Effective from": "ASAP",
        "Rate Id": "",
        "Forbidden": "0",
        "Discontinued": "0",
        "Price 1": "",
        "Price N": "",
        "Interval 1": "6",
        "Interval N": "6",
    }
    assert rows["979"]["Forbidden"] == "1"


def test_the_voice_list_has_all_the_usual_increments():
    rows = rows_of(voice_deck("seller")).values()
    assert {(row["Interval 1"], row["Interval N"]) for row in rows} >= {
        ("60", "1"),
        ("1", "1"),
        ("60", "60"),
        ("30", "6"),
        ("6", "6"),
    }


def test_each_of_two_sellers_is_the_cheaper_one_somewhere():
    one, other = rows_of(voice_deck("seller")), rows_of(voice_deck("other_seller"))
    assert one.keys() == other.keys()
    cheaper = sum(Decimal(one[prefix]["Price 1"]) < Decimal(other[prefix]["Price 1"]) for prefix in one)
    assert 0.3 < cheaper / len(one) < 0.7


def test_the_message_list_by_network_prices_every_network_and_each_mcc_as_its_dearest():
    rows = rows_of(sms_deck_by_network("seller"))
    operational = {code for code, network in networks().items() if network.operational and network.countries}
    assert {prefix for prefix in rows if len(prefix) > 3} == operational
    for mcc in ("234", "310", "405"):
        dearest = max(Decimal(row["Price 1"]) for prefix, row in rows.items() if prefix.startswith(mcc))
        assert Decimal(rows[mcc]["Price 1"]) == dearest
