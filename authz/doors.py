"""What every HTTP door of the AAA API does: a body in, a status and a JSON body out.

The REST door and any other that serves the same paths call these, so that they can't differ.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from authz.engine import replies
from authz.engine.requests import BATCH_LIMIT, OPERATIONS, convert, decode
from authz.engine.state import Answer, Ask
from tcxc.errors import Invalid, Refused

Decide = Callable[[Sequence[Ask]], list[Answer]]


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    requests: list[Any]


_BATCH = msgspec.json.Decoder(_Batch)


def ask_of(operation: str, body: bytes, platform_id: int, key_id: int) -> Ask:
    """The request in the body of one call. Raises `Invalid`."""
    return Ask(platform_id, key_id, decode(operation, body))


def asks_of_batch(body: bytes, platform_id: int, key_id: int) -> list[Ask | Answer]:
    """The requests in the body of a batch, in order; one that makes no sense is its answer already.

    Raises `Invalid` when the body is no batch, or of more than 1,000 requests.
    """
    try:
        requests = _BATCH.decode(body).requests
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        message = f'Send {{"requests": [...]}}: {error}'
        raise Invalid(message, errors={"requests": [message]}, type_="malformed") from None
    if len(requests) > BATCH_LIMIT:
        message = f"A batch holds at most {BATCH_LIMIT} requests; this one has {len(requests)}."
        raise Invalid(message, errors={"requests": [message]}, type_="malformed")
    return [_ask_or_answer(value, platform_id, key_id) for value in requests]


def _ask_or_answer(value: Any, platform_id: int, key_id: int) -> Ask | Answer:
    operation = value.get("op") if isinstance(value, dict) else None
    if operation not in OPERATIONS:
        message = "Give `authorize`, `update`, `terminate` or `event`."
        return replies.problem(Invalid(f"op: {message}", errors={"op": [message]}, type_="malformed"))
    try:
        return Ask(platform_id, key_id, convert(operation, value))
    except Refused as refusal:
        return replies.problem(refusal)


def answer_batch(asked: Sequence[Ask | Answer], decide: Decide) -> Answer:
    """Decide the requests of a batch; each result is what its own call would have answered."""
    asks = [item for item in asked if isinstance(item, Ask)]
    decided = iter(decide(asks) if asks else [])
    answers = [next(decided) if isinstance(item, Ask) else item for item in asked]
    return Answer(200, '{"results":[' + ",".join(answer.body for answer in answers) + "]}")
