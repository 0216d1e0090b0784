"""Workbooks: read cell by cell as they are, and refused when they are no price list or too much."""

import io
import struct
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
import xlsxwriter

from sellers.decks import excel
from sellers.decks.columns import HEADER
from tests.sellers.lists import Lists, changes, errors

pytestmark = pytest.mark.django_db

A_DATE = datetime(2027, 3, 1, 10, tzinfo=UTC).replace(tzinfo=None)  # a workbook knows no time zones
GOOD = ["", "UK", "44", "ASAP", "", 0, 0, 0.0123, 0.0123, 60, 1]


def workbook(*rows: list[Any], sheets: int = 1, header: tuple[str, ...] = HEADER, top: int = 0) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        dates = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for _ in range(sheets):
            sheet = book.add_worksheet()
            for place, cells in enumerate([list(header), *rows]):
                for column, cell in enumerate(cells):
                    style = [dates] if isinstance(cell, datetime) else []
                    sheet.write(top + place, column, cell, *style)
    return file.getvalue()


def refusal(lists: Lists, content: bytes, name: str = "deck.xlsx") -> tuple[int, str, str]:
    upload = lists.check(content, name=name)
    assert upload.status == "rejected"
    return errors(upload)[0]


def test_numbers_texts_and_dates_are_read_exactly(lists: Lists):
    upload = lists.check(
        workbook(GOOD, ["", "", 447911, A_DATE, "", "0", 0, "0.00000001", 0.1, 1, 1]),
        name="Deck.XLSX",
    )
    assert changes(upload) == {"new": 2}
    mobile = upload.staged.get(prefix="447911")
    assert (f"{mobile.price_1:f}", f"{mobile.price_n:f}") == ("0.00000001", "0.10000000")
    assert f"{mobile.starts_at:%Y-%m-%d %H:%M:%S}" == "2027-03-01 10:00:00"


def test_an_empty_sheet_beside_the_list_does_no_harm(lists: Lists):
    assert changes(lists.check(workbook(GOOD, sheets=1), name="a.xlsx")) == {"new": 1}


@pytest.mark.parametrize(
    ("place", "cell", "advice"),
    [
        (2, "4.47E+11", "scientific notation"),
        (2, A_DATE, "turned into a date"),
        (5, True, "Write 0 or 1."),
        (5, "", "is blank"),
        (7, 0.1 + 0.2, None),
        (7, "0,0123", "with a point"),
        (9, "60/1", "holds both intervals"),
        (9, A_DATE, "turned into a date"),
        (9, 1.5, "whole number"),
    ],
)
def test_a_wrong_cell_is_named(lists: Lists, place: int, cell: object, advice: str | None):
    wrong = [*GOOD[:2], "45", *GOOD[3:]]
    wrong[place] = cell
    upload = lists.check(workbook(GOOD, wrong), name="a.xlsx")
    if advice is None:
        assert upload.status == "ready"
        return
    line, column, message = errors(upload)[0]
    assert (line, column) == (3, HEADER[place])
    assert advice in message


def test_a_text_file_named_xlsx_is_refused(lists: Lists):
    assert "no workbook" in refusal(lists, b",".join(name.encode() for name in HEADER))[2]


def test_an_archive_that_is_no_workbook_is_refused(lists: Lists):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../etc/passwd", "root")
    assert "is an archive and no workbook" in refusal(lists, file.getvalue())[2]


def test_a_damaged_workbook_is_refused(lists: Lists):
    content = workbook(GOOD)
    assert refusal(lists, content[: len(content) // 2])[0] == 1
    assert refusal(lists, content[:200] + b"\x00" * 400 + content[600:])[0] == 1


def test_two_filled_sheets_are_refused(lists: Lists):
    assert "holds 2 filled sheets" in refusal(lists, workbook(GOOD, sheets=2))[2]


def test_a_wrong_header_or_one_that_is_not_on_top_is_refused(lists: Lists):
    assert "Column 1" in refusal(lists, workbook(GOOD, header=("Land", *HEADER[1:])))[2]
    assert refusal(lists, workbook(GOOD, top=2))[0] == 1


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.xlsm"])
def test_other_workbooks_are_refused_by_name(lists: Lists, name: str):
    assert "are not read" in refusal(lists, workbook(GOOD), name=name)[2]


def test_a_workbook_that_unfolds_without_bounds_is_refused(lists: Lists, monkeypatch):
    monkeypatch.setattr(excel, "LARGEST_UNPACKED", 2 * 1024 * 1024)
    file = io.BytesIO(workbook(GOOD))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/bomb.xml", "w") as part:
        for _ in range(3):
            part.write(bytes(1024 * 1024))
    assert "unfolds to more" in refusal(lists, file.getvalue())[2]


def test_a_workbook_that_lies_about_its_size_is_stopped(lists: Lists):
    """Two cells far apart span seventeen thousand million cells; the directory of the archive says nothing of that."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "x")
        sheet.write(1_048_575, 16_383, "x")
    assert "unfolds to more" in refusal(lists, content.getvalue())[2]


def test_a_locked_workbook_is_refused(lists: Lists):
    assert "password" in refusal(lists, b"\xd0\xcf\x11\xe0" + struct.pack("<I", 0) * 200)[2]
