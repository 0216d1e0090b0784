"""What the outbox owes is delivered at least once, outside of transactions, and not for ever."""

from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from django.core import mail as sent_mail
from django.db import connection, transaction

from tcxc import alerts, delivery, mail, outbox
from tcxc.models import OutboxMessage, User

pytestmark = pytest.mark.django_db(transaction=True)
START = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **delta: float) -> None:
        self.now += timedelta(**delta)


class Killed(BaseException):
    """What a worker that dies looks like: no handler of Exception sees it."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def woken(monkeypatch) -> list[bool]:
    calls: list[bool] = []
    monkeypatch.setattr(outbox, "wake_deliverer", lambda: calls.append(True))
    return calls


@pytest.fixture(autouse=True)
def topics(monkeypatch, woken):
    monkeypatch.setattr(delivery, "_topics", dict(delivery._topics))


def owe(key: str = "a", **payload) -> None:
    outbox.enqueue("test", key=key, payload=payload, due_at=START)


def the_message() -> OutboxMessage:
    return OutboxMessage.objects.get(topic="test")


def test_a_message_is_owed_only_if_its_transaction_commits_and_wakes_a_worker_then(woken):
    with transaction.atomic():
        owe()
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()
    assert woken == []
    with transaction.atomic():
        owe()
        assert woken == []
    assert woken == [True]


def test_the_same_key_is_the_same_message():
    owe("once", n=1)
    owe("once", n=2)
    assert the_message().payload == {"n": 1}


def test_a_message_is_delivered_once_outside_of_any_transaction(clock):
    seen = []
    delivery.register("test", lambda message: seen.append((message.payload, connection.in_atomic_block)))
    owe(text="hello")
    assert delivery.deliver_due(clock=clock) == 1
    assert delivery.deliver_due(clock=clock) == 0
    assert seen == [({"text": "hello"}, False)]
    assert the_message().sent_at == START


def test_nobody_delivers_inside_of_a_transaction(clock):
    owe()
    with pytest.raises(RuntimeError), transaction.atomic():
        delivery.deliver_due(clock=clock)


def test_a_message_is_not_delivered_before_it_is_due(clock):
    delivery.register("test", lambda message: None)
    outbox.enqueue("test", key="later", payload={}, due_at=START + timedelta(minutes=1))
    assert delivery.deliver_due(clock=clock) == 0
    clock.move(minutes=1)
    assert delivery.deliver_due(clock=clock) == 1


def test_a_worker_that_dies_between_sending_and_marking_only_repeats(clock):
    sent = []

    def send_and_die(message: OutboxMessage) -> None:
        sent.append(message.key)
        if len(sent) == 1:
            raise Killed

    delivery.register("test", send_and_die)
    owe("a")
    owe("b")
    with pytest.raises(Killed):
        delivery.deliver_due(clock=clock)
    assert delivery.deliver_due(clock=clock) == 0, "what it had taken on stays with it for a while"
    clock.move(minutes=6)
    assert delivery.deliver_due(clock=clock) == 2
    assert sent == ["a", "a", "b"]


def test_a_failure_is_tried_again_after_longer_and_longer_pauses_and_then_given_up_aloud(clock):
    def fail(message: OutboxMessage) -> None:
        raise ConnectionError("no route")

    delivery.register("test", fail)
    owe()
    pauses = []
    while the_message().gave_up_at is None:
        delivery.deliver_due(clock=clock)
        pauses.append((the_message().due_at - clock()).total_seconds())
        clock.now = the_message().due_at
    assert pauses[:4] == [30, 60, 120, 240]
    assert max(pauses) == timedelta(hours=6).total_seconds()
    assert (the_message().attempts, the_message().last_error) == (16, "ConnectionError: no route")
    assert delivery.deliver_due(clock=clock, seconds=0) == 0
    alert = OutboxMessage.objects.get(topic=alerts.TOPIC)
    assert alert.payload["what"] == "given_up"
    assert alert.payload["problem"] == "ConnectionError: no route"


def test_a_message_that_kills_each_worker_is_given_up_too(clock):
    def die(message: OutboxMessage) -> None:
        raise Killed

    delivery.register("test", die)
    owe()
    for _ in range(delivery.MOST_ATTEMPTS):
        with pytest.raises(Killed):
            delivery.deliver_due(clock=clock)
        clock.move(minutes=6)
    delivery.deliver_due(clock=clock)
    assert the_message().gave_up_at is not None


def test_one_failure_holds_up_nobody_else(clock):
    def deliver(message: OutboxMessage) -> None:
        if message.key == "bad":
            raise ValueError(message.key)

    delivery.register("test", deliver)
    for key in ("bad", "good", "fine"):
        owe(key)
    assert delivery.deliver_due(clock=clock) == 2


def test_a_topic_that_nobody_knows_waits_for_a_worker_that_does(clock):
    owe()
    assert delivery.deliver_due(clock=clock) == 0
    delivery.register("test", lambda message: None)
    clock.now = the_message().due_at
    assert delivery.deliver_due(clock=clock) == 1


def test_a_second_worker_leaves_the_outbox_to_the_first(clock):
    inside, finish, delivered = Event(), Event(), []

    def slow(message: OutboxMessage) -> None:
        inside.set()
        assert finish.wait(10)
        delivered.append(message.key)

    def work() -> None:
        delivery.deliver_due(clock=clock)
        connection.close()

    delivery.register("test", slow)
    owe()
    worker = Thread(target=work)
    worker.start()
    assert inside.wait(10)
    assert delivery.deliver_due(clock=clock) == 0
    finish.set()
    worker.join(10)
    assert delivered == ["a"]
    assert the_message().sent_at is not None


def test_what_was_sent_long_ago_is_forgotten(clock):
    delivery.register("test", lambda message: None)
    for key in ("a", "b", "c"):
        owe(key)
    delivery.deliver_due(clock=clock)
    owe("still owed")
    assert delivery.forget_sent(START + timedelta(days=29)) == 0
    assert delivery.forget_sent(START + timedelta(days=31), at_once=2) == 3
    assert the_message().key == "still owed"


def test_a_mail_goes_out_as_it_was_written_and_says_when_it_is_a_repeat(clock):
    letter = mail.Letter("Subject", "The text.\n")
    mail.owe(letter, key="letter:1", to=["b@example.com", "a@example.com", "b@example.com"])
    clock.now = datetime.now(UTC)
    assert delivery.deliver_due(clock=clock) == 1
    mail.send(letter, key="letter:1", to=["a@example.com"])
    first, again = sent_mail.outbox
    assert (first.subject, first.body, first.to) == ("Subject", "The text.\n", ["a@example.com", "b@example.com"])
    assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"]


def test_a_thousand_alerts_are_one_mail_and_the_next_waits(clock):
    User.objects.create_superuser("op@example.com", "x")
    User.objects.create_user("not-an-operator@example.com", "x")
    facts = [{"session": f"CA{n}", "used": 70, "what": "overrun" if n % 2 else "unsolicited"} for n in range(1_000)]
    outbox.enqueue_all(alerts.TOPIC, {f"{fact['what']}:{fact['session']}": fact for fact in facts})
    clock.now = datetime.now(UTC)
    assert delivery.deliver_due(clock=clock) == 1_000
    (letter,) = sent_mail.outbox
    assert letter.subject == "TCXC: 1000 alerts: overrun 500, unsolicited 500"
    assert letter.to == ["op@example.com"]
    assert "  session CA1, used 70\n" in letter.body
    assert letter.body.count("session CA") == 40
    assert "and 480 more" in letter.body

    alerts.tell_operators("overrun", key="overrun:late", facts={"session": "CA9999", "used": 1})
    clock.move(minutes=5)
    assert delivery.deliver_due(clock=clock) == 0
    clock.move(minutes=6)
    assert delivery.deliver_due(clock=clock) == 1
    assert "CA9999" in sent_mail.outbox[1].body


def test_alerts_wait_for_an_operator_to_tell(clock):
    clock.now = datetime.now(UTC) + timedelta(seconds=1)
    alerts.tell_operators("overrun", key="overrun:1", facts={"session": "CA1"})
    assert delivery.deliver_due(clock=clock) == 0
    assert "no operator" in OutboxMessage.objects.get().last_error
