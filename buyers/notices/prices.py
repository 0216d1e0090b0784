"""Notices of changed prices: one mail for each company that uses the connection, with every change as CSV."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal
from functools import lru_cache
from typing import Any

import structlog
from django.db.models import QuerySet

from buyers.models import Interconnect
from sellers.models import PriceListUpload
from sellers.queries.publications import PublishedChange, published_changes
from tcxc import mail, outbox
from tcxc.models import Company, OutboxMessage
from tcxc.money import format_price
from tcxc.roles import Permission

PUBLISHED = "prices.published"
NOTICE = "prices.notice"
ZIPPED_FROM = 2_000_000  # bytes of CSV

HEADER = (
    "Prefix",
    "Description",
    "Change",
    "Effective from",
    "Forbidden",
    "Old price 1",
    "Old price N",
    "Old interval 1",
    "Old interval N",
    "Price 1",
    "Price N",
    "Interval 1",
    "Interval N",
)

log = structlog.get_logger(__name__)
Attachment = tuple[str, str | bytes, str]


def owe_notices(message: OutboxMessage) -> None:
    """Owe a notice to each company whose traffic may use the connection, unless the publication changed no price."""
    counts = {name: message.payload[name] for name in ("new", "increase", "decrease", "withdrawn")}
    if not any(counts.values()):
        return
    using = _interconnects(message.payload["connection"]).order_by().values_list("account__buyer_id", flat=True)
    upload = message.payload["upload"]
    notices = {f"{NOTICE}:{upload}:{buyer}": {"upload": upload, "company": buyer} for buyer in using.distinct()}
    outbox.enqueue_all(NOTICE, notices)


def send_notice(message: OutboxMessage) -> None:
    """Mail one company what a publication changed. One that does not use the connection any more gets nothing."""
    uploads = PriceListUpload.objects.select_related("connection__seller__company")
    publication = uploads.get(pk=message.payload["upload"])
    company = Company.objects.get(pk=message.payload["company"])
    uses = list(_interconnects(publication.connection_id).filter(account__buyer_id=company.pk))
    to = addresses_of(company)
    if not uses or not to:
        log.warning("price_notice_to_nobody", upload=publication.pk, company=company.pk, interconnects=len(uses))
        return
    letter = mail.write("prices_published", {"publication": publication, "interconnects": uses})
    mail.send(letter, key=message.key, to=to, attachments=[attachment_of(publication.pk)])


def addresses_of(company: Company) -> list[str]:
    """Where a company reads of prices: its rates address, else its owners."""
    return [company.rates_email] if company.rates_email else mail.members_to_tell(company, Permission.MANAGE_TEAM)


def _interconnects(connection_id: int) -> QuerySet[Interconnect]:
    active = Interconnect.objects.filter(connection_id=connection_id, status=Interconnect.Status.ACTIVE)
    return active.select_related("account").order_by("account__name")


@lru_cache(maxsize=1)  # a publication never changes, and its notices go out one after another
def attachment_of(upload_id: int) -> Attachment:
    """Every change of a publication as a CSV file, zipped when it is large."""
    publication = PriceListUpload.objects.get(pk=upload_id)
    name = f"price-changes-{publication.connection_id}-version-{publication.version}.csv"
    text = "".join(_lines(publication))
    if len(text) < ZIPPED_FROM:
        return name, text, "text/csv"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return f"{name}.zip", packed.getvalue(), "application/zip"


def _lines(publication: PriceListUpload) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(HEADER)
    for change in published_changes(publication):
        writer.writerow(_cells(change))
    yield buffer.getvalue()


def _cells(change: PublishedChange) -> tuple[Any, ...]:
    return (
        change.prefix,
        change.description,
        change.change,
        f"{change.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        int(change.forbidden),
        *(_price(change.old_price_1), _price(change.old_price_n), change.old_interval_1, change.old_interval_n),
        *(_price(change.price_1), _price(change.price_n), change.interval_1, change.interval_n),
    )


def _price(price: Decimal | None) -> str:
    return "" if price is None else format_price(price)
