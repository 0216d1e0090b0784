"""Two days of traffic through the engine, so that the pictures show a product in use. Only for a database of its own.

`python -m tests.screenshots.lively`, in the environment of a product that has the demo's data.
"""

import json
import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

import django

django.setup()

from django.db import connection  # noqa: E402

from authz.engine.engine import Engine  # noqa: E402
from authz.engine.requests import convert  # noqa: E402
from authz.engine.state import Ask  # noqa: E402
from authz.models import TrafficMark  # noqa: E402
from authz.operations import open_engine  # noqa: E402
from authz.totals import total_traffic  # noqa: E402
from buyers.models import RestcommLink  # noqa: E402
from buyers.operations import update_account  # noqa: E402
from tcxc.actors import Actor  # noqa: E402
from tcxc.clock import utc_now  # noqa: E402

DESTINATIONS = (
    "447400123456",
    "12125550143",
    "33612345678",
    "4930901820",
    "61412345678",
    "819012345678",
    "34600123456",
)
HOURS = 47
chance = random.Random(7)


def main() -> None:
    """Let it happen, and add it up."""
    now = utc_now()
    _let_prices_be_older()
    engine = open_engine()
    links = list(RestcommLink.objects.order_by("pk").select_related("account"))
    limits = {"concurrent_call_limit": 10, "calls_per_second": 5, "spend_limit_daily": Decimal(25)}
    update_account(account=links[0].account, changes=limits, by=Actor.system())
    for hours in reversed(range(HOURS)):
        moment = now - timedelta(hours=hours, minutes=chance.randrange(50))
        for number in range(_calls_at(moment)):
            _call(engine, chance.choice(links), f"CA{hours:03d}{number:04d}", moment + timedelta(seconds=number * 20))
    for number in range(3):  # and some that are up
        engine.decide([_ask(links[0], "authorize", _asked(links[0], f"CAlive{number}"))], now - timedelta(seconds=9))
    engine.close()
    TrafficMark.objects.all().delete()
    total_traffic(now=now)


def _let_prices_be_older() -> None:
    """The demo's prices begin when it is made; here a week before, which the guards let nobody say."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET session_replication_role = replica; "
            "UPDATE sellers_rate SET effective_from = effective_from - interval '7 days'; "
            "RESET session_replication_role"
        )


def _calls_at(moment: datetime) -> int:
    """How busy an hour is: little at night, most in the afternoon."""
    return 2 + max(0, 9 - abs(moment.hour - 14)) + chance.randrange(4)


def _call(engine: Engine, link: RestcommLink, name: str, at: datetime) -> None:
    (answer,) = engine.decide([_ask(link, "authorize", _asked(link, name))], at)
    if json.loads(answer.body)["decision"] != "allow":
        return
    seconds = 0 if chance.random() < 0.25 else chance.randrange(10, 420)
    if seconds > 120:
        engine.decide(
            [_ask(link, "update", {"session_id": name, "seq": 1, "used_seconds": 115})], at + timedelta(seconds=115)
        )
    end = {"session_id": name, "used_seconds": seconds, "cause": 16 if seconds else 19}
    engine.decide([_ask(link, "terminate", end)], at + timedelta(seconds=seconds))


def _asked(link: RestcommLink, name: str) -> dict[str, str]:
    facts = {"account_sid": link.account_sid, "service": "voice", "from": "442071838750"}
    return facts | {"session_id": name, "to": chance.choice(DESTINATIONS)}


def _ask(link: RestcommLink, operation: str, facts: Mapping[str, object]) -> Ask:
    return Ask(link.platform_id, None, convert(operation, facts))


if __name__ == "__main__":
    main()
