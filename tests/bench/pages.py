"""The pages of the demo with 100,000 calls in it: how long the server takes, and how much a browser loads."""

import gc
import gzip
import re
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.figures import figure
from tests.bench.settings import Settings
from tests.bench.world import copy

CALLS = 100_000
VISITS = 20  # of each page, a run
SIDES = {
    "buyer": ("home", "accounts", "calls", "messages", "ledger"),
    "seller": ("home", "earnings", "connections", "calls", "messages", "buyers"),
    "admin": (
        "index",
        "billing_wallet_changelist",
        "billing_entry_changelist",
        "buyers_account_changelist",
        "buyers_interconnect_changelist",
        "authz_cdr_changelist",
        "authz_cdr_change",
        "buyers_account_change",
        "billing_wallet_credit",
        "numbers_requirement_add",
    ),
}
OF_A_ROW = {
    "admin:authz_cdr_change": "authz.Cdr",
    "admin:buyers_account_change": "buyers.Account",
    "admin:billing_wallet_credit": "billing.Wallet",
}
_ASSET = re.compile(r'(?:src|href)="/static/([^"?#]+)')
_FONT = re.compile(r"url\(([^)]+\.woff2)\)")
_IMPORT = re.compile(r'^import [^"]*"([^"]+)";', re.MULTILINE)
_HASH = re.compile(r"\.[0-9a-f]{12}(?=\.)")


def run(settings: Settings) -> Iterator[dict[str, Any]]:
    """The slowest page at its 95th percentile, and the heaviest with all that it loads; operators' pages apart."""
    settings.house.fresh()
    clients = _signed_in()
    _collect_as_the_server_does()
    times: dict[str, list[list[float]]] = {f"{side}:{name}": [] for side, names in SIDES.items() for name in names}
    weights: dict[str, float] = {}
    work: dict[str, float] = {}
    for _ in range(settings.runs):
        for page, runs in times.items():
            visits, work[page], weights[page] = _visit(clients[page.partition(":")[0]], page)
            runs.append(visits)
    late = {page: [_percentile_95(visits) for visits in runs] for page, runs in times.items()}
    for whose, of in (("buyers' and sellers' pages", ("buyer", "seller")), ("operators' pages", ("admin",))):
        pages = [page for page in late if page.startswith(of)]
        slowest, heaviest = max(pages, key=lambda page: median(late[page])), max(pages, key=weights.__getitem__)
        facts: dict[str, Any] = {"page": slowest, "pages": len(pages), "cpu_ms": round(work[slowest], 1)}
        yield figure(f"{whose}, p95 of the slowest", late[slowest], "ms", at_most=60, **facts)
        name = f"{whose}, the heaviest with all it loads, gzipped"
        yield figure(name, [weights[heaviest]], "KB", at_most=120, page=heaviest)


def _signed_in() -> dict[str, Any]:
    """The demo's people, and calls in one buyer's book."""
    from authz.engine.requests import convert
    from authz.engine.state import Ask
    from authz.models import Cdr
    from authz.operations import decide
    from tcxc.demo.making import make_demo
    from tests.pages.cast import signed_in

    demo = make_demo()
    buyer = demo.buyers["buyer"]
    facts = {"account_sid": buyer.accounts[0].account_sid, "service": "voice", "to": "447700900123", "used_seconds": 61}
    decide([Ask(demo.platform.pk, None, convert("terminate", {"session_id": "pages", **facts}))])
    moment = "now() - random() * interval '24 days'"
    call = Cdr.objects.get(session_id="pages")
    copy("authz_cdr", "id", call.pk, CALLS, id="nextval('authz_cdr_ids')", recorded_at=moment)
    people = {"buyer": buyer.owner, "seller": demo.sellers["seller"].owner, "admin": demo.operator}
    return {side: signed_in(person) for side, person in people.items()}


def _collect_as_the_server_does() -> None:
    """The collector passes over what was loaded at the start, and looks seldom: as in tcxc/asgi.py."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _visit(client: Any, name: str) -> tuple[list[float], float, float]:
    """The milliseconds of some visits, the median of their processor time, and the kilobytes of an empty cache."""
    path = _path(name)
    times: list[float] = []
    work: list[float] = []
    for _ in range(VISITS + 1):
        started, worked = time.perf_counter(), time.process_time()
        reply = client.get(path, headers={"Host": "127.0.0.1"})
        work.append((time.process_time() - worked) * 1000)
        times.append((time.perf_counter() - started) * 1000)
        if reply.status_code != 200:
            raise RuntimeError(f"{path}: {reply.status_code}")
    return times[1:], median(work), _weight(reply.content) / 1000


def _path(page: str) -> str:
    """The address of a page; of one that shows a row, with the newest of them."""
    from django.apps import apps
    from django.urls import reverse

    shown = OF_A_ROW.get(page)
    return reverse(page, args=[apps.get_model(shown).objects.latest("pk").pk] if shown else [])


def _weight(page: bytes) -> int:
    loaded: set[Path] = set()
    for name in {_HASH.sub("", name) for name in _ASSET.findall(page.decode())}:
        loaded |= _with_what_it_loads(_found(name))
    return len(gzip.compress(page)) + sum(map(_weight_of_file, loaded))


def _found(name: str) -> Path:
    from django.contrib.staticfiles import finders

    found = finders.find(name)
    if found is None:
        raise RuntimeError(f"there is no {name}")
    return Path(found).resolve()


def _with_what_it_loads(file: Path) -> set[Path]:
    """A file, the modules that a script imports, and the fonts of a style sheet, but for those of other alphabets."""
    naming = {".css": _FONT, ".js": _IMPORT}.get(file.suffix)
    names = naming.findall(file.read_text()) if naming else []
    others = ((file.parent / name.strip("'\"")).resolve() for name in names if "-ext" not in name)
    return {file}.union(*map(_with_what_it_loads, others))


def _weight_of_file(file: Path) -> int:
    data = file.read_bytes()
    return len(data if file.suffix == ".woff2" else gzip.compress(data))


def _percentile_95(values: list[float]) -> float:
    return sorted(values)[len(values) * 95 // 100]
