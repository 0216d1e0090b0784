"""Our numbers beside a Restcomm's: every difference is found, kept, and mended on somebody's word only."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.core.management import call_command
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from buyers import restcomm_api
from buyers.models import Account, RestcommLogin
from buyers.operations import link_account, remove_restcomm_login, set_restcomm_login
from numbers.models import Difference, Number, Reconciliation, Subscription
from numbers.operations import change_routing, purchase, release
from numbers.operations.reconciliation import ask_to_reconcile, mend, reconcile, reconcile_due
from numbers.queries.reconciliation import differences_of, how_to_mend, last_reconciliation
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import Invalid, Refused
from tcxc.models import AuditEvent, Holder, Platform
from tcxc.outbound import Unreachable, get_json
from tests.api.exchange import make_exchange
from tests.sandboxes.restcomm import SID, TOKEN, Sandbox, a_restcomm

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
LONDON, MOBILE, TORONTO = "442071838750", "447400123456", "14165550123"
LINKED = "AC" + "b" * 32


@pytest.fixture
def restcomm(settings) -> Iterator[Sandbox]:
    settings.OUTBOUND_PRIVATE_NETWORKS = [ip_network("127.0.0.0/8")]
    with a_restcomm() as sandbox:
        yield sandbox


@pytest.fixture
def login(account: Account, restcomm: Sandbox) -> RestcommLogin:
    facts = {"api_url": restcomm.url, "account_sid": SID, "auth_token": TOKEN}
    return set_restcomm_login(account=account, by=SYSTEM, **facts)


def buy(host, account: Account, *numbers: str, **options) -> None:
    for number in numbers:
        host(number)
        purchase(number=number, account=account, by=SYSTEM, **options)


def found(done: Reconciliation) -> dict[str, str]:
    assert done.problem == ""
    return {each.number: each.kind for each in differences_of(done)}


def test_the_same_numbers_on_both_sides_are_no_difference(login, restcomm, account, host):
    buy(host, account, LONDON, MOBILE)
    restcomm.numbers[SID] = [LONDON, MOBILE, "*777"]
    done = reconcile(login=login)
    assert (done.here, done.there, found(done)) == (2, 2, {})


def test_what_only_one_side_has_is_found(login, restcomm, account, host):
    buy(host, account, LONDON)
    restcomm.numbers[SID] = [MOBILE]
    done = reconcile(login=login)
    assert found(done) == {LONDON: "only_here", MOBILE: "only_there"}
    theirs = Difference.objects.get(kind="only_there")
    assert f"curl -X DELETE {restcomm.url}/2012-04-24/Accounts/{SID}/IncomingPhoneNumbers/PN" in how_to_mend(
        theirs, login
    )
    assert Subscription.objects.get().state == "active"


def test_a_number_of_another_sub_account_or_delivered_elsewhere_is_found(login, restcomm, account, host):
    platform = Platform.objects.create(name="Cloud")
    link_account(account=account, platform_id=platform.pk, account_sid=LINKED, by=SYSTEM)
    set_restcomm_login(
        account=account, api_url=restcomm.url, account_sid=SID, auth_token=TOKEN, sip_domain="cloud:5060", by=SYSTEM
    )
    login.refresh_from_db()
    buy(host, account, LONDON, sip_contact=f"sip:+{LONDON}@cloud:5060", account_sid=LINKED)
    buy(host, account, MOBILE, sip_contact=f"sip:{MOBILE}@elsewhere")
    buy(host, account, TORONTO, sip_contact=f"sip:{TORONTO}@cloud:5060", account_sid=LINKED)
    restcomm.numbers |= {SID: [TORONTO, MOBILE], LINKED: [LONDON]}
    done = reconcile(login=login)
    assert found(done) == {MOBILE: "other_routing", TORONTO: "other_account"}
    for difference in differences_of(done):
        mend(difference=difference, by=SYSTEM)
    assert found(reconcile(login=login)) == {}
    assert Subscription.objects.get(number__number=MOBILE).sip_contact == f"sip:+{MOBILE}@cloud:5060"
    assert Subscription.objects.get(number__number=TORONTO).link is None


@pytest.mark.parametrize("count", [99, 100, 101, 250])
def test_every_page_is_read(login, restcomm, count):
    restcomm.numbers[SID] = [f"4420718{n:05}" for n in range(count)]
    assert reconcile(login=login).there == count


def test_a_restcomm_without_pages_gives_all_at_once(login, restcomm):
    restcomm.fault, restcomm.numbers[SID] = "no pages", [f"4420718{n:05}" for n in range(150)]
    assert reconcile(login=login).there == 150
    assert len(restcomm.asked) == 1


@pytest.mark.parametrize("fault", ["500", "html", "deep", "second page", "redirect"])
def test_half_a_list_is_no_list(login, restcomm, account, host, fault):
    buy(host, account, LONDON)
    restcomm.numbers[SID] = [f"4420718{n:05}" for n in range(150)]
    restcomm.fault = fault
    done = reconcile(login=login)
    assert done.problem
    assert not differences_of(done).exists()


def test_odd_texts_and_addresses_fail_no_comparison(login, restcomm):
    restcomm.fault, restcomm.numbers[SID] = "odd texts", [LONDON]
    assert found(reconcile(login=login)) == {LONDON: "only_there"}
    assert Difference.objects.get().there_sid == "PN"
    login.api_url = f"{restcomm.url}/é"
    assert "can't be reached" in reconcile(login=login).problem


def test_a_list_of_too_many_numbers_is_given_up(login, restcomm, monkeypatch):
    restcomm.fault, restcomm.numbers[SID] = "no pages", [f"4420718{n:05}" for n in range(150)]
    monkeypatch.setattr(restcomm_api, "MOST_NUMBERS", 149)
    assert "too many numbers" in reconcile(login=login).problem


def test_a_restcomm_that_answers_by_the_byte_is_left_when_its_time_is_over(restcomm):
    restcomm.fault, begun = "drips", time.monotonic()
    with pytest.raises(Unreachable):
        get_json(f"{restcomm.url}/", basic=(SID, TOKEN), seconds=0.5)
    assert time.monotonic() - begun < 2


def test_wrong_credentials_and_a_vanished_server_are_said(login, restcomm, account):
    set_restcomm_login(account=account, api_url=restcomm.url, account_sid=SID, auth_token="wrong", by=SYSTEM)
    login.refresh_from_db()
    assert reconcile(login=login).problem == "It refuses the credentials."
    login.api_url = "http://127.0.0.1:9/restcomm"
    assert "can't be reached" in reconcile(login=login).problem


def test_a_private_network_is_not_asked_unless_the_settings_allow_it(login, restcomm, settings):
    settings.OUTBOUND_PRIVATE_NETWORKS = []
    assert "https" in reconcile(login=login).problem
    login.api_url = restcomm.url.replace("http:", "https:")
    assert "private network" in reconcile(login=login).problem
    assert restcomm.asked == []


def test_mending_releases_here_once_and_says_who_did(login, restcomm, account, host):
    buy(host, account, LONDON)
    reconcile(login=login)
    difference = Difference.objects.get()
    for _ in range(2):
        mended = mend(difference=difference, by=SYSTEM)
    assert (mended.mended_by, Number.objects.get().state) == ("system", "for_sale")
    assert AuditEvent.objects.filter(action="number.release").count() == 1


def test_only_the_newest_comparison_is_mended(login, restcomm, account, host):
    buy(host, account, LONDON)
    reconcile(login=login)
    restcomm.numbers[SID] = [LONDON]
    reconcile(login=login)
    with pytest.raises(Refused) as refused:
        mend(difference=Difference.objects.get(), by=SYSTEM)
    assert refused.value.type == "difference_outdated"
    assert Subscription.objects.get().state == "active"


def test_a_number_that_only_they_have_is_not_mended_here(login, restcomm):
    restcomm.numbers[SID] = [LONDON]
    reconcile(login=login)
    with pytest.raises(Refused) as refused:
        mend(difference=Difference.objects.get(), by=SYSTEM)
    assert refused.value.type == "mend_there"


def test_a_number_released_meanwhile_is_mended_already(login, restcomm, account, host):
    buy(host, account, LONDON)
    reconcile(login=login)
    release(subscription=Subscription.objects.get(), by=SYSTEM)
    assert mend(difference=Difference.objects.get(), by=SYSTEM).mended_at is not None


def test_accounts_are_compared_once_a_day_and_when_asked(login, restcomm, account):
    now = utc_now()
    assert [reconcile_due(clock=lambda: now) for _ in range(2)] == [1, 0]
    assert reconcile_due(clock=lambda: now + timedelta(days=1)) == 1
    ask_to_reconcile(account=account, by=SYSTEM, now=now)
    assert reconcile_due(clock=lambda: now) == 1


def test_only_the_last_comparisons_are_kept(login, restcomm, account, monkeypatch):
    monkeypatch.setattr("numbers.operations.reconciliation.KEPT", 2)
    restcomm.numbers[SID] = [LONDON]
    done = [reconcile(login=login) for _ in range(4)]
    assert list(Reconciliation.objects.order_by("pk")) == done[2:]
    assert last_reconciliation(account) == done[3]
    assert Difference.objects.count() == 2


def test_a_comparison_takes_as_many_queries_however_many_numbers(login, restcomm, account, host):
    def queries() -> int:
        with CaptureQueriesContext(database) as asked:
            reconcile(login=login)
        return len(asked)

    first = queries()
    restcomm.numbers[SID] = [f"4420718{n:05}" for n in range(90)]
    buy(host, account, *[f"4420718387{n:02}" for n in range(6)])
    assert queries() == first + 1  # what differs is written in one statement more


def test_the_command_prints_what_differs_and_fails(login, restcomm, account, host, capsys):
    buy(host, account, LONDON)
    with pytest.raises(SystemExit):
        call_command("reconcile_numbers", account=account.pk)
    assert f"+{LONDON} only_here: Mend it" in capsys.readouterr().out
    restcomm.numbers[SID] = [LONDON]
    call_command("reconcile_numbers")
    assert "1 here, 1 there, 0 differences" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("api_url", "ftp://cloud.example"),
        ("api_url", "https://user:pass@cloud.example"),
        ("api_url", "https://cloud.example:99999"),
        ("api_url", "http://cloud.example"),
        ("api_url", "https://" + "a" * 300),
        ("account_sid", "AC1"),
        ("auth_token", ""),
        ("auth_token", "line\nbreak"),
        ("sip_domain", "no host"),
    ],
)
def test_a_log_in_that_makes_no_sense_is_refused_by_field(account, field, value):
    facts = {"api_url": "https://cloud.example/restcomm", "account_sid": SID, "auth_token": TOKEN, "sip_domain": ""}
    with pytest.raises(Invalid) as refused:
        set_restcomm_login(account=account, by=SYSTEM, **(facts | {field: value}))
    assert field in refused.value.errors


def test_the_token_is_stored_encrypted_and_in_no_audit_row(login, account):
    remove_restcomm_login(account=account, by=SYSTEM)
    rows = AuditEvent.objects.filter(object_type="buyers.restcommlogin")
    assert [row.action for row in rows.order_by("pk")] == ["restcomm_login.set", "restcomm_login.remove"]
    assert TOKEN not in json.dumps([[row.before, row.after] for row in rows]) + login.encrypted_token
    assert not RestcommLogin.objects.exists()


def test_routing_changes_are_not_lost_by_a_comparison(login, restcomm, account, host):
    buy(host, account, LONDON)
    change_routing(subscription=Subscription.objects.get(), changes={"sip_contact": "sip:a@b"}, by=SYSTEM)
    restcomm.numbers[SID] = [LONDON]
    assert found(reconcile(login=login)) == {}
    assert Subscription.objects.get().sip_contact == "sip:a@b"


def test_the_api_shows_what_differs_and_mends_it():
    exchange = make_exchange()
    client = exchange.client(Holder.BUYER)
    account = f"/api/v1/accounts/{exchange.ids['account']}"
    assert client.post(f"{account}/reconciliation/").status_code == 202
    last = client.get(f"{account}/reconciliation/").json()
    assert (last["here"], last["there"], last["differences"], last["problem"]) == (1, 1, 1, "")
    (difference,) = client.get(f"{account}/reconciliation/differences/").json()["results"]
    assert difference["how_to_mend"].startswith("Mend it:")
    mended = client.post(f"{account}/reconciliation/differences/{difference['id']}/mend/").json()
    assert mended["mended_at"] is not None
    bought = Subscription.objects.get(number__number=difference["number"])
    assert bought.sip_contact == difference["wanted"]
    login = client.get(f"{account}/restcomm-login/").json()
    assert "secret" not in json.dumps(login)
