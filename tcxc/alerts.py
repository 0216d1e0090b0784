"""Alerts to operators: owed one by one, mailed together, so that a thousand of them are not a thousand mails."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings

from tcxc import mail, outbox
from tcxc.models import OutboxMessage, User

TOPIC = "operator.alert"
PAUSE = timedelta(minutes=10)  # between two mails; the first alert goes out at once
AT_ONCE = 10_000
SHOWN = 20  # of a kind; the rest is counted

_meanings = {"given_up": "the outbox has given up a message: nobody will get it"}


@dataclass(frozen=True, slots=True)
class Kind:
    """The alerts of one kind in a digest: how many, and the first of them, a line each."""

    what: str
    meaning: str
    count: int
    lines: list[str]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.lines)


def explain(what: str, meaning: str) -> None:
    """Say in operators' words what alerts of this kind mean."""
    _meanings[what] = meaning


def tell_operators(what: str, *, key: str, facts: Mapping[str, Any]) -> None:
    """Owe operators an alert, in the transaction that causes it; once for each key."""
    outbox.enqueue(TOPIC, key=key, payload={**facts, "what": what})


def send_digest(messages: Sequence[OutboxMessage]) -> None:
    """Mail alerts to the operators, by kind. Raises LookupError when there is nobody to mail to."""
    to = operators()
    if not to:
        raise LookupError("There is no operator with an e-mail address: set ADMINS or make one.")
    kinds = _by_kind(messages)
    letter = mail.write("operator_alerts", {"kinds": kinds, "count": len(messages)})
    mail.send(letter, key=f"{TOPIC}:{messages[0].pk}:{len(messages)}", to=to)


def _by_kind(messages: Sequence[OutboxMessage]) -> list[Kind]:
    found: dict[str, list[str]] = defaultdict(list)
    for message in messages:
        facts = dict(message.payload)
        what = facts.pop("what", "unknown")
        found[what].append(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in sorted(facts.items())))
    return [Kind(what, _meanings.get(what, what), len(lines), lines[:SHOWN]) for what, lines in sorted(found.items())]


def operators() -> list[str]:
    """Where alerts go: the addresses of ADMINS, else of every operator who may sign in."""
    if settings.ADMINS:
        return [admin[1] for admin in settings.ADMINS]
    return sorted(User.objects.filter(is_staff=True, is_active=True).values_list("email", flat=True))
