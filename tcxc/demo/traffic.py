"""A few calls and messages that have happened, through the AAA engine, so that no page of the demo is empty.

They go over each buyer's second account and leave the first one's money whole. Session ids are fixed, and the engine
gives a repeat its first reply: however often this runs, each call is charged once.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from authz.engine.engine import Engine
from authz.engine.requests import convert
from authz.engine.state import Ask
from authz.models import Session
from authz.operations import open_engine
from authz.totals import total_traffic
from tcxc.clock import utc_now
from tcxc.demo.making import Demo, MadeAccount

Fields = dict[str, Any]

# To, seconds talked, Q.850 cause. Nobody may call premium numbers: that one is denied.
CALLS = (
    ("447400123456", 95, 16),
    ("12125550143", 312, 16),
    ("33612345678", 0, 19),
    ("4930901820", 48, 16),
    ("61412345678", 187, 16),
    ("919820012345", 0, 17),
    ("551133334444", 26, 16),
    ("525512345678", 61, 16),
    ("97912345678", 0, 16),
    ("818012345678", 7, 16),
)
# To, network, text.
MESSAGES = (
    ("447400123456", "23420", "Your code is 482913. It is good for five minutes."),
    ("12125550143", "310260", "Your table for four is booked for 19:30. Reply NO to cancel."),
    ("4915112345678", "26201", "Ihr Paket kommt heute zwischen 14:00 und 16:00 Uhr. Grüße vom Lager!"),
    ("79161234567", "25001", "Ваш заказ готов к выдаче. Мы ждём вас сегодня до 21:00 и завтра после 9:00."),
    ("33612345678", "20801", "Votre rendez-vous est confirmé pour demain à 10h. " * 4),
    ("919820012345", "", "Your balance is low. Top up to keep your service running."),
)


def leave_traffic(demo: Demo) -> None:
    """Let the calls and messages happen, unless they have. What the accounts then can't pay for is denied."""
    accounts = [buyer.accounts[-1] for buyer in demo.buyers.values()]
    last = _name("message", accounts[-1], len(MESSAGES))
    if Session.objects.filter(platform=demo.platform, session_id=last).exists():
        return
    engine = open_engine()
    try:
        _let_happen(engine, demo.platform.pk, [deed for account in accounts for deed in _deeds(account)])
    finally:
        engine.close()
    total_traffic(now=utc_now())


def _let_happen(engine: Engine, platform_id: int, deeds: list[tuple[Fields, Fields]]) -> None:
    """Ask for all, then end those that were allowed."""
    asked = engine.decide([Ask(platform_id, None, convert("authorize", start)) for start, _ in deeds])
    replies = [json.loads(answer.body) for answer in asked]
    ends = [
        {"used_parts": reply["parts"]} | end if "parts" in reply else end
        for reply, (_, end) in zip(replies, deeds, strict=True)
        if reply.get("decision") == "allow"
    ]
    if ends:
        engine.decide([Ask(platform_id, None, convert("terminate", end)) for end in ends])


def _deeds(account: MadeAccount) -> Iterator[tuple[Fields, Fields]]:
    """What each call and message asks for, and how it ends."""
    now = utc_now()
    for number, (to, seconds, cause) in enumerate(CALLS, start=1):
        name = {"session_id": _name("call", account, number)}
        call = {"account_sid": account.account_sid, "service": "voice", "from": "442071838750", "to": to}
        times = {"connect_time": now, "disconnect_time": now + timedelta(seconds=seconds)} if seconds else {}
        yield name | call, name | times | {"used_seconds": seconds, "cause": cause}
    for number, (to, network, text) in enumerate(MESSAGES, start=1):
        name = {"session_id": _name("message", account, number)}
        message = {"account_sid": account.account_sid, "service": "sms", "from": "Demo", "to": to}
        known = {"mccmnc": network} if network else {}
        yield name | message | known | {"text": text}, name


def _name(kind: str, account: MadeAccount, number: int) -> str:
    return f"demo-{kind}-{account.account.pk}-{number}"
