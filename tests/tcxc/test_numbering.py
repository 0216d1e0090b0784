"""Numbers and networks are found in the countries they belong to."""

import phonenumbers
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tcxc.building.countries import country_rows
from tcxc.building.digit_patterns import spell_out
from tcxc.building.networks import network_rows
from tcxc.building.regions import rows_of
from tcxc.numbering import (
    DATA,
    calling_codes,
    countries,
    country_name,
    country_of,
    country_of_mcc,
    mccs_of,
    network_name,
    networks,
)

SHARED_CODES = {1, 7, 39, 44, 47, 61, 212, 262, 290, 358, 590, 599}
SHARING = [region for code in sorted(SHARED_CODES) for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]]


@st.composite
def numbers(draw, regions):
    region = draw(st.sampled_from(regions))
    row = draw(st.sampled_from(rows_of(region)))
    national = "".join(draw(st.sampled_from(sorted(place))) for place in row)
    return f"{phonenumbers.country_code_for_region(region)}{national}"


@settings(max_examples=600, deadline=None)
@given(st.one_of(numbers(SHARING), numbers(sorted(phonenumbers.SUPPORTED_REGIONS))))
def test_every_valid_number_is_in_the_country_that_phonenumbers_says(number):
    parsed = phonenumbers.parse(f"+{number}")
    region = phonenumbers.region_code_for_number(parsed)
    assume(region is not None)
    assert country_of(number) == region


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("12125550100", "US"),
        ("14165550100", "CA"),
        ("18095550100", "DO"),
        ("17875550100", "PR"),
        ("18005550100", "US"),
        ("15555550100", "US"),
        ("74951234567", "RU"),
        ("77271234567", "KZ"),
        ("447400123456", "GB"),
        ("441481123456", "GG"),
        ("447624123456", "IM"),
        ("447797123456", "JE"),
        ("390612345678", "IT"),
        ("390669812345", "VA"),
        ("61212345678", "AU"),
        ("61891641234", "CX"),
        ("61891621234", "CC"),
        ("4721234567", "NO"),
        ("4779123456", "SJ"),
        ("262262161234", "RE"),
        ("262269601234", "YT"),
        ("590590201234", "GP"),
        ("590590271234", "BL"),
        ("59996123456", "CW"),
        ("5997151234", "BQ"),
        ("38344123456", "XK"),
        ("881612345678", None),
        ("80012345678", None),
        ("999123", None),
        ("", None),
    ],
)
def test_shared_calling_codes_are_told_apart(number, country):
    assert country_of(number) == country


@pytest.mark.parametrize(
    ("prefix", "country"), [("1", "US"), ("1204", "CA"), ("77", "KZ"), ("44", "GB"), ("44148", "GB")]
)
def test_a_prefix_has_a_country_as_soon_as_no_other_can_follow(prefix, country):
    assert country_of(prefix) == country


def test_the_countries_are_those_of_the_installed_phonenumbers():
    built = ["country,name,calling_code,prefixes"]
    built += [",".join(f'"{field}"' if "," in field else field for field in row) for row in country_rows()]
    assert (DATA / "countries.csv").read_text().splitlines() == built


def test_every_country_has_a_name_and_a_calling_code():
    assert len(countries()) == len(phonenumbers.SUPPORTED_REGIONS)
    assert all(country.name and country.calling_code for country in countries().values())
    assert (country_name("GB"), country_name("XK"), country_name("QQ")) == ("United Kingdom", "Kosovo", "QQ")
    assert (calling_codes("KZ"), calling_codes("QQ")) == (("7",), ())


def test_two_and_three_digit_network_codes_are_different_networks():
    assert network_name("40503") == "Reliance"
    assert network_name("405035") == "TATA DOCOMO"
    assert (network_name("310"), network_name("310999")) == (None, None)
    assert all(code.isdigit() and len(code) in (5, 6) for code in networks())


@pytest.mark.parametrize(
    ("mcc", "country"),
    [
        ("310", "US"),
        ("31026", "US"),
        ("234", "GB"),
        ("255", "UA"),
        ("270", "LU"),
        ("289", "GE"),
        ("338", "JM"),
        ("340", "GP"),
        ("362", "CW"),
        ("425", "IL"),
        ("505", "AU"),
        ("647", "RE"),
        ("901", None),
        ("998", None),
    ],
)
def test_an_mcc_belongs_to_the_country_it_is_assigned_to(mcc, country):
    assert country_of_mcc(mcc) == country


def test_a_country_without_an_mcc_of_its_own_has_those_its_networks_use():
    assert mccs_of("US") == ("310", "311", "312", "313", "314", "315", "316")
    assert mccs_of("PR") == ("330",)
    assert (mccs_of("GG"), mccs_of("CX"), mccs_of("MQ")) == (("234",), ("505",), ("340",))
    assert (mccs_of("VA"), mccs_of("QQ")) == ((), ())


def test_a_network_listed_for_several_countries_is_one_row_named_by_who_runs_it():
    entry = {"type": "National", "countryCode": "US", "mcc": "310", "mnc": "26", "brand": "", "operator": "Old  Co"}
    entries = [
        entry | {"status": "Not operational"},
        entry | {"status": "Operational", "countryCode": "PR", "brand": "Mobile"},
        entry | {"status": "Operational", "mnc": "020", "operator": "Other"},
        entry | {"status": "Operational", "mnc": "100 - 190"},
        entry | {"status": "Operational", "type": "Test", "mnc": "01"},
    ]
    assert list(network_rows(entries)) == [
        ("310", "", "US", "", 0),
        ("310", "020", "US", "Other", 1),
        ("310", "26", "US PR", "Mobile", 1),
    ]


def test_a_pattern_is_spelt_out_digit_by_digit():
    rows = spell_out(r"4(?:[1-3]\d|5{2,3})")
    assert [["".join(sorted(place)) for place in row] for row in rows] == [
        ["4", "123", "0123456789"],
        ["4", "5", "5"],
        ["4", "5", "5", "5"],
    ]
    with pytest.raises(ValueError, match="no pattern of digits"):
        spell_out("4.")
