"""Search, buy, update and cancel. Numbers are found by their digits alone: the country in the path may be wrong."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from numbers.models import Subscription
from numbers.operations import change_routing, purchase, release
from numbers.queries import subscriptions_of
from tcxc.dialects.restcomm import replies
from tcxc.dialects.restcomm.caller import Provisioner
from tcxc.dialects.restcomm.routing import contacts_of
from tcxc.dialects.restcomm.searching import Search
from tcxc.errors import Invalid, NotFound, Refused

Work = Callable[[Provisioner, HttpRequest, str, str], JsonResponse]
RELEASED = "cancelled by Restcomm"


@csrf_exempt
def provision(
    request: HttpRequest, *, verb: str, key: str, secret: str, country: str, msisdn: str = ""
) -> JsonResponse:
    """Answer one request of a Restcomm. `country` says where to search; elsewhere it is not looked at."""
    method, work = WORK[verb]
    try:
        provisioner = Provisioner.of(request, key=key, secret=secret)
        if request.method != method:
            return replies.wrong_method(method)
        return work(provisioner, request, country, msisdn)
    except Exception as exc:
        return replies.failure_of(exc, request)


def search(provisioner: Provisioner, request: HttpRequest, country: str, _msisdn: str) -> JsonResponse:
    """Numbers of a country that the account's money can buy."""
    count, rows = Search.of(country, request.GET.dict()).found(provisioner.account)
    return replies.numbers(count, rows)


@transaction.atomic
def buy(provisioner: Provisioner, _request: HttpRequest, _country: str, msisdn: str) -> JsonResponse:
    """Buy a number for the account; again by its owner it is free, since the first reply may have been lost."""
    account = provisioner.account
    bought = purchase(number=_digits(msisdn), account=account, by=provisioner.actor)
    if bought.account_id != account.pk:
        raise Refused("Another of your accounts has this number.", type_="already_sold")
    return replies.done()


def update(provisioner: Provisioner, request: HttpRequest, _country: str, msisdn: str) -> JsonResponse:
    """Deliver a number's traffic where the parameters say; without any of them nothing changes."""
    subscription = _own(provisioner, msisdn)
    query = request.GET.dict() | request.POST.dict()
    contacts = contacts_of(subscription.number.number, query)
    if contacts:
        change_routing(subscription=subscription, changes=contacts, by=provisioner.actor)
    return replies.done()


def cancel(provisioner: Provisioner, _request: HttpRequest, _country: str, msisdn: str) -> JsonResponse:
    """Give a number back."""
    release(subscription=_own(provisioner, msisdn), by=provisioner.actor, reason=RELEASED)
    return replies.done()


WORK: dict[str, tuple[str, Work]] = {
    "search": ("GET", search),
    "buy": ("POST", buy),
    "update": ("POST", update),
    "cancel": ("POST", cancel),
}


def _own(provisioner: Provisioner, msisdn: str) -> Subscription:
    """The account's number. Raises `NotFound` for a number of anybody else, another account of the buyer included."""
    mine = subscriptions_of(provisioner.account.buyer_id).filter(account=provisioner.account)
    found = mine.filter(number__number=_digits(msisdn)).first()
    if found is None:
        raise NotFound("This account has no such number.")
    return found


def _digits(msisdn: str) -> str:
    digits = msisdn.removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
        raise Invalid("That is no number.", errors={"msisdn": ["Digits, the country code first."]})
    return digits
