"""The admin: every table opens, money moves by deeds only, everything is found by its id, and only operators get in."""

import re
from decimal import Decimal
from ipaddress import ip_address

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from authz.models import ChargeEvent, Session, SessionUpdate
from billing.models import Entry, Hold, MoneyRequest, Transfer, Wallet
from buyers.models import Account
from numbers.models import Number, Requirement
from sellers.models import Connection, Seller
from tcxc.clock import utc_now
from tcxc.models import ApiKey, ApiLogin, AuditEvent, OutboxMessage, Platform, User
from tcxc.operations.invitations import invite
from tcxc.queries.api_keys import usable_key
from tcxc.roles import Role
from tests.pages.cast import SYSTEM, Cast, person, signed_in
from tests.pages.hosted import host
from tests.pages.records import make_call, make_message, spend
from tests.sellers.lists import Lists, row

pytestmark = pytest.mark.django_db

CHANGEABLE = {Platform}
ADDABLE = {Platform, Requirement}
SHOWN_ELSEWHERE = {
    "DestinationDay",
    "DestinationQuarter",
    "MarketCount",
    "Shortfall",
    "OverwrittenRate",
    "SavedView",
    "StagedRate",
    "TrafficMark",
    "TrafficQuarter",
    "UploadProblem",
}  # on pages of the market and of price lists, as sums, and to each person alone


@pytest.fixture
def operator(cast: Cast) -> Client:
    return signed_in(cast.operator)


def page(thing, deed: str = "change") -> str:
    names = thing._meta
    return reverse(f"admin:{names.app_label}_{names.model_name}_{deed}", args=[thing.pk])


def table(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.fixture
def everything(cast: Cast) -> Cast:
    """At least one row of nearly every table."""
    make_call(cast)
    make_message(cast)
    spend(cast, "1")
    Lists(cast.connection).publish(row("44"))
    invite(
        company=cast.buyer.company, email="new@example.com", role=Role.FINANCE, invited_by=cast.buyer.owner, by=SYSTEM
    )
    now = utc_now()
    session = Session.objects.create(
        platform=cast.platform, session_id="CA0123", request_hash="x", state="closed", service="voice",
        direction="outbound", account=cast.account, buyer_id=cast.buyer.company.pk, callee="44", authorized_at=now,
        heard_at=now, reply="{}",
    )  # fmt: skip
    SessionUpdate.objects.create(
        session=session, seq=1, request_hash="x", used_units=1, granted_units=9, at=now, reply=""
    )
    ChargeEvent.objects.create(
        platform=cast.platform, event_id="EV77", request_hash="x", type="debit", account=cast.account, at=now, reply=""
    )
    Hold.objects.create(
        wallet=cast.account.wallet, buyer_id=cast.buyer.company.pk, account_id=cast.account.pk, purpose="call",
        amount=Decimal("1"), opened_at=now,
    )  # fmt: skip
    return cast


def test_every_table_and_every_row_opens(everything, operator):
    for model in admin.site._registry:
        assert operator.get(table(model)).status_code == 200, model
        thing = model._default_manager.order_by("pk").last()
        if thing is not None:
            assert operator.get(page(thing)).status_code == 200, model


def test_the_tables_of_one_app_have_a_page(operator):
    for app in admin.site.get_app_list(operator.get("/admin/").wsgi_request):
        assert operator.get(app["app_url"]).status_code == 200, app


def test_pages_load_no_script_that_they_do_not_use(everything, operator):
    for model in admin.site._registry:
        thing = model._default_manager.order_by("pk").last()
        for url in [table(model)] + ([page(thing)] if thing is not None and model is not Requirement else []):
            text = operator.get(url).content.decode()
            assert not re.search("jquery|xregexp|actions.js|jsi18n|prepopulate", text), url


def test_every_model_of_ours_has_its_table():
    from django.apps import apps

    ours = {
        model
        for app in ("tcxc", "billing", "sellers", "buyers", "numbers", "authz")
        for model in apps.get_app_config(app).get_models()
    }
    unseen = {model.__name__ for model in ours - set(admin.site._registry)}
    assert unseen == SHOWN_ELSEWHERE


def test_nothing_is_added_changed_or_deleted_by_hand(everything, operator):
    for model in admin.site._registry:
        names = model._meta
        answer = operator.get(reverse(f"admin:{names.app_label}_{names.model_name}_add"))
        assert answer.status_code == (200 if model in ADDABLE else 403), model
        thing = model._default_manager.order_by("pk").last()
        if thing is None:
            continue
        assert operator.post(page(thing, "delete"), {"post": "yes"}).status_code == 403, model
        if model not in CHANGEABLE:
            assert operator.post(page(thing), {"amount": "1"}).status_code == 403, model


def test_nobody_signs_in_as_everybody_does_and_comes_back(cast):
    answer = Client().get("/admin/billing/wallet/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=/admin/billing/wallet/"


def test_a_stranger_finds_no_admin(cast):
    client = signed_in(cast.buyer.owner)
    for url in ("/admin/", "/admin/billing/wallet/", page(cast.account.wallet), page(cast.account.wallet, "credit")):
        assert client.get(url, follow=True).status_code == 404, url
    client.post(page(cast.account.wallet, "credit"), {"amount": "5", "reason": "mine", "key": "k", "sure": "1"})
    assert Wallet.objects.get(pk=cast.account.wallet_id).balance == Decimal("100.50")


def test_an_operator_without_a_second_factor_is_sent_to_set_one_up(cast, settings):
    settings.OPERATORS_NEED_SECOND_FACTOR = True
    client = signed_in(cast.operator)
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == reverse("mfa_index")
    Authenticator.objects.create(user=cast.operator, type=Authenticator.Type.TOTP, data={})
    assert client.get("/admin/").status_code == 200


def test_a_credit_is_shown_with_the_balance_after_it_asked_for_once_and_recorded(cast, operator):
    wallet, url = cast.account.wallet, page(cast.account.wallet, "credit")
    key = operator.get(url).context["form"]["key"].value()
    given = {"amount": "20.000001", "reason": "Bank transfer 4711", "key": key}
    asked = operator.post(url, given).content.decode()
    assert "120.500001" in asked
    assert Wallet.objects.get(pk=wallet.pk).balance == Decimal("100.50")
    for _twice in range(2):
        operator.post(url, given | {"sure": "1"})
    assert Wallet.objects.get(pk=wallet.pk).balance == Decimal("120.500001")
    trail = AuditEvent.objects.get(action="wallet.credit", user=cast.operator)
    assert (trail.reason, trail.address) == ("Bank transfer 4711", "127.0.0.1")


def test_a_debit_beyond_what_is_there_is_refused_on_the_form(cast, operator):
    url = page(cast.account.wallet, "debit")
    answer = operator.post(url, {"amount": "500", "reason": "Chargeback", "key": "k1", "sure": "1"})
    assert answer.status_code == 422
    assert Wallet.objects.get(pk=cast.account.wallet_id).balance == Decimal("100.50")


@pytest.mark.parametrize(
    "given", [{"amount": "0", "reason": "r"}, {"amount": "1"}, {"amount": "0.0000001", "reason": "r"}]
)
def test_money_needs_an_amount_and_a_reason(cast, operator, given):
    answer = operator.post(page(cast.account.wallet, "credit"), given | {"key": "k2", "sure": "1"})
    assert answer.status_code == 422
    assert Transfer.objects.count() == 1


def test_a_credit_limit_is_set(cast, operator):
    operator.post(page(cast.account.wallet, "limit"), {"credit_limit": "50", "reason": "Contract"})
    assert Wallet.objects.get(pk=cast.account.wallet_id).available == Decimal("150.50")


def test_a_large_credit_waits_for_a_second_operator(cast, operator, settings):
    settings.SECOND_PERSON_ABOVE = Decimal(1_000)
    url = page(cast.account.wallet, "credit")
    given = {"amount": "5000", "reason": "Contract", "key": "k9"}
    assert "approval of another operator" in operator.post(url, given).content.decode()
    operator.post(url, given | {"sure": "1"})
    request = MoneyRequest.objects.get()
    assert Wallet.objects.get(pk=cast.account.wallet_id).balance == Decimal("100.50")
    own = operator.post(page(request, "approve"), {"sure": "1"})
    assert b"another operator decides" in own.content
    second = signed_in(person("second", is_operator=True))
    assert "5,100.500000" in second.post(page(request, "approve")).content.decode()
    second.post(page(request, "approve"), {"sure": "1"})
    assert Wallet.objects.get(pk=cast.account.wallet_id).balance == Decimal("5100.50")
    assert second.get(page(request, "reject")).status_code == 404
    operator.post(page(cast.account.wallet, "limit"), {"credit_limit": "2000", "reason": "Contract"})
    assert MoneyRequest.objects.filter(state="pending", kind="credit_limit").exists()


def test_accounts_are_blocked_and_unblocked_with_a_reason(cast, operator):
    operator.post(page(cast.account, "block"), {"reason": "Fraud"})
    account = Account.objects.get()
    assert (account.status, account.block_reason, account.blocked_by_operator) == ("blocked", "Fraud", True)
    assert operator.get(page(cast.account, "block")).status_code == 404
    operator.post(page(cast.account, "unblock"), {"reason": "Cleared"})
    assert Account.objects.get().status == "active"


def test_the_sellers_terms_are_the_operators(cast, operator):
    seller = Seller.objects.get(pk=cast.seller.company.pk)
    operator.post(page(seller, "commission"), {"commission_rate": "0.05", "reason": "Contract"})
    operator.post(page(seller, "stop"), {"reason": "Unpaid"})
    seller.refresh_from_db()
    assert (seller.commission_rate, seller.is_active) == (Decimal("0.05"), False)
    operator.post(page(cast.connection, "block"), {"reason": "Bad quality"})
    assert Connection.objects.get().status == "blocked"
    assert AuditEvent.objects.filter(action="seller.terms", user=cast.operator).count() == 2


def test_a_key_is_shown_once_and_works_until_it_is_revoked(cast, operator):
    facts = {"holder": "buyer", "name": "billing export", "networks": "127.0.0.0/8"}
    answer = operator.post(page(cast.buyer.company, "key"), facts)
    secret = answer.context["receipt"].secret
    key = ApiKey.objects.get()
    assert usable_key(secret, address=ip_address("127.0.0.1"), at=utc_now()) == key
    assert secret not in operator.get(page(key)).content.decode()
    assert b"not on that side" in operator.post(page(cast.buyer.company, "key"), facts | {"holder": "seller"}).content
    operator.post(page(key, "revoke"), {"reason": "Leaked"})
    assert usable_key(secret, address=ip_address("127.0.0.1"), at=utc_now()) is None
    assert operator.post(page(key, "rotate"), {"overlap_hours": "1"}).status_code == 404


def test_keys_of_platforms_and_operators_and_log_ins_are_made(cast, operator):
    assert operator.post(page(cast.platform, "key"), {"name": "AAA"}).context["receipt"].secret
    assert operator.post(page(cast.operator, "key"), {"name": "mine"}).context["receipt"].secret
    made = operator.post(page(cast.buyer.company, "login"), {"side": "buyer"}).context["receipt"]
    again = operator.post(page(ApiLogin.objects.get(), "rotate"), {}).context["receipt"]
    assert made.secret != again.secret
    assert operator.get(page(cast.buyer.owner, "key")).status_code == 404


def test_people_are_kept_out_and_nobody_changes_their_own_standing(cast, operator):
    operator.post(page(cast.buyer.owner, "out"), {"reason": "Left"})
    assert not User.objects.get(pk=cast.buyer.owner.pk).is_active
    assert operator.post(page(cast.operator, "demote"), {"reason": "Tired"}).status_code == 422
    operator.post(page(cast.seller.owner, "promote"), {"reason": "Joins us"})
    assert User.objects.get(pk=cast.seller.owner.pk).is_staff


def test_companies_and_platforms_are_changed_through_operations(cast, operator):
    company = cast.buyer.company
    facts = {"name": "Acme Renamed", "country": "GB", "time_zone": "UTC", "noc_email": "", "rates_email": ""}
    operator.post(page(company, "details"), facts)
    assert (AuditEvent.objects.get(action="company.update").after or {})["name"] == "Acme Renamed"
    operator.post(reverse("admin:tcxc_platform_add"), {"name": "Cloud X", "api_url": "", "is_active": "on"})
    platform = Platform.objects.get(name="Cloud X")
    operator.post(page(platform), {"name": "Cloud Y", "api_url": ""})
    platform.refresh_from_db()
    assert (platform.name, platform.is_active) == ("Cloud Y", False)
    operator.post(page(company, "seller"), {"currency": "EUR"})
    assert Seller.objects.get(pk=company.pk).currency == "EUR"


def test_a_company_is_not_given_what_makes_no_sense(cast, operator):
    facts = {"name": "Acme", "country": "XX", "time_zone": "UTC", "noc_email": "", "rates_email": ""}
    answer = operator.post(page(cast.buyer.company, "details"), facts)
    assert answer.status_code == 422
    assert "country" in answer.context["form"].errors


@pytest.mark.parametrize(
    ("what", "model"),
    [
        (lambda c: c.buyer.owner.email.upper(), User),
        (lambda c: c.link.account_sid, type(None)),
        (lambda c: "CA0123", Session),
        (lambda c: "EV77", ChargeEvent),
        (lambda c: Transfer.objects.latest("pk").key, Transfer),
        (lambda c: c.account.interconnects.get().tech_prefix, type(None)),
        (lambda c: c.platform.name, Platform),
        (lambda c: f"+{host(c).number}", Number),
    ],
)
def test_one_search_finds_anything_by_its_id(everything, operator, what, model):
    answer = operator.get(reverse("admin:find"), {"q": what(everything)})
    assert answer.status_code == 302
    if model is not type(None):
        assert f"/{model._meta.model_name}/" in answer["Location"]


def test_a_search_that_finds_several_lists_them(cast, operator):
    answer = operator.get(reverse("admin:find"), {"q": "e"})
    assert cast.buyer.company.name in answer.content.decode()
    assert b"Nothing goes by" in operator.get(reverse("admin:find"), {"q": "no such thing"}).content


def test_a_key_is_found_by_pasting_it_whole(cast, operator):
    secret = operator.post(page(cast.platform, "key"), {"name": "AAA"}).context["receipt"].secret
    assert operator.get(reverse("admin:find"), {"q": secret})["Location"] == page(ApiKey.objects.get())


def test_secrets_are_in_no_page(everything, operator):
    operator.post(page(everything.buyer.company, "login"), {"side": "buyer"})
    login, link = ApiLogin.objects.get(), everything.link
    shown = "".join(
        operator.get(page(thing)).content.decode() for thing in (login, link, OutboxMessage.objects.latest("pk"))
    )
    for secret in (login.encrypted_key, login.ha1, link.encrypted_sip_password, "encrypted_token"):
        assert secret not in shown


def test_large_tables_are_never_counted_to_the_end(everything, operator):
    for model in (Session, Entry, Transfer, AuditEvent):
        with CaptureQueriesContext(
            database,
        ) as queries:
            operator.get(table(model))
        counts = [q["sql"] for q in queries if "COUNT(" in q["sql"]]
        assert counts, model
        assert all("LIMIT" in sql for sql in counts), counts


def test_rows_of_one_account_are_reached_from_its_page(everything, operator):
    other = person("other")
    assert other.pk
    answer = operator.get(table(Session), {"account_id": everything.account.pk})
    assert answer.context["cl"].result_count == 1
    assert operator.get(table(Session), {"account_id": 0}).context["cl"].result_count == 0
