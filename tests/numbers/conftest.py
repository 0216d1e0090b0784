"""A seller with a number, and a buyer with an account and money."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from billing.models import Wallet
from buyers.models import Account, Buyer
from numbers.models import Number
from numbers.operations import host_number
from sellers.models import Seller
from tcxc.actors import Actor
from tcxc.files.cleaning import cleaned
from tcxc.files.intake import CleanFile
from tcxc.models import Company
from tests.world import make_account

SYSTEM = Actor.system()
LONDON = "442071838750"


@pytest.fixture
def in_this_process(monkeypatch) -> None:
    """Uploads are made anew here; tests/tcxc/test_file_intake.py does it in the process that is there for it."""

    def take_in(file):
        return CleanFile(*cleaned(file.read(), most_pixels=1_000_000, most_pages=3))

    monkeypatch.setattr("tcxc.files.intake.take_in", take_in)


@pytest.fixture
def seller() -> Seller:
    return Seller.objects.create(company=Company.objects.create(name="Host"), commission_rate=Decimal("0.10"))


@pytest.fixture
def buyer() -> Buyer:
    return Buyer.objects.create(company=Company.objects.create(name="Acme", time_zone="Europe/London"))


@pytest.fixture
def account(buyer) -> Account:
    return make_account(buyer, money="100")


@pytest.fixture
def host(seller) -> Callable[..., Number]:
    """Host a number of the seller's."""

    def hosted(number: str = LONDON, **values) -> Number:
        facts = {"monthly_fee": Decimal(2), "setup_fee": Decimal(1), "price_1": Decimal("0.01"), "sms": True}
        return host_number(**({"seller": seller, "number": number, "by": SYSTEM} | facts | values))

    return hosted


@pytest.fixture
def number(host) -> Number:
    return host()


def balance(account: Account) -> Decimal:
    """What the account's wallet has now."""
    return Wallet.objects.get(pk=account.wallet_id).balance
