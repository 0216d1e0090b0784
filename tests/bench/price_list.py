"""Price lists: how soon 200,000 rows are on the market, and how long one rate takes to find among two million."""

import io
import random
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from tests.bench.figures import figure, versus
from tests.bench.settings import Settings

ROWS = 200_000
LOOKUPS = 1_000
MANY, FEW = 2_000_000, 20_000


def run(settings: Settings) -> Iterator[dict[str, Any]]:
    """Upload to published beside the bare COPY, for a first list and for a changed one; and a rate found."""
    from django.db import connection

    settings.house.fresh()
    yield from _published(settings)
    yield _found(settings)
    connection.close()


def _published(settings: Settings) -> Iterator[dict[str, Any]]:
    lists = _Lists()
    firsts, bares, changed = versus(settings, lists.first, lists.bare, lists.changed)
    beside = ("bare COPY and index build of the same rows", bares)
    yield figure("price list of 200,000 rows, upload to published", firsts, "s", against=beside, at_most=4)
    name = "price list of 200,000 rows beside as many live ones, a third changed, upload to published"
    yield figure(name, changed, "s", against=beside)


class _Lists:
    """Lists of 200,000 rows, published one after another. Measures take no notice of the seconds they are given."""

    def __init__(self) -> None:
        self._held: Any = None
        self._decks = [_deck(changed=False), _deck(changed=True)]

    def first(self, _: float) -> float:
        """A list on a connection that has none."""
        self._held = _new_connection()
        return self._publish(self._decks[0])

    def changed(self, _: float) -> float:
        """A list on that connection that changes every third price."""
        return self._publish(self._decks[1])

    def bare(self, _: float) -> float:
        """COPY of the same rows into a table of the same columns, and its indexes."""
        from django.db import connection

        with connection.cursor() as cursor:
            with cursor.copy(
                f"COPY (SELECT * FROM sellers_rate WHERE connection_id = {self._held.pk}) TO STDOUT"
            ) as rows:
                data = b"".join(rows)
            cursor.execute("CREATE TABLE bare_rates (LIKE sellers_rate INCLUDING DEFAULTS)")
            started = time.perf_counter()
            with cursor.copy("COPY bare_rates FROM STDIN") as copy:
                copy.write(data)
            cursor.execute("ALTER TABLE bare_rates ADD PRIMARY KEY (id)")
            cursor.execute("CREATE UNIQUE INDEX ON bare_rates (connection_id, prefix) WHERE effective_until IS NULL")
            cursor.execute("CREATE INDEX ON bare_rates (connection_id, prefix, effective_from DESC)")
            taken = time.perf_counter() - started
            cursor.execute("DROP TABLE bare_rates")
            return taken

    def _publish(self, deck: bytes) -> float:
        from sellers.operations.price_lists import check_next_upload, publish_price_list, upload_price_list
        from tcxc.actors import Actor

        started = time.perf_counter()
        upload = upload_price_list(
            connection=self._held, file=io.BytesIO(deck), file_name="bench.csv", by=Actor.system()
        )
        check_next_upload()
        upload.refresh_from_db()
        published = publish_price_list(upload=upload, by=Actor.system())
        taken = time.perf_counter() - started
        if published.rows != ROWS:
            raise RuntimeError(f"{published.rows} rows were published instead of {ROWS}")
        return taken


def _deck(*, changed: bool) -> bytes:
    from sellers.decks.columns import HEADER

    lines = [",".join(HEADER)]
    for number in range(ROWS):
        price = f"0.{1000 + (number + int(changed and number % 3 == 0)) % 9000}"
        lines.append(f",Destination {number},{10_000_000 + number * 7},ASAP,,0,0,{price},{price},60,1")
    return "\n".join([*lines, ""]).encode()


def _found(settings: Settings) -> dict[str, Any]:
    many, few = _filled(MANY), _filled(FEW)
    among_many, among_few = versus(settings, lambda _: _look_up(many, MANY), lambda _: _look_up(few, FEW))
    beside = ("among 20,000", among_few)
    return figure("finding a rate among 2,000,000", among_many, "ms", against=beside, at_most=1.3)


def _new_connection() -> Any:
    from sellers.operations.connections import create_connection, create_seller
    from tcxc.actors import Actor
    from tcxc.models import Company

    name = f"bench {uuid4().hex[:12]}"
    seller = create_seller(company=Company.objects.create(name=name), by=Actor.system())
    return create_connection(seller=seller, name=name, service="voice", by=Actor.system())


def _filled(rates: int) -> Any:
    from django.db import connection

    held = _new_connection()
    statement = """
        INSERT INTO sellers_rate (connection_id, prefix, country, description, rate_id, price_1, price_n,
          interval_1, interval_n, forbidden, change, effective_from, published_in_id)
        SELECT %s, n::text, '', '', '', 0.01, 0.01, 60, 1, false, 'new', now() - interval '1 day', 0
        FROM generate_series(1, %s) n
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [held.pk, rates])
        cursor.execute("VACUUM ANALYZE sellers_rate")
    return held


def _look_up(held: Any, rates: int) -> float:
    """Milliseconds for the longest match of a random number, on average."""
    from sellers.queries.rates import rate_for_number
    from tcxc.clock import utc_now

    chance, now = random.Random(7), utc_now()
    numbers = [f"{chance.randrange(1, rates)}{chance.randrange(10**4, 10**5)}" for _ in range(LOOKUPS)]
    started = time.perf_counter()
    for number in numbers:
        if rate_for_number(connection=held, number=number, at=now) is None:
            raise RuntimeError(f"no rate was found for {number}")
    return (time.perf_counter() - started) * 1000 / LOOKUPS
