"""Exports: every row that the filters show, exact and harmless, for the company alone, whatever breaks on the way."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tcxc.actors import Actor
from tcxc.errors import Invalid, Refused
from tcxc.exports import files, sheets
from tcxc.exports.making import forget_exports, write_next_export
from tcxc.models import AuditEvent, Export
from tcxc.operations.exports import MOST_AT_ONCE, ask_for_export, delete_export
from tests.pages.cast import SYSTEM, Cast, credit, signed_in
from tests.pages.records import earn, make_call, make_message
from tests.world import make_rate

pytestmark = pytest.mark.django_db


def ask(cast: Cast, kind: str = "buyer.calls", format_: str = "csv", query: str = "") -> Export:
    house = cast.buyer if kind.startswith("buyer") else cast.seller
    return ask_for_export(company=house.company, kind=kind, format_=format_, query=query, by=Actor(user=house.owner))


def made(cast: Cast, kind: str = "buyer.calls", format_: str = "csv", query: str = "") -> Export:
    asked = ask(cast, kind, format_, query)
    write_next_export()
    asked.refresh_from_db()
    assert asked.status == "ready", asked.problem
    return asked


def rows_of(export: Export) -> list[dict[str, str]]:
    text = (files.folder() / export.file).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_every_row_that_the_filters_show_is_in_it_and_no_other(cast, monkeypatch):
    monkeypatch.setattr(sheets, "CHUNK", 7)
    calls = [make_call(cast, callee=f"4477009001{n:02}") for n in range(30)]
    make_call(cast, result="denied", reason="no_rate", amount=0)
    make_call(cast, buyer_id=cast.stranger.company.pk)
    export = made(cast, query="result=answered&account=")
    assert [r["Record"] for r in rows_of(export)] == [str(call.pk) for call in reversed(calls)]
    assert (export.rows, export.rows_written) == (30, 30)
    assert export.size == (files.folder() / export.file).stat().st_size


@pytest.mark.parametrize(
    ("kind", "heading", "value"),
    [
        ("buyer.calls", "Charge", "0.025000"),
        ("buyer.messages", "Parts billed", "2"),
        ("buyer.ledger", "Balance after", "100.500000"),
        ("seller.calls", "Commission", "0.001250"),
        ("seller.messages", "Buyer", "Acme Voice"),
        ("seller.earnings", "Amount", "1.900000"),
    ],
)
def test_each_list_can_be_exported(cast, kind, heading, value):
    make_call(cast), make_message(cast)
    if kind == "seller.earnings":
        earn(cast, "2")
    assert rows_of(made(cast, kind))[-1][heading].startswith(value)


def test_prices_are_those_of_one_connection_of_the_seller(cast):
    make_rate(cast.connection, "44", "0.02"), make_rate(cast.connection, "33", "0.03")
    export = made(cast, "seller.prices", query=f"connection={cast.connection.pk}&code=4")
    assert [r["Code"] for r in rows_of(export)] == ["44"]
    other = ask(cast, "seller.prices", query="connection=999999999")
    write_next_export()
    other.refresh_from_db()
    assert (other.status, other.problem) == ("failed", "There is no such connection.")


def test_what_a_spreadsheet_would_run_is_text(cast):
    make_call(cast, caller="=HYPERLINK(1)", reason="@SUM(1)", amount=Decimal("-0.5"))
    [found] = rows_of(made(cast))
    assert (found["From"], found["Reason"], found["Charge"]) == ("'=HYPERLINK(1)", "'@SUM(1)", "-0.500000")
    book = made(cast, format_="xlsx")
    heading, cells = CalamineWorkbook.from_path(str(files.folder() / book.file)).get_sheet_by_index(0).to_python()
    shown = dict(zip(heading, cells, strict=True))
    assert (shown["From"], shown["Reason"], shown["Charge"]) == ("=HYPERLINK(1)", "@SUM(1)", -0.5)


def test_a_workbook_goes_on_in_another_sheet_and_keeps_money_exact(tmp_path: Path):
    path = tmp_path / "book.xlsx"
    writer = files.XlsxWriter(path, ["Amount", "When"], rows_in_a_sheet=3)
    huge = Decimal("12345678901234.567891")
    writer.write([[Decimal("0.1"), timezone.now()], [huge, None], [3, None], [4, None], [5, None]])
    writer.close()
    book = CalamineWorkbook.from_path(str(path))
    assert [len(book.get_sheet_by_index(n).to_python()) for n in range(3)] == [3, 3, 2]
    assert book.get_sheet_by_index(0).to_python()[2][0] == str(huge)


def test_a_worker_that_died_is_replaced_and_one_that_comes_back_late_writes_nothing(cast, monkeypatch):
    make_call(cast)
    export = ask(cast)
    later = timezone.now() + timedelta(minutes=5)

    def killed(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("tcxc.exports.making._fill", killed)
        with pytest.raises(SystemExit):
            write_next_export()
    assert write_next_export() is None  # it is still claimed
    slow = files.writer_of

    def meanwhile(*args: str) -> files.Writer:
        monkeypatch.setattr(files, "writer_of", slow)
        write_next_export(lambda: later + timedelta(minutes=5))
        return slow(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "writer_of", meanwhile)
    write_next_export(lambda: later)
    export.refresh_from_db()
    assert (export.status, export.attempts) == ("ready", 3)
    assert [path.name for path in files.folder().iterdir()] == [export.file]


def test_a_fault_is_tried_again_and_then_said(cast, monkeypatch):
    export, now = ask(cast), timezone.now()

    def broken(*_: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr("tcxc.exports.making._fill", broken)
    for n in range(3):
        write_next_export(lambda n=n: now + timedelta(minutes=5 * n))  # type: ignore[misc]
    export.refresh_from_db()
    assert (export.status, export.problem) == ("failed", "It could not be written: OSError.")
    assert not list(files.folder().iterdir())


def test_an_export_that_is_deleted_while_it_is_written_leaves_nothing(cast, monkeypatch):
    make_call(cast)
    export = ask(cast)
    usual = files.writer_of

    def meanwhile(*args: str) -> files.Writer:
        delete_export(export=Export.objects.get(pk=export.pk), by=SYSTEM)
        return usual(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "writer_of", meanwhile)
    write_next_export()
    assert not Export.objects.exists()
    assert not list(files.folder().iterdir())


def test_files_are_gone_when_they_expire(cast, django_capture_on_commit_callbacks):
    old, young = made(cast), made(cast)
    Export.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert forget_exports(timezone.now()) == 1
    assert [path.name for path in files.folder().iterdir()] == [young.file]
    with django_capture_on_commit_callbacks(execute=True):
        delete_export(export=young, by=SYSTEM)
    assert not list(files.folder().iterdir())


def test_the_file_is_for_people_of_the_company_and_who_takes_it_is_noted(cast):
    make_call(cast)
    export = made(cast)
    url = reverse("exports:export_file", args=[export.pk])
    answer = signed_in(cast.buyer.colleague).get(url)
    assert b"".join(answer).startswith("\ufeffEnded (UTC),".encode())
    assert answer["Content-Disposition"].startswith('attachment; filename="calls-')
    assert AuditEvent.objects.get(action="export.fetch").user == cast.buyer.colleague
    for other in (cast.seller.owner, cast.stranger.owner):
        for name in ("export_file", "export_delete"):
            assert signed_in(other).get(reverse(f"exports:{name}", args=[export.pk])).status_code == 404
    assert Client().get(url).status_code == 302
    assert "Calls" not in signed_in(cast.stranger.owner).get(reverse("exports:exports")).context["page"].rows


def test_an_export_is_deleted_by_who_made_it_or_an_owner(cast):
    export = made(cast)
    url = reverse("exports:export_delete", args=[export.pk])
    assert signed_in(cast.buyer.colleague).post(url).status_code == 403
    assert Export.objects.exists()
    assert signed_in(cast.buyer.owner).post(url).status_code == 302
    assert not Export.objects.exists()


def test_a_page_asks_for_what_its_filters_show(cast):
    make_call(cast)
    client = signed_in(cast.buyer.owner)
    page = client.get(reverse("buyer:calls"), {"result": "answered", "number": "", "cursor": ""}).content.decode()
    assert 'name="query" value="result=answered"' in page
    facts = {"seat": f"buyer:{cast.buyer.company.pk}", "of": "calls", "format": "xlsx", "query": "result=answered"}
    assert client.post(reverse("exports:export_new"), facts)["Location"] == reverse("exports:exports")
    assert Export.objects.get().kind == "buyer.calls"
    client.post(reverse("exports:export_new"), facts | {"of": "secrets"})
    assert Export.objects.count() == 1


def test_no_more_than_five_wait(cast):
    for _ in range(MOST_AT_ONCE):
        ask(cast)
    with pytest.raises(Refused, match="are being written"):
        ask(cast)
    for facts in ({"kind": "buyer.secrets"}, {"format_": "exe"}, {"query": "x" * 3000}):
        with pytest.raises(Invalid):
            ask(cast, **facts)


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_an_export_once(cast):
    credit(cast.account, "1")
    exports = [ask(cast, "buyer.ledger") for _ in range(4)]

    def work(_: int) -> int:
        try:
            return sum(1 for _ in iter(write_next_export, None))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == len(exports)
    assert set(Export.objects.values_list("status", "attempts")) == {("ready", 1)}
