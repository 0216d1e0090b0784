"""Whatever batches do to several wallets, the books are what the plainest model of them says."""

from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import auditing, folding
from billing.audit_checks import CHECKS
from billing.ledger import LedgerBatch, Leg, ledger_account, lock_wallets
from billing.models import LedgerAccount, Wallet
from billing.operations import open_wallet, set_credit_limit
from billing.queries import balance_of
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import InsufficientBalance
from tcxc.models import Company

pytestmark = pytest.mark.django_db(transaction=True)

LIMITS = [Decimal(0), Decimal(5), Decimal("0.000001")]
MAY_BE_REFUSED = {"charge", "pass_on", "hold"}
KINDS = ["credit", "charge", "overrun", "refund", "pass_on", "hold", "void", "post"]
ids = count(1)

amounts = st.integers(1, 20_000_000).map(lambda millionths: Decimal(millionths) / 1_000_000)
steps = st.tuples(st.sampled_from(KINDS), st.integers(0, len(LIMITS) - 1), amounts)
batches = st.lists(st.tuples(st.booleans(), st.lists(steps, max_size=12)), max_size=6)


@dataclass
class Model:
    """What the books should say: a few sums, and the open holds of each wallet, the oldest first."""

    balance: list[Decimal] = field(default_factory=lambda: [Decimal(0)] * len(LIMITS))
    holds: list[dict[int, Decimal]] = field(default_factory=lambda: [{} for _ in LIMITS])
    seller: Decimal = Decimal(0)

    def held(self, wallet: int) -> Decimal:
        return sum(self.holds[wallet].values(), Decimal(0))

    def available(self, wallet: int) -> Decimal:
        return self.balance[wallet] + LIMITS[wallet] - self.held(wallet)


@dataclass
class Books:
    """One batch on the wallets under test, and the model that goes along with it."""

    wallets: list[int]
    seller: int
    others: int
    batch: LedgerBatch
    model: Model

    def step(self, kind: str, wallet: int, amount: Decimal) -> None:
        """Do one thing to both. The model says whether the batch has to refuse it; then nothing has changed."""
        refused = kind in MAY_BE_REFUSED and amount > self.model.available(wallet)
        if refused:
            with pytest.raises(InsufficientBalance):
                getattr(self, kind)(wallet, amount)
        else:
            getattr(self, kind)(wallet, amount)

    def credit(self, wallet: int, amount: Decimal) -> None:
        self._transfer("credit", (self.others, -amount), (self.wallets[wallet], amount))
        self.model.balance[wallet] += amount

    def charge(self, wallet: int, amount: Decimal, *, may_overrun: bool = False) -> None:
        legs = (self.seller, amount), (self.wallets[wallet], -amount)
        self._transfer("charge", *legs, may_overrun=may_overrun)
        self.model.balance[wallet] -= amount
        self.model.seller += amount

    def overrun(self, wallet: int, amount: Decimal) -> None:
        self.charge(wallet, amount, may_overrun=True)

    def refund(self, wallet: int, amount: Decimal) -> None:
        self._transfer("refund", (self.wallets[wallet], amount), (self.seller, -amount))
        self.model.balance[wallet] += amount
        self.model.seller -= amount

    def pass_on(self, wallet: int, amount: Decimal) -> None:
        """From one wallet to the next, which comes first in the transfer."""
        to = (wallet + 1) % len(LIMITS)
        self._transfer("credit", (self.wallets[to], amount), (self.wallets[wallet], -amount))
        self.model.balance[wallet] -= amount
        self.model.balance[to] += amount

    def hold(self, wallet: int, amount: Decimal) -> None:
        number = -next(ids)
        self.batch.hold(number, self.wallets[wallet], amount, buyer_id=1, account_id=1, purpose="test")
        self.model.holds[wallet][number] = amount

    def void(self, wallet: int, amount: Decimal) -> None:
        self._resolve(wallet, posted=Decimal(0))

    def post(self, wallet: int, amount: Decimal) -> None:
        """Charge for the oldest hold: of the hold as far as it goes, and more."""
        posted = self._resolve(wallet, posted=amount)
        if posted:
            self.overrun(wallet, amount)

    def _resolve(self, wallet: int, *, posted: Decimal) -> Decimal:
        if not self.model.holds[wallet]:
            return Decimal(0)
        number, held = next(iter(self.model.holds[wallet].items()))
        del self.model.holds[wallet][number]
        posted = min(posted, held)
        self.batch.resolve(number, self.wallets[wallet], held, posted=posted)
        return posted

    def _transfer(self, kind: str, *legs: tuple[int, Decimal], may_overrun: bool = False) -> None:
        number = -next(ids)
        self.batch.transfer(
            number,
            kind=kind,
            key=f"batch:{number}",
            input_hash="",
            legs=[Leg(account, amount, "USD") for account, amount in legs],
            may_overrun=may_overrun,
            reverses_id=number if kind == "refund" else None,
        )


def run_batch(books: Books, batch_steps: list[tuple[str, int, Decimal]], *, commits: bool) -> Model:
    """Do the steps in one transaction. Returns where the model stands afterwards."""
    before = deepcopy(books.model)
    with transaction.atomic(), connection.cursor() as cursor:
        books.batch = LedgerBatch.of_rows(lock_wallets(books.wallets), now=utc_now(), made_by="test")
        for step in batch_steps:
            books.step(*step)
        for sql, parameters in books.batch.statements():
            cursor.execute(sql, parameters)
        if not commits:
            transaction.set_rollback(True)
    return books.model if commits else before


def open_books() -> Books:
    company = Company.objects.create(name="Trader")
    wallets = [open_wallet(company=company, currency="USD", is_shared=False).pk for _ in LIMITS]
    for wallet, limit in zip(wallets, LIMITS, strict=True):
        set_credit_limit(wallet_id=wallet, credit_limit=limit, by=Actor.system(), reason="test")
    seller = ledger_account(LedgerAccount.Kind.SELLER, "USD", company.pk)
    others = ledger_account(LedgerAccount.Kind.ADJUSTMENT, "USD")
    return Books(wallets, seller, others, LedgerBatch({}, utc_now(), "test"), Model())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches)
def test_the_books_are_what_a_simple_model_says(plan):
    books = open_books()
    for commits, batch_steps in plan:
        books.model = run_batch(books, batch_steps, commits=commits)
        model = books.model
        for number, pk in enumerate(books.wallets):
            wallet = Wallet.objects.get(pk=pk)
            assert (wallet.balance, wallet.held) == (model.balance[number], model.held(number))
            assert wallet.overrun == max(Decimal(0), -model.available(number))
        assert [(outcome.check.name, outcome.first) for outcome in auditing.run(CHECKS) if outcome.count] == []
    folding.fold(now=utc_now())
    assert balance_of(books.seller) == books.model.seller
