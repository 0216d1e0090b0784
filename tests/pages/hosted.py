"""Numbers for the pages' tests: some for sale, one sold to the cast's buyer."""

from decimal import Decimal
from io import BytesIO
from itertools import count
from typing import Any

from numbers.models import Document, Number, Requirement, Subscription
from numbers.operations import host_number, purchase, require_document, upload_document
from tests.pages.cast import SYSTEM, Cast
from tests.papers import an_image

_serial = count(1)


def host(cast: Cast, **more: Any) -> Number:
    """A number of the cast's seller, for sale."""
    terms: dict[str, Any] = {
        "number": f"44207{next(_serial):07d}",
        "monthly_fee": Decimal("1.5"),
        "setup_fee": Decimal(2),
        "price_1": Decimal("0.01"),
        "sms": True,
    }
    return host_number(seller=cast.connection.seller, by=SYSTEM, **terms | more)


def own_number(cast: Cast, **more: Any) -> Subscription:
    """A number that the cast's account has bought."""
    return purchase(number=host(cast, **more).number, account=cast.account, by=SYSTEM)


def show_document(subscription: Subscription, kind: str = "identity") -> Document:
    """A paper that waits for its seller's verdict."""
    return upload_document(subscription=subscription, kind=kind, file=BytesIO(an_image()), by=SYSTEM)


def require_identity(cast: Cast) -> Requirement:
    """A rule of the cast's seller: whoever buys a number of France has to show who they are."""
    return require_document(kind="identity", country="FR", seller=cast.connection.seller, by=SYSTEM)
