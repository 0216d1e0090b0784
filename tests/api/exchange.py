"""A small exchange for tests of the REST resources: two buyers, two sellers, a platform, an operator, their keys."""

import io
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models
from rest_framework.test import APIClient

from authz.models import Cdr, MessageRecord
from billing.models import Transfer, Wallet
from billing.operations import credit_wallet
from buyers.models import Account, Buyer, DestinationRule, Interconnect, RestcommLink, RestcommLogin
from buyers.operations import (
    block_account,
    create_account,
    create_buyer,
    interconnect,
    link_account,
    set_restcomm_login,
)
from numbers.models import (
    Collection,
    Difference,
    Document,
    DocumentLook,
    DocumentUse,
    Number,
    NumberEvent,
    Reconciliation,
    Requirement,
    Subscription,
    Verdict,
)
from numbers.operations import block_number, host_number, purchase, require_document
from sellers.models import Connection, PriceListUpload, Rate, Seller
from sellers.operations.connections import pause_connection
from sellers.operations.price_lists import check_next_upload, publish_price_list, upload_price_list
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.files import vault
from tcxc.models import AuditEvent, Company, Holder, IdempotentReply, OutboxMessage, Platform, User
from tcxc.operations.api_keys import make_key
from tests.api.decks import a_list
from tests.papers import an_image
from tests.remembering import remembered

BY = Actor.system()
FOR_SALE, BLOCKED, BOUGHT = "442071838750", "442071838751", ("442071838760", "442071838761")
DOCUMENTED, PAPER = "442071838770", an_image()
WATCHED: tuple[type[models.Model], ...] = (
    *(Account, AuditEvent, Connection, DestinationRule, Interconnect, OutboxMessage, PriceListUpload),
    *(Rate, RestcommLink, RestcommLogin, Transfer, Wallet, IdempotentReply, Difference),
    *(Collection, Number, NumberEvent, Subscription, Document, DocumentLook, DocumentUse, Requirement, Verdict),
)


def client_with(secret: str) -> APIClient:
    """A client that sends this key."""
    client = APIClient(headers={"Authorization": f"Bearer {secret}"})
    client.default_format = "json"
    return client


@dataclass
class Side:
    """A buyer or a seller, with what is theirs by the names that paths use."""

    company: Company
    ids: dict[str, Any] = field(default_factory=dict)


@dataclass
class Exchange:
    """All of it. Money is in USD."""

    operator: User
    platform: Platform
    buyers: list[Side]
    sellers: list[Side]

    def client(self, holder: Holder, which: int = 0, **options: Any) -> APIClient:
        """A client with a fresh key of the first (or second) holder of a kind."""
        owners: dict[Holder, dict[str, Any]] = {
            Holder.BUYER: {"company": self.buyers[which].company},
            Holder.SELLER: {"company": self.sellers[which].company},
            Holder.PLATFORM: {"platform": self.platform},
            Holder.OPERATOR: {"user": self.operator},
        }
        return client_with(make_key(holder=holder, name="test", by=BY, **owners[holder], **options).secret)

    @property
    def ids(self) -> dict[str, Any]:
        """What belongs to the first buyer and the first seller, by the names that paths use."""
        return {"platform": self.platform.pk} | self.buyers[0].ids | self.sellers[0].ids


@remembered
def make_trade() -> Exchange:
    """Sellers with routes, buyers with accounts and traffic; nobody has a number. Made by the operations themselves."""
    operator = User.objects.create_user("operator@example.com", is_staff=True)
    platform = Platform.objects.create(name="Cloud", api_url="https://cloud.example/restcomm")
    sellers = [_seller(name) for name in ("Carrier", "Other carrier")]
    buyers = [_buyer(name, platform, sellers[0]) for name in ("Acme", "Other buyer")]
    for side in buyers:
        _traffic(side, sellers[0], platform)
    sellers[0].ids["awaiting"] = (
        Interconnect.objects.filter(account_id=buyers[0].ids["account"], status="awaiting").get().pk
    )
    return Exchange(operator, platform, buyers, sellers)


@remembered
def make_exchange() -> Exchange:
    """The whole of it: the same trade, with numbers and their documents."""
    exchange = make_trade()
    _restcomms(exchange.sellers[0], exchange.buyers)
    _numbers(exchange.sellers, exchange.buyers)
    _documents(exchange.buyers[0], exchange.sellers[0])
    return exchange


def _seller(name: str) -> Side:
    company = Company.objects.create(name=name)
    seller = Seller.objects.create(company=company, commission_rate=Decimal("0.05"))
    routes = {
        route: Connection.objects.create(seller=seller, name=route, service="voice", manual_approval=route == "by_hand")
        for route in ("connection", "by_hand", "spare", "private", "paused")
    }
    pause_connection(connection=routes["paused"], by=BY)
    published = publish_price_list(upload=_checked(routes["connection"], a_list("44,0.02")), by=BY)
    ready = _checked(routes["connection"], a_list("49,0.01", "44,0.01"))
    ids = {route: connection.pk for route, connection in routes.items()}
    return Side(company, ids | {"published": published.pk, "ready": ready.pk})


def _checked(connection: Connection, content: bytes) -> PriceListUpload:
    upload_price_list(connection=connection, file=io.BytesIO(content), file_name="list.csv", by=BY)
    checked = check_next_upload()
    assert checked is not None
    assert checked.status == "ready", list(checked.problems.all())
    return checked


def _buyer(name: str, platform: Platform, seller: Side) -> Side:
    company = Company.objects.create(name=name, noc_email="noc@example.com")
    account = create_account(buyer=create_buyer(company=company, by=BY), name="Main", by=BY)
    sid = f"AC{account.pk:032x}"
    link_account(account=account, platform_id=platform.pk, account_sid=sid, by=BY)
    used, *_ = (
        interconnect(account=account, connection=Connection.objects.get(pk=seller.ids[route]), agree=True, by=BY)
        for route in ("connection", "by_hand", *(["private"] if name == "Acme" else []))
    )
    wallet = account.wallet_id
    credit_wallet(wallet_id=wallet, amount=Decimal(100), reason="start", by=BY, key=f"c{wallet}", account_id=account.pk)
    blocked = create_account(buyer=account.buyer, name="Blocked", by=BY)
    block_account(
        account=blocked, reason="fraud?", by=Actor(user=User.objects.create_user(f"{account.pk}@example.com"))
    )
    return Side(company, {"account": account.pk, "sid": sid, "interconnect": used.pk, "blocked": blocked.pk})


def _traffic(buyer: Side, seller: Side, platform: Platform) -> None:
    facts = {
        "recorded_at": utc_now(),
        "started_at": utc_now(),
        "platform_id": platform.pk,
        "buyer_id": buyer.company.pk,
        "account_id": buyer.ids["account"],
        "account_sid": buyer.ids["sid"],
        "seller_id": seller.company.pk,
        "connection_id": seller.ids["connection"],
        "interconnect_id": buyer.ids["interconnect"],
        "direction": "outbound",
        "caller": "12025550100",
        "callee": "447700900123",
        "prefix": "44",
        "currency": "USD",
        "price_1": Decimal("0.02"),
        "price_n": Decimal("0.00345678"),
        "commission_rate": Decimal("0.05"),
        "amount": Decimal("0.02"),
        "commission": Decimal("0.001"),
    }
    call = Cdr.objects.create(session_id=f"CA{buyer.company.pk}", result="answered", used_seconds=61, **facts)
    message = MessageRecord.objects.create(session_id=f"SM{buyer.company.pk}", result="sent", parts=2, **facts)
    buyer.ids |= {"cdr": call.pk, "message": message.pk}


def _restcomms(seller: Side, buyers: list[Side]) -> None:
    """Each buyer's own Restcomm, and a number that it wants delivered elsewhere."""
    for side, digits in zip(buyers, ("442071838790", "442071838791"), strict=True):
        account = Account.objects.get(pk=side.ids["account"])
        host_number(seller=Seller.objects.get(pk=seller.company.pk), number=digits, monthly_fee=Decimal(0), by=BY)
        bought = purchase(number=digits, account=account, by=BY)
        facts = {"api_url": "https://cloud.example/restcomm", "account_sid": side.ids["sid"], "auth_token": "secret"}
        set_restcomm_login(account=account, by=BY, **facts)
        differs = {"kind": "other_routing", "number": digits, "wanted": f"sip:{digits}@cloud.example"}
        compared = Reconciliation.objects.create(account=account, here=1, there=1)
        made = Difference.objects.create(reconciliation=compared, subscription=bought, **differs)
        side.ids["difference"] = made.pk


def _numbers(sellers: list[Side], buyers: list[Side]) -> None:
    """Numbers of the first seller, on the market and off it, one of the other's, and one that each buyer has."""
    first, second = (Seller.objects.get(pk=side.company.pk) for side in sellers)
    for digits, fee in {FOR_SALE: 2, BLOCKED: 2, BOUGHT[0]: 0, BOUGHT[1]: 0}.items():
        host_number(seller=first, number=digits, monthly_fee=Decimal(fee), sms=True, by=BY)
    host_number(seller=second, number="12025550150", monthly_fee=Decimal(2), by=BY)
    block_number(number=Number.objects.get(number=BLOCKED), by=Actor(user=User.objects.create_user("s@example.com")))
    for side, digits in zip(buyers, BOUGHT, strict=True):
        purchase(number=digits, account=Account.objects.get(pk=side.ids["account"]), by=BY)
    sellers[0].ids |= {"for_sale": FOR_SALE, "off_sale": BLOCKED}
    buyers[0].ids["number"] = BOUGHT[0]


def _documents(buyer: Side, seller: Side) -> None:
    """A number that needs documents, and one that waits for its seller's verdict."""
    host = Seller.objects.get(pk=seller.company.pk)
    host_number(seller=host, number=DOCUMENTED, monthly_fee="0", documents_required=True, by=BY)
    subscription = purchase(number=DOCUMENTED, account=Account.objects.get(pk=buyer.ids["account"]), by=BY)
    kept = vault.put(PAPER)
    facts = {"name": kept.name, "sealed_key": kept.key, "digest": kept.digest, "media_type": "image/png"}
    paper = Document.objects.create(buyer_id=buyer.company.pk, kind="identity", size=kept.size, **facts)
    DocumentUse.objects.create(document=paper, subscription=subscription)
    Verdict.objects.create(document=paper, seller=host)
    rule = require_document(kind="identity", country="DE", seller=host, by=BY)
    buyer.ids |= {"documented": DOCUMENTED, "document": paper.pk}
    seller.ids |= {"shown": paper.pk, "requirement": rule.pk}


def stored() -> dict[str, list[dict[str, Any]]]:
    """All rows that requests could have changed."""
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in WATCHED}


def buyer_of(side: Side) -> Buyer:
    """The buyer that a side is."""
    return Buyer.objects.get(pk=side.company.pk)
