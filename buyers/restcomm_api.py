"""A Restcomm's own REST API: the numbers that it knows of an account, page by page; and live calls, to be ended."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from buyers.models import RestcommLogin
from tcxc.crypto import decrypt
from tcxc.outbound import Unreachable, get_json, post_form

PAGE_SIZE = 100
MOST_PAGES = 1_000
MOST_NUMBERS = PAGE_SIZE * MOST_PAGES
_DIGITS = re.compile(r"\+?([1-9][0-9]{1,14})", re.ASCII)


@dataclass(frozen=True, slots=True)
class IncomingNumber:
    """A number as Restcomm has it: its digits, its own SID, the account that has it, and where its voice URL leads."""

    number: str
    sid: str
    account_sid: str
    friendly_name: str


def incoming_numbers(login: RestcommLogin, account_sid: str) -> list[IncomingNumber]:
    """Every phone number of an account (the log-in's own, or one beneath it). Raises `Unreachable`, and then nothing
    of a list is given: half a list would look like numbers that are missing.
    """
    found: dict[str, IncomingNumber] = {}
    for rows in _pages(login, account_sid):
        found |= {number.number: number for row in rows if (number := _read(row)) is not None}
        if len(found) > MOST_NUMBERS:
            raise Unreachable("Its list has too many numbers.")
    return list(found.values())


def hang_up(login: RestcommLogin, account_sid: str, call_sid: str) -> bool:
    """Ask a Restcomm to end a call of an account. Returns False when it knows no such call. Raises `Unreachable`."""
    root = f"{login.api_url.rstrip('/')}/2012-04-24/Accounts/{account_sid}"
    basic = (login.account_sid, decrypt(login.encrypted_token))
    status = post_form(f"{root}/Calls/{quote(call_sid, safe='')}.json", {"Status": "completed"}, basic=basic)
    if status not in {200, 201, 202, 204, 404}:
        raise Unreachable(f"It answered with HTTP {status}.")
    return status != 404


def address_of(login: RestcommLogin, account_sid: str, sid: str = "") -> str:
    """Where Restcomm has the list of an account's numbers, or one of them."""
    end = f"IncomingPhoneNumbers/{sid}.json" if sid else "IncomingPhoneNumbers.json"
    return f"{login.api_url.rstrip('/')}/2012-04-24/Accounts/{account_sid}/{end}"


def _pages(login: RestcommLogin, account_sid: str) -> Iterator[list[dict[str, Any]]]:
    """The pages, until one is not full. A Restcomm too old for pages gives all its numbers at once."""
    basic = (login.account_sid, decrypt(login.encrypted_token))
    seen: set[str] = set()
    for page in range(MOST_PAGES):
        query = urlencode({"Page": page, "PageSize": PAGE_SIZE})
        answer = get_json(f"{address_of(login, account_sid)}?{query}", basic=basic)
        rows, is_paged = _rows(answer)
        yield rows
        sids = {str(row.get("sid")) for row in rows}
        if not is_paged or len(rows) < PAGE_SIZE or sids <= seen:
            return
        seen |= sids
    raise Unreachable("Its list has too many pages.")


def _rows(answer: Any) -> tuple[list[dict[str, Any]], bool]:
    rows = answer.get("incomingPhoneNumbers") if isinstance(answer, dict) else answer
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unreachable("Its answer is no list of phone numbers.")
    return rows, isinstance(answer, dict) and "page" in answer


def _read(row: dict[str, Any]) -> IncomingNumber | None:
    """One number; None for what is no E.164 number, such as a short code or a SIP address of its own."""
    match = _DIGITS.fullmatch(str(row.get("phone_number", "")))
    if match is None:
        return None
    texts = [_printable(row.get(name)) for name in ("sid", "account_sid", "friendly_name")]
    return IncomingNumber(match[1], *texts)


def _printable(value: Any) -> str:
    """A text of theirs that our database takes: without null characters and halves of pairs."""
    return "".join(filter(str.isprintable, str(value or "")[:64]))
