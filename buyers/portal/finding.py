"""What a buyer finds by name or id. Every look-up begins at the buyer."""

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authz.models import Session
from billing.models import Transfer
from buyers.models import Account, Interconnect, RestcommLink
from buyers.portal import reads
from numbers.queries.subscriptions import subscriptions_of
from tcxc.models import Platform
from tcxc.pages.finding import MOST, Finder, Found, number_in, phone_in
from tcxc.pages.formats import phone
from tcxc.pages.seats import Seat


def _accounts(seat: Seat, text: str) -> Iterable[Found]:
    found = Account.objects.filter(Q(name__icontains=text) | Q(pk=number_in(text)), buyer=seat.buyer)
    for account in found.order_by("name")[:MOST]:
        yield Found(account.name, reverse("buyer:account", args=[account.pk]), account.get_status_display(), "wallet")


def _links(seat: Seat, text: str) -> Iterable[Found]:
    found = RestcommLink.objects.filter(
        Q(account_sid__startswith=text) | Q(sip_username=text), account__buyer=seat.buyer
    )
    for link in found.select_related("account").order_by("pk")[:MOST]:
        yield Found(link.account_sid, reverse("buyer:account", args=[link.account_id]), link.account.name, "link")


def _traffic(seat: Seat, text: str) -> Iterable[Found]:
    """Calls and messages by session id or SID; the unique key of sessions begins with the platform."""
    platforms = list(Platform.objects.values_list("pk", flat=True))
    found = Session.objects.filter(platform_id__in=platforms, session_id=text, buyer_id=seat.company.pk)
    sessions = list(found.values_list("pk", flat=True))
    for call in reads.calls_of(seat.buyer).filter(session_pk__in=sessions)[:MOST]:
        yield Found(call.session_id, reverse("buyer:call", args=[call.pk]), phone(call.callee), "phone")
    for message in reads.messages_of(seat.buyer).filter(session_pk__in=sessions)[:MOST]:
        address = reverse("buyer:message", args=[message.pk])
        yield Found(message.session_id, address, phone(message.callee), "message-square")


def _numbers(seat: Seat, text: str) -> Iterable[Found]:
    """Own numbers, from the country code on."""
    digits = phone_in(text)
    own = subscriptions_of(seat.company.pk, released=True).filter(number__number__startswith=digits)
    for held in own.order_by("-pk")[:MOST] if digits else ():
        label = phone(held.number.number)
        yield Found(label, reverse("buyer:number", args=[held.pk]), held.get_state_display(), "hash")


def _parties(_seat: Seat, text: str) -> Iterable[Found]:
    if digits := phone_in(text):
        said = phone(digits)
        yield Found(_("Calls with %(number)s") % {"number": said}, f"{reverse('buyer:calls')}?number={digits}")
        yield Found(_("Messages with %(number)s") % {"number": said}, f"{reverse('buyer:messages')}?number={digits}")


def _routes(seat: Seat, text: str) -> Iterable[Found]:
    found = Interconnect.objects.filter(
        Q(tech_prefix=text.removesuffix("#") + "#") | Q(connection__name__icontains=text), account__buyer=seat.buyer
    ).exclude(status=Interconnect.Status.ENDED)
    for route in found.select_related("account", "connection__seller__company").order_by("pk")[:MOST]:
        address = reverse("buyer:account", args=[route.account_id])
        yield Found(f"{route.connection.name} · {route.tech_prefix}", address, route.account.name, "plug")


def _entries(seat: Seat, text: str) -> Iterable[Found]:
    entries = reads.entries_of(seat.buyer)
    transfers = list(Transfer.objects.filter(key=text).values_list("pk", flat=True))
    chosen = entries.filter(transfer_id__in=transfers) if transfers else entries.filter(pk=number_in(text) or 0)
    for entry in chosen.order_by("-pk")[:MOST]:
        label = f"{entry.transfer.get_kind_display()} {entry.amount:,f} {entry.currency}"
        yield Found(label, reverse("buyer:entry", args=[entry.pk]), entry.transfer.note, "receipt-text")


FINDERS: tuple[tuple[str | Promise, Finder], ...] = (
    (gettext_lazy("Accounts"), _accounts),
    (gettext_lazy("Restcomm links"), _links),
    (gettext_lazy("Calls and messages"), _traffic),
    (gettext_lazy("Numbers"), _numbers),
    (gettext_lazy("Traffic of a number"), _parties),
    (gettext_lazy("Routes"), _routes),
    (gettext_lazy("Ledger"), _entries),
)
