"""What a seller finds by name or id. Every look-up begins at the seller."""

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from numbers.queries.hosted import hosted_by
from sellers.console import reads
from sellers.models import PriceListUpload
from sellers.queries.connections import connections_of
from tcxc.pages.finding import MOST, Finder, Found, number_in, phone_in
from tcxc.pages.formats import phone
from tcxc.pages.seats import Seat


def _connections(seat: Seat, text: str) -> Iterable[Found]:
    found = connections_of(seat.seller).filter(Q(name__icontains=text) | Q(pk=number_in(text)))
    for connection in found[:MOST]:
        address = reverse("seller:connection", args=[connection.pk])
        yield Found(connection.name, address, connection.get_service_display(), "plug")


def _price_lists(seat: Seat, text: str) -> Iterable[Found]:
    own = Q(file_name__icontains=text) | Q(connection__name__icontains=text) | Q(pk=number_in(text))
    found = PriceListUpload.objects.filter(own, connection__seller=seat.seller).select_related("connection")
    for upload in found.order_by("-pk")[:MOST]:
        address = reverse("seller:upload", args=[upload.connection_id, upload.pk])
        label = f"{upload.file_name or upload.connection.name} #{upload.pk}"
        yield Found(label, address, f"{upload.connection.name}, {upload.get_status_display()}", "tags")


def _numbers(seat: Seat, text: str) -> Iterable[Found]:
    digits = phone_in(text)
    hosted = hosted_by(seat.company.pk).filter(number__startswith=digits).order_by("number")
    for number in hosted[:MOST] if digits else ():
        address = reverse("seller:number", args=[number.pk])
        yield Found(phone(number.number), address, number.get_state_display(), "hash")


def _buyers(seat: Seat, text: str) -> Iterable[Found]:
    named = Q(tech_prefix=text.removesuffix("#") + "#") | Q(account__buyer__company__name__icontains=text)
    for route in reads.buyers_of(seat.seller).filter(named).order_by("-pk")[:MOST]:
        address = f"{reverse('seller:buyers')}?connection={route.connection_id}"
        yield Found(f"{route.account.buyer} · {route.tech_prefix}", address, route.connection.name, "users")


FINDERS: tuple[tuple[str | Promise, Finder], ...] = (
    (gettext_lazy("Connections"), _connections),
    (gettext_lazy("Price lists"), _price_lists),
    (gettext_lazy("Buyers"), _buyers),
    (gettext_lazy("Numbers"), _numbers),
)
