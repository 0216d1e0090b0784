"""Finds a thing by whatever name or id an operator has at hand. None of the look-ups scans a large table."""

from collections.abc import Callable, Iterable

from allauth.account.models import EmailAddress
from django.db.models import Model, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from authz.models import ChargeEvent, Session
from billing.models import MoneyRequest, Transfer
from buyers.models import Account, Interconnect, ProvisioningPair, RestcommLink
from numbers.models import Number
from sellers.models import Connection, PriceListUpload
from tcxc.crypto import hash_secret
from tcxc.models import ApiKey, ApiLogin, Company, Platform, User
from tcxc.pages.finding import Found, Group, number_in, phone_in

MOST = 20


Finder = Callable[[str], Iterable[Model]]


def _people(text: str) -> Iterable[Model]:
    addresses = EmailAddress.objects.filter(email=text.lower()).values("user_id")
    return User.objects.filter(Q(email=text.lower()) | Q(pk__in=addresses) | Q(name__iexact=text))


def _sessions(text: str) -> Iterable[Model]:
    platforms = list(Platform.objects.values_list("pk", flat=True))  # the unique key begins with the platform
    return Session.objects.filter(platform_id__in=platforms, session_id=text)


def _events(text: str) -> Iterable[Model]:
    platforms = list(Platform.objects.values_list("pk", flat=True))
    return ChargeEvent.objects.filter(platform_id__in=platforms, event_id=text)


def _numbers(text: str) -> Iterable[Model]:
    digits = phone_in(text)
    return Number.objects.filter(number=digits).select_related("seller__company") if digits else ()


FINDERS: tuple[tuple[str | Promise, Finder], ...] = (
    (_("People"), _people),
    (_("Companies"), lambda text: Company.objects.filter(name__icontains=text)),
    (_("Accounts"), lambda text: Account.objects.filter(name__icontains=text).select_related("buyer__company")),
    (_("Restcomm links"), lambda text: RestcommLink.objects.filter(Q(account_sid=text) | Q(sip_username=text))),
    (_("Connections"), lambda text: Connection.objects.filter(name__icontains=text)),
    (_("Interconnects"), lambda text: Interconnect.objects.filter(tech_prefix=text.removesuffix("#") + "#")),
    (_("Sessions"), _sessions),
    (_("One-shot events"), _events),
    (_("Transfers"), lambda text: Transfer.objects.filter(key=text)),
    (
        _("API keys"),
        lambda text: ApiKey.objects.filter(Q(key_hash=hash_secret(text)) | Q(hint=text) | Q(name__iexact=text)),
    ),
    (_("API log-ins"), lambda text: ApiLogin.objects.filter(login=text)),
    (_("Provisioning pairs"), lambda text: ProvisioningPair.objects.filter(key=text)),
    (_("Numbers"), _numbers),
    (_("Platforms"), lambda text: Platform.objects.filter(name__iexact=text)),
)

BY_NUMBER: tuple[tuple[str | Promise, type[Model]], ...] = (
    (_("Companies"), Company),
    (_("Accounts"), Account),
    (_("Connections"), Connection),
    (_("Price lists"), PriceListUpload),
    (_("Transfers"), Transfer),
    (_("Money requests"), MoneyRequest),
    (_("Sessions"), Session),
)


def find_everything(text: str) -> list[Group]:
    """All things that go by this text, grouped by kind; kinds with nothing are left out."""
    groups = [_group(title, finder(text)) for title, finder in FINDERS]
    if (number := number_in(text)) is not None:
        groups += [_group(title, model._default_manager.filter(pk=number)) for title, model in BY_NUMBER]
    return [group for group in groups if group.found]


def _group(title: str | Promise, things: Iterable[Model]) -> Group:
    shown = things[:MOST] if hasattr(things, "query") else things  # type: ignore[index]
    return Group(title, [Found(str(thing), _address(thing)) for thing in shown])


def _address(thing: Model) -> str:
    names = thing._meta
    return reverse(f"admin:{names.app_label}_{names.model_name}_change", args=[thing.pk])
