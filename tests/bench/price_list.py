"""Price lists: how quick 200,000 rows are on the market, and how quick one rate is found among two million."""

import io
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from sellers.decks.columns import HEADER
from sellers.models import Connection, PriceListUpload, Rate, StagedRate
from sellers.operations.connections import create_connection, create_seller
from sellers.operations.price_lists import check_next_upload, publish_price_list, upload_price_list
from sellers.queries.rates import rate_for_number
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.models import Company

ROWS = 200_000
ROUNDS = 3
LOOKUPS = 2_000
MANY, FEW = 2_000_000, 20_000
SYSTEM = Actor.system()

Measure = dict[str, Any]


def run() -> Iterator[Measure]:
    """Each measure with the reference of the same run."""
    held = _connection()
    yield from upload_to_published(held)
    yield find_a_rate(held)


def upload_to_published(held: Connection) -> Iterator[Measure]:
    """Upload, check and publication of 200,000 rows, against the bare COPY and index build of the same rows.

    First on an empty connection, the goal; then a second list that changes a third of the prices, for the record.
    """
    firsts, updates, bares = [], [], []
    for _ in range(ROUNDS):
        firsts.append(_seconds(lambda: _publish(held, _deck(shift=0))))
        bares.append(_bare_copy(held))
        updates.append(_seconds(lambda: _publish(held, _deck(shift=1))))
        _clear(held)
    yield _measure("price list of 200,000 rows, upload to published", min(firsts), min(bares), goal="<= 4")
    yield _measure("the same with another 200,000 live, a third changed", min(updates), min(bares), goal="")


def find_a_rate(held: Connection) -> Measure:
    """The longest match for a random number among 2,000,000 rates, against 20,000 of another connection."""
    few = _connection()
    with transaction.atomic():
        _fill(held, MANY)
        _fill(few, FEW)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE sellers_rate")
        among_many, among_few = [], []
        for _ in range(ROUNDS):
            among_many.append(_seconds(lambda: _look_up(held, MANY)))
            among_few.append(_seconds(lambda: _look_up(few, FEW)))
        transaction.set_rollback(True)
    found = _measure("finding a rate among 2,000,000", min(among_many), min(among_few), goal="<= 1.3")
    return found | {"value": found["value"] / LOOKUPS, "reference": found["reference"] / LOOKUPS}


def _measure(name: str, seconds: float, reference: float, *, goal: str) -> Measure:
    return {
        "name": name,
        "value": round(seconds, 6),
        "unit": "s",
        "reference": round(reference, 6),
        "ratio": round(seconds / reference, 2),
        "goal": goal,
    }


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _connection() -> Connection:
    name = f"bench {uuid4().hex[:12]}"
    seller = create_seller(company=Company.objects.create(name=name), by=SYSTEM)
    return create_connection(seller=seller, name=name, service="voice", by=SYSTEM)


def _deck(*, shift: int) -> bytes:
    """A list of 200,000 codes; with a shift, every third of them has another price."""
    lines = [",".join(HEADER)]
    for number in range(ROWS):
        price = f"0.{1000 + (number + (shift if number % 3 == 0 else 0)) % 9000}"
        lines.append(f",Destination {number},{10_000_000 + number * 7},ASAP,,0,0,{price},{price},60,1")
    return "\n".join([*lines, ""]).encode()


def _publish(held: Connection, deck: bytes) -> None:
    upload = upload_price_list(connection=held, file=io.BytesIO(deck), file_name="bench.csv", by=SYSTEM)
    while upload.status == PriceListUpload.Status.CHECKING:
        assert check_next_upload() is not None
        upload.refresh_from_db()
    published = publish_price_list(upload=upload, by=SYSTEM)
    assert published.new + published.increase + published.decrease + published.unchanged == ROWS


def _bare_copy(held: Connection) -> float:
    """COPY of the same rows into a table of the same columns, then its indexes, then COMMIT."""
    rows = _copied_out(held)
    with _bare_table() as cursor:
        started = time.perf_counter()
        with cursor.copy("COPY bench_bare FROM STDIN") as copy:
            copy.write(rows)
        cursor.execute("ALTER TABLE bench_bare ADD PRIMARY KEY (id)")
        cursor.execute("CREATE UNIQUE INDEX ON bench_bare (connection_id, prefix) WHERE effective_until IS NULL")
        cursor.execute("CREATE INDEX ON bench_bare (connection_id, prefix, effective_from DESC)")
        return time.perf_counter() - started


def _copied_out(held: Connection) -> bytes:
    with connection.cursor() as cursor:
        statement = f"COPY (SELECT * FROM sellers_rate WHERE connection_id = {held.pk}) TO STDOUT"
        with cursor.copy(statement) as copy:
            return b"".join(copy)


@contextmanager
def _bare_table() -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_bare")
        cursor.execute("CREATE TABLE bench_bare (LIKE sellers_rate INCLUDING DEFAULTS)")
        yield cursor
        cursor.execute("DROP TABLE bench_bare")


def _clear(held: Connection) -> None:
    uploads = PriceListUpload.objects.filter(connection=held)
    StagedRate.objects.filter(upload__in=uploads).delete()
    Rate.objects.filter(connection=held).delete()
    for upload in uploads:
        upload.file.delete(save=False)
    uploads.delete()
    Connection.objects.filter(pk=held.pk).update(prices_version=0)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM sellers_rate")
        cursor.execute("VACUUM sellers_stagedrate")


def _fill(held: Connection, rates: int) -> None:
    statement = """
        INSERT INTO sellers_rate (connection_id, prefix, country, description, rate_id, price_1, price_n,
          interval_1, interval_n, forbidden, change, effective_from, published_in_id)
        SELECT %s, n::text, '', '', '', 0.01, 0.01, 60, 1, false, 'new', now() - interval '1 day', 0
        FROM generate_series(1, %s) n
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [held.pk, rates])


def _look_up(held: Connection, rates: int) -> None:
    chance, now = random.Random(7), utc_now()
    for _ in range(LOOKUPS):
        number = f"{chance.randrange(1, rates)}{chance.randrange(10**4, 10**5)}"
        assert rate_for_number(connection=held, number=number, at=now) is not None
