"""What every HTTP door of the AAA API does: a body in, a status and a JSON body out.

The doors differ in how they read a socket and find the key; all else is here, so that they can't differ in it.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from authz.engine import replies
from authz.engine.requests import BATCH_LIMIT, OPERATIONS, convert, decode
from authz.engine.state import Answer, Ask
from tcxc.errors import Invalid, Refused
from tcxc.models import ApiKey

BATCH = "batch"
MOST_BYTES = 16 * 1024 * 1024


def is_json(content_type: str) -> bool:
    """Whether a body of this Content-Type is JSON; parameters, such as a charset, do not count."""
    return content_type.partition(";")[0].strip().lower() == "application/json"


def headers_of(answer: Answer) -> dict[str, str]:
    """What HTTP wants to be told with an answer of the engine's own: to come back soon, or with another key."""
    return _HEADERS.get(answer.status, {})


_HEADERS = {401: {"WWW-Authenticate": 'Bearer realm="tcxc"'}, 503: {"Retry-After": "1"}}


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    requests: list[Any]


_BATCH = msgspec.json.Decoder(_Batch)


class Call:
    """One HTTP call: the asks that its body holds, and how their answers become its reply.

    What makes no sense is answered already (`asks` is then without it); a batch answers each of its requests apart.
    """

    __slots__ = ("_answered", "_is_batch", "asks")

    def __init__(self, operation: str, body: bytes, key: ApiKey) -> None:
        self._is_batch = operation == BATCH
        items = _items_of_batch(body, key) if self._is_batch else [_item(operation, body, key)]
        if isinstance(items, Answer):
            self._is_batch, items = False, [items]
        self._answered = items
        self.asks = [item for item in items if isinstance(item, Ask)]

    def reply(self, decided: Sequence[Answer]) -> Answer:
        """The reply to the call, from the engine's answers to its asks, in order."""
        answers = iter(decided)
        found = [next(answers) if isinstance(item, Ask) else item for item in self._answered]
        if not self._is_batch:
            return found[0]
        return Answer(200, '{"results":[' + ",".join(answer.body for answer in found) + "]}")


def _item(operation: str, body: bytes, key: ApiKey) -> Ask | Answer:
    try:
        return Ask(key.platform_id or 0, key.pk, decode(operation, body))
    except Refused as refusal:
        return replies.problem(refusal)


def _items_of_batch(body: bytes, key: ApiKey) -> list[Ask | Answer] | Answer:
    try:
        requests = _BATCH.decode(body).requests
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return _malformed("requests", f'Send {{"requests": [...]}}: {error}')
    if len(requests) > BATCH_LIMIT:
        return _malformed("requests", f"A batch holds at most {BATCH_LIMIT} requests; this one has {len(requests)}.")
    return [_item_of_batch(value, key) for value in requests]


def _item_of_batch(value: Any, key: ApiKey) -> Ask | Answer:
    operation = value.get("op") if isinstance(value, dict) else None
    if not isinstance(operation, str) or operation not in OPERATIONS:
        return _malformed("op", "Give `authorize`, `update`, `terminate` or `event`.")
    try:
        return Ask(key.platform_id or 0, key.pk, convert(operation, value))
    except Refused as refusal:
        return replies.problem(refusal)


def _malformed(field: str, message: str) -> Answer:
    return replies.problem(Invalid(f"{field}: {message}", errors={field: [message]}, type_="malformed"))
