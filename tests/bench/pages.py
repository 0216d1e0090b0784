"""The pages of the demo with 100,000 calls in it: how long the server takes, and how much a browser loads."""

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
    "admin": ("index", "billing_wallet_changelist", "authz_cdr_changelist"),
}
_ASSET = re.compile(r'(?:src|href)="/static/([^"?#]+)')
_FONT = re.compile(r"url\(([^)]+\.woff2)\)")
_HASH = re.compile(r"\.[0-9a-f]{12}(?=\.)")


def run(settings: Settings) -> Iterator[dict[str, Any]]:
    """The slowest page at its 95th percentile, and the heaviest with all that it loads; operators' pages apart."""
    settings.house.fresh()
    clients = _signed_in()
    times: dict[str, list[list[float]]] = {f"{side}:{name}": [] for side, names in SIDES.items() for name in names}
    weights: dict[str, float] = {}
    for _ in range(settings.runs):
        for page, runs in times.items():
            visits, weights[page] = _visit(clients[page.partition(":")[0]], page)
            runs.append(visits)
    late = {page: [_percentile_95(visits) for visits in runs] for page, runs in times.items()}
    for whose, of in (("buyers' and sellers' pages", ("buyer", "seller")), ("operators' pages", ("admin",))):
        pages = [page for page in late if page.startswith(of)]
        slowest, heaviest = max(pages, key=lambda page: median(late[page])), max(pages, key=weights.__getitem__)
        facts: dict[str, Any] = {"page": slowest, "pages": len(pages)}
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


def _visit(client: Any, name: str) -> tuple[list[float], float]:
    """The milliseconds of some visits, and the kilobytes that a browser with an empty cache loads."""
    from django.urls import reverse

    path, times = reverse(name), []
    for _ in range(VISITS + 1):
        started = time.perf_counter()
        reply = client.get(path, headers={"Host": "127.0.0.1"})
        times.append((time.perf_counter() - started) * 1000)
        if reply.status_code != 200:
            raise RuntimeError(f"{path}: {reply.status_code}")
    return times[1:], _weight(reply.content) / 1000


def _weight(page: bytes) -> int:
    text = page.decode()
    assets = {_HASH.sub("", name) for name in _ASSET.findall(text)}
    return len(gzip.compress(page)) + sum(map(_weight_of_asset, assets))


def _weight_of_asset(name: str) -> int:
    from django.contrib.staticfiles import finders

    found = finders.find(name)
    if found is None:
        raise RuntimeError(f"there is no {name}")
    data = Path(found).read_bytes()
    fonts = [font for font in _FONT.findall(data.decode(errors="replace")) if "-ext" not in font]  # of other alphabets
    weights = (len((Path(found).parent / font.strip("'\"")).read_bytes()) for font in fonts)
    return len(data if name.endswith(".woff2") else gzip.compress(data)) + (
        sum(weights) if name.endswith(".css") else 0
    )


def _percentile_95(values: list[float]) -> float:
    return sorted(values)[len(values) * 95 // 100]
