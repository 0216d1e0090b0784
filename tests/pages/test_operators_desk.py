"""What operators see first, what became of each job, an account's whole life, and messages that are tried again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from authz.tasks import total_traffic
from buyers.operations import block_account, unblock_account, unlink_account
from tcxc.clock import utc_now
from tcxc.models import AuditEvent, JobRun, OutboxMessage
from tcxc.pages.operators.dashboard import jobs
from tests.pages.cast import SYSTEM, Cast, signed_in
from tests.pages.records import make_call, make_message
from tests.world import make_rate

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(cast: Cast) -> Client:
    return signed_in(cast.operator)


def lost_message(**facts: object) -> OutboxMessage:
    first = {"topic": "mail", "key": "lost", "payload": {}, "attempts": 16, "gave_up_at": utc_now()}
    return OutboxMessage.objects.create(**(first | facts))


def test_the_first_page_shows_traffic_money_and_what_needs_a_person(cast, operator):
    make_call(cast)
    total_traffic.apply()
    lost_message()
    JobRun.objects.create(job="billing.tasks.audit_ledger", started_at=utc_now(), ended_at=utc_now(), result="3")
    page = operator.get("/admin/")
    overview = page.context["overview"]
    assert overview.today.tried == 1
    assert [(money.currency, money.wallets) for money in overview.money] == [("USD", 1)]
    assert [need.count for need in overview.needs if need.is_grave] == [1, 3]
    assert "could not be delivered" in page.content.decode()


def test_each_run_of_a_scheduled_job_is_noted(db):
    total_traffic.apply()
    run = JobRun.objects.get()
    assert (run.job, run.failed_at) == ("authz.tasks.total_traffic", None)
    assert int(run.result) > 0


def test_a_job_that_fails_is_told_and_one_that_stopped_is_late(cast, operator, monkeypatch):
    def fails(**_: object) -> int:
        raise OSError("disk is full")

    monkeypatch.setattr("authz.totals.total_traffic", fails)
    total_traffic.apply()
    JobRun.objects.create(
        job="billing.tasks.fold_accounts", started_at=utc_now() - timedelta(hours=1), ended_at=utc_now()
    )
    words = {job.name: job.word for job in jobs(now=utc_now())}
    assert (words["total-traffic"], words["fold-accounts"], words["audit-ledger"]) == ("denied", "expired", "pending")
    page = operator.get(reverse("admin:jobs")).content.decode()
    assert "disk is full" in page


def test_a_timeline_has_all_that_happened_to_an_account_and_nothing_of_others(cast, operator):
    call, message = make_call(cast), make_message(cast)
    make_call(cast, account_id=cast.account.pk + 1)
    block_account(account=cast.account, reason="Fraud", by=SYSTEM)
    unblock_account(account=cast.account, reason="No fraud", by=SYSTEM)
    unlink_account(link=cast.link, by=SYSTEM)
    make_rate(cast.connection, "44", "0.01")
    url = reverse("admin:timeline", args=[cast.account.pk])
    found = operator.get(url).context["happenings"]
    told = {getattr(one.what, "action", one.place.source) for one in found}
    assert told >= {"account.create", "account.block", "account.unblock", "link.make", "link.remove", "wallet.credit"}
    assert told >= {"interconnect.make", "call", "message", "price"}
    assert [one.what for one in found if one.place.source == "call"] == [call]
    only = operator.get(url, {"kind": "message"}).context["happenings"]
    assert [one.what for one in only] == [message]


def test_a_timeline_is_paged_without_losing_or_repeating_anything(cast, operator):
    now = utc_now()
    for _ in range(40):
        make_call(cast, recorded_at=now)
        make_message(cast, recorded_at=now)
    url = reverse("admin:timeline", args=[cast.account.pk])
    seen, before = [], ""
    while True:
        page = operator.get(url, {"before": before}).context
        seen += [one.place.key for one in page["happenings"]]
        if page["following"] is None:
            break
        before = str(page["following"])
    assert seen == sorted(set(seen), reverse=True)
    assert sum(source == "call" for _, source, _ in seen) == sum(source == "message" for _, source, _ in seen) == 40
    assert operator.get(url, {"before": "nonsense"}).status_code == 404


def test_a_lost_message_is_tried_again_and_who_did_it_is_kept(cast, operator):
    message = lost_message()
    url = reverse("admin:tcxc_outboxmessage_retry", args=[message.pk])
    assert operator.post(url).status_code == 302
    message.refresh_from_db()
    assert (message.attempts, message.gave_up_at) == (0, None)
    assert AuditEvent.objects.get(action="outbox.retry").user == cast.operator


def test_a_message_that_was_sent_is_not_sent_again(cast, operator):
    message = lost_message(gave_up_at=None, sent_at=utc_now())
    url = reverse("admin:tcxc_outboxmessage_retry", args=[message.pk])
    assert operator.post(url).status_code == 404
    message.refresh_from_db()
    assert message.attempts == 16


def test_only_operators_see_these(cast):
    client = signed_in(cast.buyer.owner)
    for url in (reverse("admin:jobs"), reverse("admin:timeline", args=[cast.account.pk])):
        assert client.get(url).status_code in {302, 404}, url
