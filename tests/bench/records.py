"""The first page of a buyer's calls, by API and in the portal, among many CDRs beside few."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from tests.bench.figures import figure, versus
from tests.bench.settings import Settings
from tests.bench.world import copy

FEW = 100_000
FEW_IN, MANY_IN = "bench", "bench_many"
PAGES = 20  # a measure; an average of them
OF_THE_MONTH = "date_trunc('month', now()) + random() * (now() - date_trunc('month', now()))"
API, PORTAL = "/api/v1/cdrs/", "/buyer/calls/"


def run(settings: Settings) -> Iterator[dict[str, Any]]:
    """Milliseconds for a page; `--records` says how many are many."""
    settings.house.fresh()
    call, clients = _buyer()
    _add(call, FEW - 1)
    settings.house.copy(MANY_IN)
    settings.house.turn_to(MANY_IN)
    try:
        _add(call, settings.records - FEW)
        yield from _pages(settings, clients)
    finally:
        settings.house.drop(MANY_IN)


def _pages(settings: Settings, clients: dict[str, Any]) -> Iterator[dict[str, Any]]:
    measures = [_page_of(settings, clients, path, database) for path in (API, PORTAL) for database in (MANY_IN, FEW_IN)]
    api_many, api_few, portal_many, portal_few = versus(settings, *measures)
    for where, of_many, of_few in (("API", api_many, api_few), ("portal", portal_many, portal_few)):
        name = f"first page of calls by {where}, {settings.records:,} CDRs"
        yield figure(name, of_many, "ms", against=(f"{FEW:,} CDRs", of_few), at_most=1.5)


def _page_of(settings: Settings, clients: dict[str, Any], path: str, database: str) -> Callable[[float], float]:
    """Measures the milliseconds for one page, on average."""

    def milliseconds(_: float) -> float:
        settings.house.turn_to(database)
        started = time.perf_counter()
        for _visit in range(PAGES):
            reply = clients[path].get(path, headers={"Host": "127.0.0.1"})
            if reply.status_code != 200 or len(reply.content) < 1_000:
                raise RuntimeError(f"{path}: {reply.status_code} {reply.content[:200]!r}")
        return (time.perf_counter() - started) * 1000 / PAGES

    return milliseconds


def _buyer() -> tuple[int, dict[str, Any]]:
    """A buyer with a call: the id of its CDR, and clients with a key and with a person who has signed in."""
    from django.test import Client

    from tcxc.models import Holder
    from tcxc.operations.api_keys import make_key
    from tests.pages.cast import SYSTEM, make_cast, signed_in
    from tests.pages.records import make_call

    cast = make_cast()
    key = make_key(holder=Holder.BUYER, name="bench", company=cast.buyer.company, by=SYSTEM)
    clients = {API: Client(headers={"Authorization": f"Bearer {key.secret}"}), PORTAL: signed_in(cast.buyer.owner)}
    return make_call(cast).pk, clients


def _add(call: int, count: int) -> None:
    """So many more calls like it, at moments of this month, as they stand after a night's vacuum."""
    from django.db import connection

    facts = {"id": "nextval('authz_cdr_ids')", "session_id": "'records-' || n", "recorded_at": OF_THE_MONTH}
    copy("authz_cdr", "id", call, count, **facts)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) authz_cdr")
