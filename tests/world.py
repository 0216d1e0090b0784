"""A small world for tests: a platform, a buyer with an account and money, a seller with routes and prices."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from authz.engine.engine import Engine
from authz.engine.requests import convert
from authz.engine.state import Answer, Ask
from authz.operations import open_engine
from billing.models import Wallet
from billing.operations import credit_wallet, open_wallet
from buyers.models import Account, Buyer, Interconnect, RestcommLink
from numbers.models import Collection, Number, Subscription
from sellers.models import Connection, PriceListUpload, Rate, Seller
from tcxc.actors import Actor
from tcxc.models import Company, Platform

SID = "AC" + "0" * 31 + "{}"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
_serial = count(1)


@dataclass
class World:
    """What most tests stand on. Money is in USD."""

    platform: Platform
    buyer: Buyer
    account: Account
    sid: str
    seller: Seller
    voice: Connection

    def wallet(self) -> Wallet:
        """The account's wallet as it is now."""
        return Wallet.objects.get(pk=self.account.wallet_id)

    def ask(self, operation: str, **fields: Any) -> Ask:
        """A request of the world's platform."""
        fields = {name.rstrip("_"): value for name, value in fields.items()}
        return Ask(self.platform.pk, None, convert(operation, fields))

    def call(self, session_id: str, **fields: Any) -> Ask:
        """An authorize of a call from the world's sub-account to a UK mobile."""
        facts = {"session_id": session_id, "account_sid": self.sid, "service": "voice", "to": "447700900123"}
        return self.ask("authorize", **(facts | fields))

    def message(self, session_id: str, **fields: Any) -> Ask:
        """An authorize of a message from the world's sub-account to a UK mobile."""
        facts = {"session_id": session_id, "account_sid": self.sid, "service": "sms", "to": "447700900123"}
        return self.ask("authorize", **(facts | ({"parts": 1} | fields if "text" not in fields else fields)))


def make_world(money: str = "100") -> World:
    """A world of its own: nothing is shared with another one."""
    n = next(_serial)
    platform = Platform.objects.create(name=f"Cloud {n}")
    seller = Seller.objects.create(company=Company.objects.create(name=f"Seller {n}"), commission_rate=Decimal("0.05"))
    buyer = Buyer.objects.create(company=Company.objects.create(name=f"Buyer {n}"))
    voice = make_connection(seller, service="voice")
    make_rate(voice, "44", "0.02")
    make_rate(voice, "447", "0.06")
    account = make_account(buyer, money=money)
    sid = link(account, platform)
    interconnect(account, voice)
    return World(platform, buyer, account, sid, seller, voice)


def make_connection(seller: Seller, **fields: Any) -> Connection:
    """A connection of a seller; SIP and SMPP terminations included."""
    facts: dict[str, Any] = {"name": f"Route {next(_serial)}", "service": "voice", "sip_uri": "sip:{number}@host:5060"}
    return Connection.objects.create(seller=seller, **(facts | fields))


def make_rate(connection: Connection, prefix: str, price: str, **fields: Any) -> Rate:
    """A rate that has been live for long, at one price, by the minute and 60/1 unless said otherwise."""
    facts_of_upload: dict[str, Any] = {
        "status": "published",
        "version": 1,
        "published_at": LONG_AGO,
        "file_name": "test.csv",
    }
    upload, _ = PriceListUpload.objects.get_or_create(connection=connection, **facts_of_upload)
    by_second = {"interval_1": 1, "interval_n": 1}
    by_minute = {"interval_1": 60, "interval_n": 1}
    facts: dict[str, Any] = {
        "price_1": Decimal(price),
        "price_n": Decimal(price),
        "effective_from": LONG_AGO,
        "published_in": upload,
        **(by_minute if connection.service == "voice" else by_second),
    }
    return Rate.objects.create(connection=connection, prefix=prefix, **(facts | fields))


def make_account(buyer: Buyer, money: str = "0", wallet: Wallet | None = None, **fields: Any) -> Account:
    """An account with a wallet of its own, or on a given one, and money in it."""
    shared = wallet is not None
    wallet = wallet or open_wallet(company=buyer.company, currency=buyer.currency, is_shared=False)
    name = f"Account {next(_serial)}"
    mode = "shared" if shared else "own"
    account = Account.objects.create(buyer=buyer, name=name, wallet=wallet, wallet_mode=mode, **fields)
    give_money(account, money)
    return account


def give_money(account: Account, money: str) -> None:
    """Credit an account's wallet as an operator would."""
    if Decimal(money) > 0:
        key = f"test:{next(_serial)}"
        credit_wallet(wallet_id=account.wallet_id, amount=Decimal(money), reason="test", by=Actor.system(), key=key)


def link(account: Account, platform: Platform) -> str:
    """Link a fresh sub-account. Returns its SID."""
    n = next(_serial)
    sid = f"AC{n:032x}"
    facts = {"sip_username": f"user{n}", "encrypted_sip_password": "x", "network_id": n}
    RestcommLink.objects.create(platform=platform, account_sid=sid, account=account, **facts)
    return sid


def interconnect(account: Account, connection: Connection, **fields: Any) -> Interconnect:
    """Let an account use a connection."""
    facts: dict[str, Any] = {"tech_prefix": f"{next(_serial)}#", "status": "active"}
    return Interconnect.objects.create(account=account, connection=connection, **(facts | fields))


@contextmanager
def an_engine() -> Iterator[Engine]:
    """An engine over a connection of its own, closed afterwards."""
    engine = open_engine()
    try:
        yield engine
    finally:
        engine.close()


def later(moment: datetime, **delta: int) -> datetime:
    """A moment some time after another."""
    return moment + timedelta(**delta)


def body(answer: Answer) -> dict[str, Any]:
    """The decoded body of an answer."""
    decoded: dict[str, Any] = json.loads(answer.body)
    return decoded


def give_number(world: World, digits: str, account: Account | None = None, **fields: Any) -> Subscription:
    """Let an account of the world have a number that the world's seller hosts: 0.03 a minute by 60/6, 0.004 a part.

    `fields` are those of the subscription. Nothing is paid for it.
    """
    owner = account or world.account
    prices: dict[str, Any] = {"price_1": Decimal("0.03"), "price_n": Decimal("0.03"), "interval_1": 60, "interval_n": 6}
    prices |= {"monthly_fee": Decimal(0), "sms_price": Decimal("0.004")}
    hosting = {"seller": world.seller, "country": "GB", "type": "geographic", "currency": "USD", "state": "sold"}
    number, _ = Number.objects.update_or_create(
        number=digits, defaults={**hosting, **prices, "voice": True, "sms": True}
    )
    facts: dict[str, Any] = {
        "sip_contact": "sip:{number}@pbx.example.net:5060",
        "smpp_contact": "smpp:u:p:{destination}@sms.example.net:2776",
        "documents_state": "approved",
        "bought_at": LONG_AGO,
        "first_day": LONG_AGO.date(),
        "time_zone": "UTC",
        "period_start": LONG_AGO,
        "period_end": LONG_AGO + timedelta(days=365),
    }
    known = {"number": number, "seller": world.seller, "buyer": owner.buyer, "account": owner, "currency": "USD"}
    made = Subscription.objects.create(**(known | prices | facts | fields))
    period = {"period_start": made.period_start, "period_end": made.period_end}
    Collection.objects.create(subscription=made, kind="month", amount=0, collected_at=LONG_AGO, **period)
    return made
