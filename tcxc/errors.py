"""Refusals that callers are told of: each with a stable type, a sentence, and the fields at fault."""

from collections.abc import Mapping


class Refused(Exception):  # noqa: N818  (a refusal is an answer, not a fault)
    """Something asked for can't be done. Doors turn it into a problem document or a message on a form.

    `type` is stable and read by programs; `detail` says what happened, why and how to mend it;
    `errors` names fields, each with its sentences.
    """

    type = "refused"
    status = 409

    def __init__(self, detail: str, *, errors: Mapping[str, list[str]] | None = None, type_: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = dict(errors or {})
        if type_ is not None:
            self.type = type_


class Invalid(Refused):
    """What was given does not make sense."""

    type = "invalid"
    status = 400


class NotAllowed(Refused):
    """The caller may not do this."""

    type = "not_allowed"
    status = 403


class NotFound(Refused):
    """There is no such thing among those that the caller may see."""

    type = "not_found"
    status = 404


class InsufficientBalance(Refused):
    """The wallet does not cover it."""

    type = "insufficient_balance"
    status = 402


class KeyReused(Refused):
    """An idempotency key came again with another request."""

    type = "idempotency_key_reused"
    status = 422
