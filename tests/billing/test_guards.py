"""What the database itself refuses, whoever asks for it."""

import pytest
from django.db import DatabaseError, connection, transaction

from billing.operations import open_wallet
from tests.billing.busy import make_busy

APPEND_ONLY = "its rows are written once"
TRANSFER = (
    "INSERT INTO billing_transfer (id, kind, key, input_hash, occurred_at, recorded_at, made_by, note) "
    "VALUES (-1, 'credit', 'raw', '', now(), now(), 'raw', '')"
)
ACCOUNT = "INSERT INTO billing_ledgeraccount (kind, currency, company_id, created_at) VALUES"
WALLET = "(SELECT max(ledger_account_id) FROM billing_wallet WHERE currency = 'USD')"
ADJUSTMENTS = "(SELECT id FROM billing_ledgeraccount WHERE kind = 'adjustment')"
POST_ALL = "UPDATE billing_hold SET posted_amount = amount WHERE state = 'pending'"
HOLD_OF_NOBODY = (
    "INSERT INTO billing_hold (wallet_id, buyer_id, account_id, purpose, amount, state, posted_amount, opened_at) "
    "VALUES (0, 1, 1, 'session', 1, 'pending', 0, now())"
)


def entries(*rows: tuple[str, str], currency: str = "USD") -> str:
    """A transfer with entries of these accounts and amounts."""
    columns = "transfer_id, ledger_account_id, currency, amount, recorded_at"
    values = ", ".join(f"(-1, {account}, '{currency}', {amount}, now())" for account, amount in rows)
    return f"{TRANSFER}; INSERT INTO billing_entry ({columns}) VALUES {values}"


# What is tried, and a part of the refusal.
REFUSED = [
    # Written once.
    ("UPDATE billing_transfer SET note = 'x'", APPEND_ONLY),
    ("DELETE FROM billing_transfer", APPEND_ONLY),
    ("TRUNCATE billing_transfer CASCADE", "TRUNCATE of billing_"),
    ("UPDATE billing_entry SET amount = 0", APPEND_ONLY),
    ("DELETE FROM billing_entry", APPEND_ONLY),
    ("TRUNCATE billing_entry", "TRUNCATE of billing_entry"),
    ("DELETE FROM billing_hold", APPEND_ONLY),
    ("TRUNCATE billing_hold", "TRUNCATE of billing_hold"),
    ("DELETE FROM billing_wallet", APPEND_ONLY),
    ("TRUNCATE billing_wallet CASCADE", "TRUNCATE of billing_"),
    ("UPDATE billing_ledgeraccount SET currency = 'EUR'", APPEND_ONLY),
    ("UPDATE billing_ledgeraccount SET company_id = NULL WHERE kind = 'seller'", APPEND_ONLY),
    ("DELETE FROM billing_ledgeraccount", APPEND_ONLY),
    ("UPDATE tcxc_auditevent SET reason = 'x'", APPEND_ONLY),
    ("DELETE FROM tcxc_auditevent", APPEND_ONLY),
    # Sums to zero, once for a key, in the account's own currency.
    (entries((WALLET, "1")), "do not sum to zero"),
    (entries((WALLET, "1"), (ADJUSTMENTS, "-1.000001")), "do not sum to zero"),
    (f"{TRANSFER}; {TRANSFER.replace('-1', '-2')}", "transfer_key_once"),
    (entries((WALLET, "1"), (ADJUSTMENTS, "-1"), currency="EUR"), "entry_in_the_account_s_currency"),
    (entries((WALLET, "1"), ("0", "-1")), "entry_in_the_account_s_currency"),
    (entries((WALLET, "1"), (ADJUSTMENTS, "-1")).partition("; ")[2], "entry_of_a_transfer"),
    ("UPDATE billing_transfer SET reverses_id = -7", APPEND_ONLY),
    # A hold is of a wallet, is resolved once, and posts no more than it has.
    (HOLD_OF_NOBODY, "hold_of_a_wallet"),
    ("UPDATE billing_hold SET wallet_id = 0 WHERE state = 'pending'", APPEND_ONLY),
    ("UPDATE billing_hold SET state = 'voided' WHERE state = 'posted'", APPEND_ONLY),
    ("UPDATE billing_hold SET state = 'posted', posted_amount = 1 WHERE state = 'voided'", APPEND_ONLY),
    ("UPDATE billing_hold SET posted_amount = amount + 1 WHERE state = 'pending'", "hold_posts_no_more_than_it_has"),
    (f"{POST_ALL}; UPDATE billing_hold SET posted_amount = 0 WHERE state = 'pending'", APPEND_ONLY),
    ("UPDATE billing_hold SET state = 'voided' WHERE state = 'pending'", "hold_resolved_with_its_time"),
    ("UPDATE billing_hold SET amount = -1 WHERE state = 'pending'", "hold_amount_not_negative"),
    # A wallet is not overspent, and has one owner and one currency.
    ("UPDATE billing_wallet SET balance = held - credit_limit - overrun - 0.000001", "wallet_not_overspent"),
    ("UPDATE billing_wallet SET held = balance + credit_limit + overrun + 0.000001", "wallet_not_overspent"),
    ("UPDATE billing_wallet SET held = -1", "wallet_held_not_negative"),
    ("UPDATE billing_wallet SET credit_limit = -1", "wallet_credit_limit_not_negative"),
    ("UPDATE billing_wallet SET overrun = -1", "wallet_overrun_not_negative"),
    ("UPDATE billing_wallet SET currency = 'EUR'", "wallet_of_the_account_s_owner"),
    ("UPDATE billing_wallet SET company_id = (SELECT min(company_id) FROM sellers_seller)", "wallet_of_the_account_s"),
    ("UPDATE billing_wallet SET is_shared = true", "one_shared_wallet_a_currency"),
    # Accounts have the owner that their kind calls for, and are there once.
    (f"{ACCOUNT} ('seller', 'USD', NULL, now())", "ledger_account_has_its_owner"),
    (f"{ACCOUNT} ('commission', 'USD', (SELECT min(id) FROM tcxc_company), now())", "ledger_account_has_its_owner"),
    (f"{ACCOUNT} ('adjustment', 'USD', NULL, now())", "exchange_ledger_account_once"),
    (f"{ACCOUNT} ('seller', 'USD', (SELECT min(company_id) FROM sellers_seller), now())", "ledger_account_once"),
    # A company's days can be told.
    ("UPDATE tcxc_company SET time_zone = 'Atlantis/Capital'", 'time zone "Atlantis/Capital" not recognized'),
    # The mark of the folds only goes forward, and is one.
    ("UPDATE billing_foldmark SET next_entry_id = folded_through", "fold_mark_goes_forward"),
    ("INSERT INTO billing_foldmark (id, folded_through) VALUES (2, 0)", "fold_mark_is_one_row"),
]


@pytest.fixture
def money(world, engine):
    """Every kind of row that the guards keep."""
    make_busy(world, engine)
    open_wallet(company=world.buyer.company, currency="USD", is_shared=False)


def refusal_of(statements: str) -> str:
    """What the database says to some statements and a COMMIT."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statements)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    except DatabaseError as refusal:
        return str(refusal)
    return "not refused"


def test_raw_sql_can_t_break_the_ledger(money):
    answers = [(statements, part, refusal_of(statements)) for statements, part in REFUSED]
    assert [(statements, answer) for statements, part, answer in answers if part not in answer] == []


def test_what_is_right_is_not_refused(money):
    assert refusal_of(entries((WALLET, "1"), (ADJUSTMENTS, "-1"))) == "not refused"
    assert refusal_of("UPDATE billing_hold SET state = 'voided', resolved_at = now() WHERE state = 'pending'") == (
        "not refused"
    )
