"""Carries out what the outbox owes: at least once, with growing pauses after failures, and not for ever.

A message is claimed by moving its `due_at` behind the time that its delivery may take, in a transaction of its own. No
transaction is open while it is delivered, and it is marked afterwards: a worker that dies in between leaves it due
again, so the receiver may get it twice, with the same key.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from prometheus_client import Counter

from tcxc import alerts
from tcxc.clock import utc_now
from tcxc.models import OutboxMessage
from tcxc.single import only_one

BATCH = 10
LEASE = timedelta(minutes=5)  # no batch takes longer; after that it is taken for lost, and due again
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)
MOST_ATTEMPTS = 16  # with these pauses: almost two days
KEPT_FOR = timedelta(days=30)

DELIVERIES = Counter("tcxc_outbox_deliveries", "Messages that the outbox tried to deliver.", ["topic", "outcome"])
log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]
Messages = Sequence[OutboxMessage]


@dataclass(frozen=True, slots=True)
class Topic:
    """How the messages of a topic are delivered: how many at once, and with which pause between two deliveries."""

    deliver: Callable[[Messages], None]
    at_once: int = 1
    pause: timedelta = timedelta(0)


_topics: dict[str, Topic] = {}


def register(topic: str, handler: Callable[[OutboxMessage], None]) -> None:
    """Deliver messages of a topic one by one. The handler raises when it could not, and bears being called again."""
    _topics[topic] = Topic(lambda messages: handler(messages[0]))


def register_digest(topic: str, handler: Callable[[Messages], None], *, pause: timedelta, at_once: int) -> None:
    """Deliver messages of a topic together, up to `at_once` of them, and not again before the pause is over."""
    _topics[topic] = Topic(handler, at_once, pause)


def deliver_due(*, clock: Clock = utc_now, seconds: float = 20) -> int:
    """Deliver what is due, for about so many seconds. Returns how many messages were sent.

    One process at a time does this, so that a slow mail server never takes every worker.
    """
    with only_one("tcxc outbox") as mine:
        return _deliver_all(clock, clock() + timedelta(seconds=seconds)) if mine else 0


def _deliver_all(clock: Clock, until: datetime) -> int:
    digests = {name: topic for name, topic in _topics.items() if topic.at_once > 1}
    sent = sum(_deliver(_claim_digest(name, topic, clock()), clock) for name, topic in digests.items())
    while clock() < until:
        claimed = _claim(~Q(topic__in=digests), clock(), BATCH)
        if not claimed:
            break
        sent += sum(_deliver([message], clock) for message in claimed)
    return sent


def _unsettled() -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(sent_at__isnull=True, gave_up_at__isnull=True)


def _claim_digest(name: str, topic: Topic, now: datetime) -> list[OutboxMessage]:
    sent = OutboxMessage.objects.filter(topic=name, sent_at__isnull=False)
    last = sent.aggregate(last=Max("sent_at"))["last"]
    if last is not None and now < last + topic.pause:
        return []
    return _claim(Q(topic=name), now, topic.at_once)


def _claim(which: Q, now: datetime, at_most: int) -> list[OutboxMessage]:
    with transaction.atomic(durable=True):
        due = _unsettled().filter(which, due_at__lte=now).order_by("due_at", "id")
        claimed = list(due.select_for_update(skip_locked=True)[:at_most])
        rows = OutboxMessage.objects.filter(pk__in=[message.pk for message in claimed])
        rows.update(attempts=F("attempts") + 1, due_at=now + LEASE)
    for message in claimed:
        message.attempts += 1
    return claimed


def _deliver(messages: Messages, clock: Clock) -> int:
    """Deliver together what was claimed of one topic, and mark it. Returns how many were sent."""
    _postpone([m for m in messages if m.attempts > MOST_ATTEMPTS], "Its worker died each time.", clock())
    messages = [m for m in messages if m.attempts <= MOST_ATTEMPTS]
    if not messages:
        return 0
    topic = messages[0].topic
    try:
        _topics.get(topic, _UNKNOWN).deliver(messages)
    except Exception as problem:
        log.warning("outbox_delivery_failed", topic=topic, messages=len(messages), exc_info=True)
        _postpone(messages, f"{type(problem).__name__}: {problem}", clock())
        return 0
    _unsettled().filter(pk__in=[message.pk for message in messages]).update(sent_at=clock(), last_error="")
    DELIVERIES.labels(topic, "sent").inc(len(messages))
    return len(messages)


def _refuse(messages: Messages) -> None:
    raise LookupError(f"Nobody has registered for the topic {messages[0].topic}.")


_UNKNOWN = Topic(_refuse)  # tried again, since a newer worker may know it


def _postpone(messages: Messages, problem: str, now: datetime) -> None:
    for message in messages:
        DELIVERIES.labels(message.topic, "failed").inc()
        row = _unsettled().filter(pk=message.pk)
        if message.attempts < MOST_ATTEMPTS:
            row.update(due_at=now + pause_after(message.attempts), last_error=problem[:2_000])
        elif row.update(gave_up_at=now, last_error=problem[:2_000]):
            _say_given_up(message, problem)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: twice as long each time, up to six hours."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 20)), LONGEST_PAUSE)


def _say_given_up(message: OutboxMessage, problem: str) -> None:
    DELIVERIES.labels(message.topic, "given_up").inc()
    log.error("outbox_given_up", topic=message.topic, key=message.key, problem=problem)
    if message.topic != alerts.TOPIC:  # an alert that nobody could be told of makes no other alert
        facts = {"message": message.pk, "topic": message.topic, "problem": problem[:200]}
        alerts.tell_operators("given_up", key=f"given_up:{message.pk}", facts=facts)


def forget_sent(now: datetime, at_once: int = 5_000) -> int:
    """Delete what was sent more than thirty days ago. Returns how many messages that were."""
    forgotten = 0
    for topic in OutboxMessage.objects.order_by().values_list("topic", flat=True).distinct():
        deleted = at_once
        while deleted == at_once:
            old = OutboxMessage.objects.filter(topic=topic, sent_at__lt=now - KEPT_FOR)[:at_once]
            deleted, _ = OutboxMessage.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
            forgotten += deleted
    return forgotten
