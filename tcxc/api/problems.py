"""Problem documents (RFC 9457): every error of the API in one form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

MEDIA_TYPE = "application/problem+json"
TYPE_ROOT = "/api/v1/problems/"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem: its usual status, its title, and what a client can do about it."""

    status: int
    title: str
    meaning: str


TYPES: dict[str, ProblemType] = {
    "malformed": ProblemType(400, "Malformed request", "The body or a parameter can't be read at all."),
    "invalid": ProblemType(
        400, "Invalid fields", "Something was given that makes no sense; `errors` names it by field."
    ),
    "unauthorized": ProblemType(401, "A key is needed", "Send a valid key: `Authorization: Bearer <key>`."),
    "insufficient_balance": ProblemType(402, "Not enough money", "The wallet does not cover it; credit it first."),
    "not_allowed": ProblemType(
        403, "Not allowed", "The key is of another side, or lacks the scope that `detail` names."
    ),
    "own_standing": ProblemType(409, "Your own standing", "Ask another operator to change your own standing."),
    "not_found": ProblemType(404, "Not found", "There is no such thing among those that your key may see."),
    "method_not_allowed": ProblemType(405, "Method not allowed", "The header Allow lists the methods of this address."),
    "not_acceptable": ProblemType(406, "Not acceptable", "This address can't answer in the form asked for."),
    "refused": ProblemType(409, "Refused", "It can't be done as things stand now; `detail` says why."),
    "idempotency_key_in_flight": ProblemType(
        409,
        "Still under way",
        "The first request with this Idempotency-Key has not ended; ask again after Retry-After.",
    ),
    "file_unusable": ProblemType(400, "File not usable", "Send a file of another kind, or one that is whole."),
    "too_large": ProblemType(413, "Too large", "The body is larger than this address takes."),
    "unsupported_media_type": ProblemType(415, "Unsupported media type", "Send the Content-Type that is documented."),
    "idempotency_key_reused": ProblemType(
        422, "Idempotency-Key used before", "The key came with another request; give each request a key of its own."
    ),
    "key_not_live": ProblemType(409, "The key has ended", "It was revoked or replaced before."),
    "login_exists": ProblemType(409, "A log-in exists", "Each side of a company has one log-in: give it a new key."),
    "email_taken": ProblemType(409, "Address taken", "Somebody has this e-mail address already."),
    "last_owner": ProblemType(409, "The last owner", "A company keeps an owner: make somebody else one first."),
    "already_member": ProblemType(409, "A member already", "The person is in the company already."),
    "invitation_over": ProblemType(409, "The invitation is over", "It was used, withdrawn or has expired."),
    "not_on_behalf": ProblemType(
        409, "Not on their behalf", "Nobody acts for an operator, or for who may not sign in."
    ),
    "too_many_messages": ProblemType(
        409, "Too many messages", "A company writes to others so often a day: go on later."
    ),
    "rate_limited": ProblemType(429, "Too many requests", "Wait for the seconds that Retry-After gives."),
    "failed": ProblemType(500, "Something failed here", "It is our fault and is logged; nothing was changed."),
    "unavailable": ProblemType(503, "Not available now", "Nothing was changed; ask again after Retry-After."),
}


def describe(code: str, status: int, title: str, meaning: str) -> None:
    """Add a type of problem of an app above to the list that `/api/v1/problems/` shows."""
    TYPES[code] = ProblemType(status, title, meaning)


def title_of(code: str) -> str:
    """The short human name of a type; for one that nobody described, its code in words."""
    known = TYPES.get(code)
    return known.title if known else code.replace("_", " ").capitalize()


def problem(
    code: str,
    *,
    status: int,
    detail: str,
    request: HttpRequest,
    errors: Mapping[str, list[str]] | None = None,
) -> dict[str, Any]:
    """The document for one refusal; `instance` is the path that was asked for."""
    document: dict[str, Any] = {
        "type": f"{TYPE_ROOT}{code}",
        "title": title_of(code),
        "status": status,
        "detail": _printable(detail),
        "instance": request.path,
    }
    if errors:
        document["errors"] = {_printable(name): [_printable(text) for text in texts] for name, texts in errors.items()}
    return document


def _printable(text: str) -> str:
    """The text without lone surrogates, which JSON may carry in but UTF-8 can't carry out."""
    return text.encode("utf-8", "backslashreplace").decode()
