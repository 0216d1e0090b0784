"""A list with a fault is refused with row, column and how to mend it, and the live prices stay as they are."""

import io

import pytest

from sellers.decks.columns import HEADER
from sellers.models import Connection, Rate
from tests.sellers.lists import Lists, deck, errors, row, warnings

pytestmark = pytest.mark.django_db

LIVE = row("1", "0.01")


@pytest.fixture(autouse=True)
def live_price(lists: Lists):
    """There is a live price before, and the same one and no other afterwards."""
    lists.publish(LIVE)
    yield
    assert lists.timeline("1") == [("0.01", 0, None)]
    assert Rate.objects.count() == 1


def refusal(lists: Lists, content: str | bytes, name: str = "deck.csv") -> tuple[int, str, str]:
    """The one error of a rejected list."""
    upload = lists.check(content, name=name)
    assert upload.status == "rejected"
    assert upload.error_count == 1
    return errors(upload)[0]


def cell(place: int, text: str, prefix: str = "44") -> str:
    """A row with another text in one of its cells."""
    cells = row(prefix).split(",")
    cells[place] = text
    return ",".join(cells)


@pytest.mark.parametrize(
    ("place", "text", "advice"),
    [
        (2, "", "is empty"),
        (2, "0447", "begins with 0"),
        (2, "+447", "Leave out +"),
        (2, "44 7", "digits alone"),
        (2, " 447", "space before or after"),
        (2, "4.47E+11", "scientific notation"),
        (2, "1234567890123456", "no more than 15"),
        (2, "2027-01-01", "turned into a date"),
        (3, "", "Write ASAP"),
        (3, "asap", "in capitals"),
        (3, "2027-02-30 00:00:00", "not in the calendar"),
        (3, "2027-02-29 00:00:00", "not in the calendar"),
        (3, "2027-01-01 24:00:00", "not in the calendar"),
        (3, "01/02/2027", "is not a time"),
        (3, "2027-01-01", "is not a time"),
        (3, "2027-01-01T00:00:00Z", "is not a time"),
        (5, "", "is blank. Write 0 or 1."),
        (6, " ", "is blank. Write 0 or 1."),
        (5, "TRUE", "Write 0 or 1."),
        (7, "", "is empty"),
        (7, '"0,0123"', "Write 0.0123, with a point"),
        (7, '"1,234.5"', "thousands separator"),
        (8, "$0.01", "currency signs"),
        (8, "1.23E-05", "scientific notation"),
        (8, "-0.01", "below zero"),
        (8, "0.123456789", "Round it to eight"),
        (8, "123456789", "too large"),
        (7, ".5", "lacks a digit"),
        (9, "60/1", "holds both intervals"),
        (10, "60/1", "Put the first into Interval 1"),
        (9, "0", "from 1 up"),
        (10, "1.0", "whole number"),
        (10, "", "is empty"),
        (10, "-1", "whole number"),
        (1, "=1+1", "formula"),
        (0, "@SUM(A1)", "formula"),
        (1, "x" * 201, "201 characters"),
        (4, "x" * 65, "Shorten it"),
        (1, "a\x00b", "NUL"),
        (1, '"a\nb"', "line break"),
        (1, "a\tb", "control character"),
    ],
)
def test_a_wrong_cell_is_named_with_how_to_mend_it(lists: Lists, place: int, text: str, advice: str):
    line, column, message = refusal(lists, deck(row("33"), cell(place, text), row("49")))
    assert (line, column) == (3, HEADER[place])
    assert advice in message


@pytest.mark.parametrize(
    ("content", "line", "advice"),
    [
        ("", 1, "empty"),
        (deck(), 2, "no rows"),
        (deck(row("44")).replace("Effective from", "Effective From"), 1, "Column 4 is “Effective From”"),
        (deck(row("44")).replace(",Interval N", ""), 1, "10 columns instead of 11"),
        (deck(row("44")).replace(",", ";"), 1, "semicolons"),
        (deck(row("44")).replace(",", "\t"), 1, "tabs"),
        (row("44"), 1, "Column 1"),
        (deck(row("44"), row("45") + ",1"), 3, "12 cells instead of 11"),
        (deck(row("44"), row("45", "0,01")), 3, "a decimal point, not a comma"),
        (deck(row("44"), "45,1"), 3, "2 cells instead of 11"),
        (deck(row("44"), row("45", text='"open'), row("46")), 3, "nothing closes it"),
        (deck(row("44"), row("45", text='"a"b')), 3, "middle of a cell"),
        (deck(row("44")).replace("\r\n", "\r"), 1, "carriage return"),
    ],
)
def test_a_file_of_another_shape_is_refused_with_its_row(lists: Lists, content: str, line: int, advice: str):
    found, _, message = refusal(lists, content)
    assert found == line
    assert advice in message


@pytest.mark.parametrize(
    ("content", "line", "advice"),
    [
        (deck(row("44", text="Zürich")).encode("latin-1"), 2, "byte FC"),
        (deck(row("44")).encode("utf-16"), 1, "UTF-16"),
        (b"PK\x03\x04rest", 1, "ends in .xlsx"),
        (b"\xd0\xcf\x11\xe0rest", 1, "old Excel"),
        (b"\x1f\x8brest", 1, "compressed"),
        (b"x" * 2_000_000, 1, "longer than"),
    ],
)
def test_a_file_in_another_encoding_is_refused(lists: Lists, content: bytes, line: int, advice: str):
    found, _, message = refusal(lists, content)
    assert found == line
    assert advice in message


def test_rows_before_a_broken_one_are_checked_too(lists: Lists):
    content = deck(row("44"), row("045"), row("46", text="é")).encode("latin-1")
    assert [(line, column) for line, column, _ in errors(lists.check(content))] == [(3, "Prefix"), (4, "")]


def test_a_bom_crlf_quotes_and_blank_rows_are_tolerated(lists: Lists):
    content = "\ufeff" + deck(
        row("44", text='"Lundy, ""the"" island\\"'), "", ",,,,,,,,,,", row("45").replace("ASAP", '"ASAP"')
    )
    upload = lists.check(content + "\r\n\r\n")
    assert (upload.status, upload.rows) == ("ready", 2)
    assert upload.staged.get(prefix="44").description == 'Lundy, "the" island\\'
    assert upload.staged.get(prefix="45").row == 5


def test_a_quoted_cell_among_many_bare_rows_is_one_cell(lists: Lists):
    rows = [row(str(prefix), text='"Fixed Stamford, CT"' if prefix == 4700 else "Bare") for prefix in range(4000, 5200)]
    upload = lists.check(deck(*rows))
    assert (upload.status, upload.rows) == ("ready", 1200)
    assert upload.staged.get(prefix="4700").description == "Fixed Stamford, CT"


def test_lines_may_end_in_lf_and_the_last_may_have_no_end(lists: Lists):
    upload = lists.check(deck(row("44"), row("45")).replace("\r\n", "\n").rstrip())
    assert (upload.status, upload.rows) == ("ready", 2)


def test_a_code_that_stands_twice_is_told_at_both_rows(lists: Lists):
    upload = lists.check(deck(row("44"), row("45"), row("44", "0.03"), row("44")))
    found = [(line, column, message[:21]) for line, column, message in errors(upload)]
    assert found == [
        (2, "Prefix", "44 is also in row 4. "),
        (4, "Prefix", "44 is also in row 2. "),
        (5, "Prefix", "44 is also in row 4. "),
    ]


def test_codes_that_stand_twice_are_told_beside_other_errors(lists: Lists):
    upload = lists.check(deck(row("44"), row("045"), row("44")))
    assert [line for line, _, _ in errors(upload)] == [2, 3, 4]


def test_a_row_with_several_faults_names_each(lists: Lists):
    upload = lists.check(deck(row("044", "1,5", at="soon").replace("1,5", '"1,5"')))
    assert [column for _, column, _ in errors(upload)] == ["Prefix", "Effective from", "Price 1", "Price N"]


def test_errors_are_all_counted_and_a_thousand_kept(lists: Lists):
    upload = lists.check(deck(*[row(f"0{number}") for number in range(2_500)]))
    assert (upload.status, upload.error_count, len(errors(upload))) == ("rejected", 2_500, 1_000)
    assert upload.rows == 2_500


def test_repeated_codes_are_all_counted_and_a_thousand_kept(lists: Lists):
    upload = lists.check(deck(*[row("44")] * 1_500))
    assert (upload.error_count, len(errors(upload))) == (1_500, 1_000)


def test_a_long_file_that_breaks_in_its_last_row_changes_nothing(lists: Lists):
    rows = [row(f"{10_000 + number}") for number in range(149_999)]
    upload = lists.check(deck(*rows, row("44", '"0,01"', "0.01")))
    assert errors(upload) == [(150_001, "Price 1", "has a decimal comma: “0,01”. Write 0.01, with a point.")]
    assert not upload.staged.exists()


def test_a_zero_price_on_an_active_row_is_a_warning(lists: Lists):
    upload = lists.check(deck(row("44", "0"), row("45", "0.1", "0.00"), row("46", "0", forbidden=True), row("47")))
    assert upload.status == "ready"
    assert upload.warning_count == 3
    assert [(line, column) for line, column, _ in warnings(upload)] == [(2, "Price 1"), (2, "Price N"), (3, "Price N")]


def test_what_is_allowed_and_odd_is_a_warning(lists: Lists):
    upload = lists.check(deck(row("44", forbidden=True, discontinued=True), row("45", discontinued=True)))
    assert [(line, column) for line, column, _ in warnings(upload)] == [(2, "Forbidden"), (3, "Discontinued")]
    assert upload.unchanged == 1


@pytest.mark.parametrize(
    ("prefix", "is_good"),
    [
        ("234", True),
        ("23410", True),
        ("310260", True),
        ("2341", False),
        ("23", False),
        ("3102601", False),
        ("023", False),
    ],
)
def test_networks_are_an_mcc_or_a_whole_mccmnc(networks: Connection, prefix: str, is_good: bool):
    upload = Lists(networks).check(deck(row(prefix, intervals="1,1")))
    assert upload.status == ("ready" if is_good else "rejected")


def test_sms_has_intervals_of_one(networks: Connection):
    upload = Lists(networks).check(deck(row("234", intervals="60,1")))
    assert [(line, column) for line, column, _ in errors(upload)] == [(2, "Interval 1")]


def test_a_missing_file_is_an_error_and_no_crash(lists: Lists):
    upload = lists.upload(io.BytesIO(deck(row("44")).encode()).getvalue())
    upload.file.storage.delete(str(upload.file.name))
    assert "no longer there" in errors(lists.check_waiting())[0][2]
