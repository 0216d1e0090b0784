"""Documents: shown, reviewed, rejected and shown again; expired, reused, deleted while the verdict stays."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.storage import storages
from django.db import DatabaseError, IntegrityError, connection, transaction

from numbers.models import Document, DocumentLook, DocumentUse, NumberEvent, Subscription, Verdict
from numbers.operations import (
    approve_document,
    drop_requirement,
    host_number,
    look_at,
    purchase,
    reject_document,
    release,
    require_document,
    reuse_document,
    upload_document,
)
from numbers.operations.retention import expire_due, purge_due, remind_due, remove_strays, rotate_keys
from numbers.queries.documents import document_shown_to, documents_for, reusable_for, shown_to
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import Invalid, NotFound, Refused
from tcxc.files import vault
from tcxc.models import AuditEvent, Membership, OutboxMessage, User
from tests.papers import an_image

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_this_process")]
SYSTEM = Actor.system()
NUMBERS = ("442071838750", "442071838751", "442071838752")
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def person(seller, buyer) -> Actor:
    """Somebody who reads the mail of both companies."""
    user = User.objects.create_user("ann@example.com")
    for company in (seller.company, buyer.company):
        Membership.objects.create(company=company, user=user, role="owner")
    return Actor(user=user)


@pytest.fixture
def bought(host, account, person):
    """Buys one of the numbers; it needs documents unless said otherwise."""

    def buy(number=NUMBERS[0], **values) -> Subscription:
        host(number, documents_required=True, notes_for_buyers="A passport of the owner.", **values)
        return purchase(number=number, account=account, by=person)

    return buy


def shown(subscription, kind="identity", size=(300, 200), **facts) -> Document:
    """Show a document for a number; another size is another document."""
    file = BytesIO(an_image(size=size))
    return upload_document(subscription=subscription, kind=kind, file=file, by=SYSTEM, **facts)


def state(subscription) -> str:
    """Where its documents stand."""
    return str(Subscription.objects.get(pk=subscription.pk).documents_state)


def mails() -> list[str]:
    """The subjects of what is owed to people."""
    return [message.payload["subject"] for message in OutboxMessage.objects.filter(topic="mail").order_by("id")]


def test_the_way_from_purchase_over_rejection_to_approval(bought, seller, person):
    subscription = bought()
    assert state(subscription) == "missing"
    first = shown(subscription)
    assert state(subscription) == "pending"
    reject_document(document=first, seller=seller, reason="It can't be read.", by=person)
    assert state(subscription) == "rejected"
    second = shown(subscription, size=(301, 200))
    assert state(subscription) == "pending"
    approve_document(document=second, seller=seller, by=person)
    approve_document(document=second, seller=seller, by=person)

    assert state(subscription) == "approved"
    assert mails() == [
        "TCXC: +442071838750 needs documents",
        "TCXC: a document for +442071838750 waits for your review",
        "TCXC: Host rejected your document",
        "TCXC: a document for +442071838750 waits for your review",
        "TCXC: Host approved your document",
    ]
    assert "A passport of the owner." in OutboxMessage.objects.order_by("id")[0].payload["text"]
    actions = AuditEvent.objects.filter(action__startswith="document").order_by("id").values_list("action", flat=True)
    assert [action.removeprefix("document.") for action in actions] == ["upload", "reject", "upload", "approve"]
    history = NumberEvent.objects.filter(kind="documents").order_by("id").values_list("note", flat=True)
    assert list(history) == ["In review", "Rejected", "In review", "Approved"]


def test_an_approval_that_is_taken_back_stops_the_number(bought, seller, person):
    subscription = bought()
    document = shown(subscription)
    approve_document(document=document, seller=seller, by=person)

    reject_document(document=document, seller=seller, reason="Forged.", by=person)

    assert state(subscription) == "rejected"
    verdict = Verdict.objects.get()
    assert (verdict.reason, verdict.decided_by) == ("Forged.", person.user)


def test_an_upload_that_is_sent_twice_is_one_document(bought):
    subscription = bought()

    assert shown(subscription).pk == shown(subscription).pk
    assert (Document.objects.count(), DocumentUse.objects.count()) == (1, 1)
    reject_document(document=Document.objects.get(), reason="Blurred.", by=SYSTEM)
    shown(subscription)
    assert Document.objects.count() == 2


def test_each_required_kind_has_to_be_approved(bought, seller):
    require_document(kind="address_proof", country="GB", by=SYSTEM)
    require_document(kind="identity", country="GB", seller=seller, by=SYSTEM)
    require_document(kind="tax_certificate", country="FR", by=SYSTEM)
    require_document(kind="company_registration", type_="mobile", by=SYSTEM)
    subscription = bought()
    assert subscription.documents_needed == ["address_proof", "identity"]

    approve_document(document=shown(subscription, "identity"), by=SYSTEM)
    assert state(subscription) == "missing"
    address = shown(subscription, "address_proof")
    assert state(subscription) == "pending"
    approve_document(document=address, by=SYSTEM)
    assert state(subscription) == "approved"
    with pytest.raises(Invalid, match="This number needs: address_proof, identity"):
        shown(subscription, "passport")


def test_a_requirement_counts_for_later_buyers_only(bought):
    first = bought(NUMBERS[0])
    rule = require_document(kind="identity", by=SYSTEM)
    second = bought(NUMBERS[1])
    drop_requirement(requirement=rule, by=SYSTEM)
    third = bought(NUMBERS[2])

    assert [one.documents_needed for one in (first, second, third)] == [["any"], ["identity"], ["any"]]
    require_document(kind="identity", country="GB", by=SYSTEM)
    with pytest.raises(Refused) as refused:
        require_document(kind="identity", country="GB", by=SYSTEM)
    assert refused.value.type == "requirement_exists"


@pytest.mark.parametrize("kind", ["", "any", "Identity", "../../etc/passwd", "x" * 41, "a b", "identity\n"])
def test_a_kind_is_a_word(bought, kind):
    with pytest.raises(Invalid) as refused:
        shown(bought(), kind)
    assert list(refused.value.errors) == ["kind"]
    with pytest.raises(Invalid):
        require_document(kind=kind, by=SYSTEM)


def test_a_number_that_needs_nothing_takes_nothing(host, account):
    host(NUMBERS[0])
    subscription = purchase(number=NUMBERS[0], account=account, by=SYSTEM)

    with pytest.raises(Refused) as refused:
        shown(subscription)
    assert refused.value.type == "documents_not_required"
    assert state(subscription) == "not_required"


def test_a_released_number_takes_no_documents_and_an_expired_paper_is_refused(bought):
    subscription = bought()
    with pytest.raises(Invalid) as expired:
        shown(subscription, expires_on=date(2020, 1, 1))
    assert list(expired.value.errors) == ["expires_on"]
    release(subscription=subscription, by=SYSTEM)
    with pytest.raises(Refused) as released:
        shown(subscription)
    assert released.value.type == "number_released"


def test_only_so_many_documents_are_taken_for_a_number(bought, monkeypatch):
    monkeypatch.setattr("numbers.operations.documents.MOST_FOR_A_NUMBER", 2)
    subscription = bought()
    for width in (100, 101):
        shown(subscription, size=(width, 100))

    with pytest.raises(Refused) as refused:
        shown(subscription, size=(102, 100))
    assert refused.value.type == "too_many_documents"


def test_what_a_seller_approved_counts_for_its_other_numbers_at_once(bought, seller):
    first, second = bought(NUMBERS[0]), bought(NUMBERS[1])
    document = shown(first)
    approve_document(document=document, seller=seller, by=SYSTEM)
    assert list(reusable_for(second)) == [document]

    reuse_document(subscription=second, document=document, by=SYSTEM)
    reuse_document(subscription=second, document=document, by=SYSTEM)

    assert (state(second), DocumentUse.objects.count(), Verdict.objects.count()) == ("approved", 2, 1)
    reject_document(document=document, reason="Forged.", by=SYSTEM)
    assert (state(first), state(second)) == ("rejected", "rejected")
    with pytest.raises(Refused) as refused:
        reuse_document(subscription=bought(NUMBERS[2]), document=document, by=SYSTEM)
    assert refused.value.type == "document_unusable"


def test_another_seller_looks_for_themselves_and_sees_only_what_was_shown_to_them(bought, seller, host, account):
    other = type(seller).objects.create(company=type(seller.company).objects.create(name="Other host"))
    first = bought(NUMBERS[0])
    document = shown(first)
    approve_document(document=document, seller=seller, by=SYSTEM)
    assert list(shown_to(other.pk)) == []
    host_number(seller=other, number=NUMBERS[1], monthly_fee="1", documents_required=True, by=SYSTEM)
    second = purchase(number=NUMBERS[1], account=account, by=SYSTEM)

    reuse_document(subscription=second, document=document, by=SYSTEM)

    assert (state(first), state(second)) == ("approved", "pending")
    seen = document_shown_to(document.pk, seller_id=other.pk)
    assert [verdict.seller_id for verdict in seen.verdicts.all()] == [other.pk]
    assert [use.subscription.number.number for use in seen.uses.all()] == [NUMBERS[1]]
    reject_document(document=document, seller=other, reason="Not ours.", by=SYSTEM)
    assert (state(first), state(second)) == ("approved", "rejected")


def test_a_file_that_is_gone_is_not_found(bought, person):
    document = shown(bought())
    vault.remove(document.name)
    with pytest.raises(NotFound, match="not there any more"):
        look_at(document=document, side=DocumentLook.Side.SELLER, by=person)


def test_every_look_is_noted_and_nobody_can_undo_that(bought, person):
    document = shown(bought())

    content = look_at(document=document, side=DocumentLook.Side.SELLER, by=person)

    assert content.startswith(b"\x89PNG")
    look = DocumentLook.objects.get()
    assert (look.user, look.side, look.document) == (person.user, "seller", document)
    for change in (look.delete, lambda: DocumentLook.objects.update(side="buyer")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_an_expired_document_stops_its_numbers_once_after_two_reminders(bought):
    subscription = bought()
    day = datetime.combine((utc_now() + timedelta(days=100)).date(), datetime.min.time(), UTC)
    document = shown(subscription, expires_on=day.date())
    approve_document(document=document, by=SYSTEM)
    told = [remind_due(day - timedelta(days=days)) for days in (31, 30, 29, 8, 7, 7, 0) for _ in range(2)]

    assert sum(told) == 2
    assert (expire_due(day), state(subscription)) == (0, "approved")
    assert (expire_due(day + timedelta(days=1)), state(subscription)) == (1, "expired")
    assert expire_due(day + timedelta(days=2)) == 0
    assert mails()[-3:] == [
        *[f"TCXC: a document expires on {document.expires_on}: Proof of identity"] * 2,
        "TCXC: a document has expired: Proof of identity",
    ]
    approve_document(
        document=shown(subscription, size=(310, 200)), by=SYSTEM, expires_on=(utc_now() + timedelta(days=900)).date()
    )
    assert state(subscription) == "approved"


def test_the_file_goes_when_nobody_needs_it_and_the_verdict_stays(bought, settings, django_capture_on_commit_callbacks):
    settings.DOCUMENT_KEPT_DAYS = 30
    kept, given_back = bought(NUMBERS[0]), bought(NUMBERS[1])
    approved, rejected, returned = shown(kept), shown(kept, size=(200, 200)), shown(given_back, size=(250, 200))
    approve_document(document=approved, by=SYSTEM)
    approve_document(document=returned, by=SYSTEM)
    reject_document(document=rejected, reason="Blurred.", by=SYSTEM)
    release(subscription=given_back, by=SYSTEM)

    with django_capture_on_commit_callbacks(execute=True):
        assert purge_due(utc_now() + timedelta(days=29)) == 0
        assert purge_due(utc_now() + timedelta(days=31)) == 2

    for gone in (rejected, returned):
        gone.refresh_from_db()
        assert gone.is_purged
        assert gone.sealed_key == ""
        assert not storages["documents"].exists(gone.name)
        with pytest.raises(NotFound):
            look_at(document=gone, side=DocumentLook.Side.BUYER, by=SYSTEM)
    assert set(Verdict.objects.values_list("state", flat=True)) == {"approved", "rejected"}
    assert storages["documents"].exists(approved.name)
    assert state(kept) == "approved"
    with pytest.raises(Refused) as refused:
        approve_document(document=Document.objects.get(pk=rejected.pk), by=SYSTEM)
    assert refused.value.type == "document_gone"
    assert list(shown_to(None, state="pending")) == []


def test_a_document_in_review_is_kept_as_long_as_its_number(bought, settings):
    settings.DOCUMENT_KEPT_DAYS = 30
    shown(bought())

    assert purge_due(utc_now() + timedelta(days=400)) == 0


def test_files_that_no_row_names_are_removed_after_a_day(bought):
    remove_strays(utc_now() + timedelta(days=2))  # what other tests left
    document = shown(bought())
    stray = vault.put(b"left by an upload that was undone")

    assert remove_strays(utc_now()) == 0
    assert remove_strays(utc_now() + timedelta(days=2)) == 1
    assert storages["documents"].exists(document.name)
    assert not storages["documents"].exists(stray.name)


def test_a_new_key_opens_all_that_is_kept(bought, settings):
    document = shown(bought())
    settings.DOCUMENT_ENCRYPTION_KEYS = [
        "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldy0=",
        *settings.DOCUMENT_ENCRYPTION_KEYS,
    ]

    assert rotate_keys() == 1

    settings.DOCUMENT_ENCRYPTION_KEYS = settings.DOCUMENT_ENCRYPTION_KEYS[:1]
    document.refresh_from_db()
    assert vault.read(document.name, document.sealed_key).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE numbers_document SET kind = 'other'",
        "UPDATE numbers_document SET sealed_key = ''",
        "UPDATE numbers_document SET name = 'aa/bb'",
        "DELETE FROM numbers_verdict",
        "UPDATE numbers_verdict SET state = 'rejected', decided_at = now()",
        "UPDATE numbers_verdict SET state = 'approved'",
        """INSERT INTO numbers_verdict (document_id, seller_id, state, reason, asked_at, by_operator)
           SELECT document_id, seller_id, state, reason, asked_at, false FROM numbers_verdict""",
        """INSERT INTO numbers_documentuse (document_id, subscription_id, used_at)
           SELECT document_id, subscription_id, used_at FROM numbers_documentuse""",
    ],
)
def test_the_database_keeps_what_documents_promise(bought, statement):
    shown(bought())

    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_number_s_documents_take_few_queries_to_list(bought, django_assert_num_queries):
    subscription = bought()
    for width in (100, 101, 102):
        shown(subscription, size=(width, 100))

    with django_assert_num_queries(3):
        found = list(documents_for(subscription))
        assert [[use.subscription.number.number for use in one.uses.all()] for one in found] == [[NUMBERS[0]]] * 3
        assert [[v.seller.company.name for v in one.verdicts.all()] for one in found] == [["Host"]] * 3
