"""Two at once: in whatever order, a number's documents stand where its verdicts say, and nothing is done twice."""

from datetime import timedelta
from functools import partial
from io import BytesIO
from threading import Thread
from time import sleep

import pytest
from django.conf import settings
from django.db import connection, transaction

from authz.models import Session
from numbers.models import Document, NumberEvent, Subscription, Verdict
from numbers.operations import (
    approve_document,
    purchase,
    reject_document,
    release,
    reuse_document,
    upload_document,
)
from numbers.operations.retention import expire_due, purge_due
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import Refused
from tcxc.models import AuditEvent
from tests.at_once import at_once
from tests.books import faults
from tests.papers import an_image
from tests.world import an_engine, body, give_number, make_account, make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_this_process")]
SYSTEM = Actor.system()
NUMBER = "442071838750"


@pytest.fixture
def world():
    return make_world()


def shown(subscription, kind="identity", width=300) -> Document:
    file = BytesIO(an_image(size=(width, 200)))
    return upload_document(subscription=subscription, kind=kind, file=file, by=SYSTEM)


def state() -> str:
    return str(Subscription.objects.get().documents_state)


def needing(world, *kinds) -> Subscription:
    return give_number(world, NUMBER, documents_needed=list(kinds), documents_state="missing")


def test_two_verdicts_at_once_are_both_seen(world):
    kinds = [f"paper_{n}" for n in range(6)]
    subscription = needing(world, *kinds)
    documents = [shown(subscription, kind, width=100 + n) for n, kind in enumerate(kinds)]

    at_once([partial(approve_document, document=one, by=SYSTEM) for one in documents])

    assert state() == "approved"


def test_an_approval_and_a_rejection_at_once_leave_one_of_them(world):
    subscription = needing(world, "any")
    document = shown(subscription)

    for _ in range(5):
        results = at_once(
            [
                partial(approve_document, document=document, by=SYSTEM),
                partial(reject_document, document=document, reason="Forged.", by=SYSTEM),
            ]
        )
        assert not [one for one in results if isinstance(one, Exception)]
        assert state() == Verdict.objects.get().state


def test_one_upload_that_comes_many_times_at_once_is_one_document(world):
    subscription = needing(world, "any")

    results = at_once([lambda: shown(subscription) for _ in range(6)])

    assert len({one.pk for one in results}) == 1
    assert (Document.objects.count(), Verdict.objects.count()) == (1, 1)


def test_an_upload_and_a_release_at_once_leave_nothing_on_a_released_number(world):
    subscription = needing(world, "any")

    late, _ = at_once([lambda: shown(subscription), lambda: release(subscription=subscription, by=SYSTEM)])

    assert Subscription.objects.get().state == "released"
    if isinstance(late, Refused):
        assert (late.type, Document.objects.count()) == ("number_released", 0)
    else:
        assert state() == "pending"


def test_two_workers_let_each_document_expire_once(world):
    subscription = needing(world, "any")
    tomorrow = utc_now() + timedelta(days=1)
    for width in (100, 101, 102):
        approve_document(document=shown(subscription, width=width), expires_on=tomorrow.date(), by=SYSTEM)

    counts = at_once([lambda: expire_due(tomorrow + timedelta(days=2)) for _ in range(3)])

    assert sum(counts) == 3
    assert state() == "expired"
    assert AuditEvent.objects.filter(action="document.expire").count() == 3
    assert NumberEvent.objects.filter(kind="documents", note="Expired").count() == 1


def test_a_document_that_is_shown_again_while_it_is_found_to_be_unused_keeps_its_file(world):
    old = needing(world, "identity")
    document = approve_document(document=shown(old), by=SYSTEM)
    release(subscription=old, by=SYSTEM)
    again = give_number(world, "442071838751", documents_needed=["identity"], documents_state="missing")
    later = utc_now() + timedelta(days=settings.DOCUMENT_KEPT_DAYS + 1)
    purged = []

    def purge() -> None:
        def slowly(execute, sql, *rest):  # its claim looks at the documents, and waits before it locks them
            if "SKIP LOCKED" in sql:
                sql = sql.replace(" WHERE ", " WHERE (SELECT pg_advisory_xact_lock(7)) IS NOT NULL AND ", 1)
            return execute(sql, *rest)

        with connection.execute_wrapper(slowly):
            purged.append(purge_due(later))
        connection.close()

    purging = Thread(target=purge)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7)")
        purging.start()
        waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        while cursor.execute(waits).fetchone() == (0,):
            sleep(0.02)
        at_once([partial(reuse_document, subscription=again, document=document, by=SYSTEM)])
    purging.join()

    assert purged == [0]
    assert not Document.objects.get().is_purged


def test_a_number_that_changes_hands_while_it_rings_is_paid_by_whoever_has_it(world):
    first = give_number(world, NUMBER)
    other = make_account(world.buyer, money="100")
    first.number.refresh_from_db()
    asks = [
        world.ask("authorize", session_id=f"CA{n}", service="voice", direction="inbound", to=NUMBER) for n in range(60)
    ]

    def ring(some):
        with an_engine() as engine:
            return [body(engine.decide([ask])[0]) for ask in some]

    def change_hands():
        release(subscription=first, by=SYSTEM)
        return purchase(number=NUMBER, account=other, by=SYSTEM)

    *rings, second = at_once([*(partial(ring, asks[part::3]) for part in range(3)), change_hands])

    replies = [reply for part in rings for reply in part]
    assert {reply["decision"] for reply in replies} <= {"allow", "deny"}
    assert {reply.get("reason", "number_not_active") for reply in replies} == {"number_not_active"}
    paid_by = set(Session.objects.filter(state="live").values_list("account_id", "routes__0__21"))
    assert paid_by
    assert paid_by <= {(world.account.pk, first.pk), (other.pk, second.pk)}
    assert faults() == []
