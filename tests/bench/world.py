"""The world of the benchmark: 10,000 accounts with wallets of their own, 10,000 on one wallet, 100,000-row price lists.

`python -m tests.bench.world` migrates and fills the empty database of DATABASE_URL. One row of each kind is made by
the models; the many are its copies, made in SQL.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

PLATFORM_KEY = "tcxc_platform_" + "0" * 40  # of a database that is reached from this machine only
ACCOUNTS = 10_000
ROUTES = 3
RATES = 100_000  # a route
MONEY = Decimal(1_000_000)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
# Each kind of account has sub-account SIDs of its own: AC, this digit, 31 digits of its number.
SPREAD, HOT = "1", "2"


def sid(kind: str, number: int) -> str:
    """The sub-account SID of one account."""
    return f"AC{kind}{number:031d}"


def make() -> None:
    """Fill an empty, migrated database."""
    from django.db import connection, transaction

    with transaction.atomic():
        platform = _make_platform()
        routes = [_make_route(number) for number in range(ROUTES)]
        _make_accounts(platform, SPREAD, routes, shared=False)
        _make_accounts(platform, HOT, routes, shared=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (FREEZE, ANALYZE)")


def copy(table: str, key: str, original: Any, count: int, /, **other: str) -> None:
    """Make `count` copies of a row; `other` gives the columns that differ, as SQL over `n` from 1 to `count`."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_identity = 'NO'", [table]
        )
        columns = [name for (name,) in cursor.fetchall()]
        names = ", ".join(f'"{name}"' for name in columns)
        values = ", ".join(other.get(name, f'o."{name}"') for name in columns)
        copies = f"SELECT {values} FROM {table} o, generate_series(1, %s) n WHERE o.{key} = %s"
        cursor.execute(f"INSERT INTO {table} ({names}) {copies}", [count, original])


def _make_platform() -> Any:
    from tcxc.actors import Actor
    from tcxc.crypto import hash_secret
    from tcxc.models import Holder, Platform
    from tcxc.operations.api_keys import make_key

    platform = Platform.objects.create(name="Bench cloud")
    key = make_key(holder=Holder.PLATFORM, name="bench", platform=platform, by=Actor.system()).key
    key.key_hash = hash_secret(PLATFORM_KEY)
    key.save(update_fields=["key_hash"])
    return platform


def _make_route(number: int) -> Any:
    """A seller's voice route with a price for every code of one to five digits, and one of six."""
    from sellers.models import Connection, PriceListUpload, Rate, Seller
    from tcxc.models import Company

    company = Company.objects.create(name=f"Carrier {number}")
    seller = Seller.objects.create(company=company, commission_rate=Decimal("0.05"))
    facts = {"service": "voice", "sip_uri": "sip:{number}@sip.example.net:5060"}
    connection = Connection.objects.create(seller=seller, name=f"Route {number}", **facts)
    published = {"status": "published", "version": 1, "published_at": LONG_AGO}
    upload = PriceListUpload.objects.create(connection=connection, file_name="bench.csv", **published)
    rate = Rate.objects.create(
        connection=connection,
        prefix="100000",
        price_1=Decimal("0.06"),
        price_n=Decimal("0.06"),
        interval_1=60,
        interval_n=1,
        effective_from=LONG_AGO,
        published_in=upload,
    )
    price = f"round((0.01 + mod(n * {7919 + number}, 997) * 0.0001)::numeric, 8)"
    copy("sellers_rate", "id", rate.pk, RATES - 1, prefix="n::text", price_1=price, price_n=price)
    return connection


def _make_accounts(platform: Any, kind: str, routes: list[Any], *, shared: bool) -> None:
    """A buyer with accounts that have every limit, none of which is reached; the first is made by the models."""
    from billing.ledger import ledger_account
    from billing.models import LedgerAccount
    from billing.operations import credit_wallet, open_wallet
    from buyers.models import Account, Buyer, DestinationRule, Interconnect, RestcommLink
    from tcxc.actors import Actor
    from tcxc.models import Company

    buyer = Buyer.objects.create(company=Company.objects.create(name=f"Buyer {kind}"))
    ledger_account(LedgerAccount.Kind.ADJUSTMENT, buyer.currency)  # so that the ids of wallets have no gap
    wallet = open_wallet(company=buyer.company, currency=buyer.currency, is_shared=shared)
    money = MONEY * ACCOUNTS if shared else MONEY
    credit_wallet(wallet_id=wallet.pk, amount=money, reason="bench", by=Actor.system(), key=f"bench:{kind}")
    account = Account.objects.create(
        buyer=buyer,
        name="0",
        wallet=wallet,
        wallet_mode="shared" if shared else "own",
        concurrent_call_limit=1_000_000,
        calls_per_second=100_000,
        spend_limit_daily=MONEY * ACCOUNTS,
    )
    if not shared:
        _copy_wallet(wallet)
    wallets = str(wallet.pk) if shared else f"{wallet.pk} + n"
    more = ACCOUNTS - 1
    copy("buyers_account", "id", account.pk, more, name="n::text", wallet_id=wallets)
    facts: dict[str, Any] = {"encrypted_sip_password": "", "network_id": int(kind) * 1_000_000}
    link = RestcommLink.objects.create(
        platform=platform, account=account, account_sid=sid(kind, 0), sip_username=f"u{kind}0", **facts
    )
    copy(
        "buyers_restcommlink",
        "id",
        link.pk,
        more,
        account_id=f"{account.pk} + n",
        account_sid=f"'AC{kind}' || lpad(n::text, 31, '0')",
        sip_username=f"'u{kind}' || n",
        network_id=f"{facts['network_id']} + n",
    )
    rule = DestinationRule.objects.create(account=account, verdict="deny", prefix="999", min_length=11, max_length=13)
    copy("buyers_destinationrule", "id", rule.pk, more, account_id=f"{account.pk} + n")
    for place, route in enumerate(routes):
        agreed = Interconnect.objects.create(
            account=account, connection=route, status="active", position=place, tech_prefix=f"{kind}{place}#"
        )
        prefix = f"'{kind}{place}' || n || '#'"
        copy("buyers_interconnect", "id", agreed.pk, more, account_id=f"{account.pk} + n", tech_prefix=prefix)


def _copy_wallet(wallet: Any) -> None:
    """Copies of a wallet with the ledger account and the transfer that its money is from."""
    from billing.models import Transfer

    credit = Transfer.objects.get(entries__ledger_account=wallet.pk)
    more = ACCOUNTS - 1
    copy("billing_ledgeraccount", "id", wallet.pk, more)
    copy("billing_wallet", "ledger_account_id", wallet.pk, more, ledger_account_id=f"{wallet.pk} + n")
    copy("billing_transfer", "id", credit.pk, more, key="o.key || ':' || n")
    of_wallet = f"CASE o.ledger_account_id WHEN {wallet.pk} THEN {wallet.pk} + n ELSE o.ledger_account_id END"
    facts = {"id": "nextval('billing_entry_ids')", "transfer_id": f"{credit.pk} + n", "ledger_account_id": of_wallet}
    copy("billing_entry", "transfer_id", credit.pk, more, **facts)


def main() -> None:
    """Migrate, then fill."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    make()


if __name__ == "__main__":
    main()
