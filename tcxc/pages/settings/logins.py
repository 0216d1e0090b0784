"""The log-in of the TCXC API, and the pairs by which a stock Restcomm buys numbers; each secret is shown once."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from buyers.models import Account
from buyers.operations import rotate_provisioning_pair
from buyers.portal.reads import account_of
from tcxc.models import Holder
from tcxc.operations.api_logins import NewLogin, make_login, rotate_login
from tcxc.pages.asking import Question, Reveal, Words, ask, posted
from tcxc.pages.gate import PageRequest
from tcxc.pages.seats import Side, actor_of
from tcxc.pages.settings import reads, settings_page
from tcxc.roles import Permission


class AccountForm(forms.Form):
    """Which account pays for what the pair buys."""

    account = forms.ModelChoiceField(queryset=Account.objects.none(), label=gettext_lazy("Account"), empty_label=None)

    def __init__(self, *args: Any, request: PageRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = Account.objects.filter(buyer=request.seat.buyer, provisioning_pair__isnull=True).order_by("name")
        self.fields["account"].queryset = free  # type: ignore[attr-defined]
        self.fields["account"].label_from_instance = lambda account: account.name  # type: ignore[attr-defined]


def _question(heading: Words, verb: Words, **more: Any) -> Question:
    return Question(heading, verb, reverse("developers:keys"), _("API keys"), **more)


@settings_page(Permission.MANAGE_KEYS, asks_again=True)
def make(request: PageRequest) -> HttpResponse:
    """The log-in of this side: its first and only one."""
    question = _question(
        _("Make the log-in of the TCXC API?"),
        _("Make it"),
        says=_("Clients of the TCXC API sign in with a log-in and a key by HTTP Digest. The key is shown once."),
    )

    def do(_given: dict[str, Any]) -> Reveal:
        side = Holder(request.seat.side.value)
        return _login(request, make_login(company=request.seat.company, side=side, by=actor_of(request)))

    return ask(request, question, forms.Form(posted(request)), do)


@settings_page(Permission.MANAGE_KEYS, asks_again=True)
def rotate(request: PageRequest) -> HttpResponse:
    """Another key for the log-in."""
    login = reads.login_of(request.seat)
    if login is None:
        raise Http404
    question = _question(
        _("Give %(login)s a new key?") % {"login": login.login},
        _("Make the new key"),
        says=_("The old key ends at once: clients that use it are refused until they have the new one."),
        is_grave=True,
    )

    def do(_given: dict[str, Any]) -> Reveal:
        return _login(request, rotate_login(login=login, by=actor_of(request)))

    return ask(request, question, forms.Form(posted(request)), do)


@settings_page(Permission.MANAGE_KEYS, asks_again=True)
def new_pair(request: PageRequest) -> HttpResponse:
    """The first pair of an account."""
    _check_buys(request)
    question = _question(
        _("Let a Restcomm buy numbers"),
        _("Make the pair"),
        says=_("What it buys is paid by this account. Its secret is shown once."),
    )

    def do(given: dict[str, Any]) -> Reveal:
        return _pair(request, given["account"])

    return ask(request, question, AccountForm(posted(request), request=request), do)


@settings_page(Permission.MANAGE_KEYS, asks_again=True)
def pair(request: PageRequest, pk: int) -> HttpResponse:
    """Another key and secret for an account's Restcomm."""
    _check_buys(request)
    account = account_of(request.seat.buyer, pk)
    question = _question(
        _("A new pair for %(account)s?") % {"account": account.name},
        _("Make the new pair"),
        says=_("The old key and secret end at once."),
        is_grave=True,
    )

    def do(_given: dict[str, Any]) -> Reveal:
        return _pair(request, account)

    return ask(request, question, forms.Form(posted(request)), do)


def _check_buys(request: PageRequest) -> None:
    if request.seat.side is not Side.BUYER:
        raise Http404


def _login(request: PageRequest, made: NewLogin) -> Reveal:
    name = made.login.login
    tried = (
        ("", "/number/market?prefix=44") if request.seat.side is Side.BUYER else ("-X POST ", "/sellers/buyers/list")
    )
    curl = f'curl -s {tried[0]}--digest -u "{name}:{made.api_key}" "{request.build_absolute_uri(tried[1])}"'
    secrets = [(_("Log-in"), name), (_("Key"), made.api_key)]
    return Reveal("settings/secret.html", {"heading": _("TCXC API"), "secrets": secrets, "curl": curl})


def _pair(request: PageRequest, account: Account) -> Reveal:
    made = rotate_provisioning_pair(account=account, by=actor_of(request))
    path = f"/restcomm/number/search/{made.pair.key}/{made.secret}/GB"
    secrets = [
        (_("Key (log-in)"), made.pair.key),
        (_("Secret (password)"), made.secret),
        (_("Address (uri)"), request.build_absolute_uri("/restcomm")),
    ]
    curl = f'curl -s "{request.build_absolute_uri(path)}"'
    return Reveal("settings/secret.html", {"heading": account.name, "secrets": secrets, "curl": curl})
