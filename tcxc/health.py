"""`/healthz`: this process answers. `/readyz`: it could do its work: database, durability, migrations, broker."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from functools import cache
from time import monotonic
from typing import Any

import psycopg
import structlog
from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis import Redis

from tcxc.durability import how_unsafe

PATIENCE = 1.2  # seconds for all checks together
OK = "ok"

logger = structlog.get_logger(__name__)
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="readiness")


class Probes:
    """Answers probes before any other middleware: they come without our host name, without TLS, and often."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The probe's answer, or whatever the rest of the house says."""
        if request.path == "/healthz":
            return JsonResponse({"status": "alive"})
        if request.path == "/readyz":
            return readiness()
        return self.get_response(request)


def readiness() -> HttpResponse:
    """200 when every check says ok, else 503; the reply names each."""
    deadline = monotonic() + PATIENCE
    asked = {"database": _threads.submit(check_database), "broker": _threads.submit(check_broker)}
    results: dict[str, str] = {}
    for name, future in asked.items():
        results |= _answer(name, future, deadline)
    ready = set(results.values()) == {OK}
    body = {"status": "ready" if ready else "not ready", "checks": results}
    return JsonResponse(body, status=200 if ready else 503)


def _answer(name: str, future: "Future[dict[str, str]]", deadline: float) -> dict[str, str]:
    """What a check found; a server that is stopped rather than dead is noticed by the time it takes."""
    try:
        return future.result(max(0, deadline - monotonic()))
    except TooSlow:
        return {name: "does not answer in time"}
    except Exception as problem:
        logger.warning("not_ready", check=name, problem=str(problem))
        return {name: "can't be reached"}


def check_database() -> dict[str, str]:
    """Ask the database itself, past the pool: does it answer, is it durable, are all migrations in."""
    with psycopg.connect(**_direct_parameters()) as connection:
        unsafe = None if settings.TESTING_DATABASE else how_unsafe(connection)
        applied = set(connection.execute("SELECT app, name FROM django_migrations"))
    missing = known_migrations() - applied
    return {
        "database": OK,
        "durability": unsafe or OK,
        "migrations": f"{len(missing)} to apply" if missing else OK,
    }


def _direct_parameters() -> dict[str, Any]:
    parameters = connections["default"].get_connection_params()
    return {name: value for name, value in parameters.items() if name in DIRECT}


DIRECT = {"host", "port", "user", "password", "dbname", "connect_timeout", "sslmode", "options"}


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Every migration that this code holds, as (app, name)."""
    return frozenset(MigrationLoader(None).graph.nodes)


def check_broker() -> dict[str, str]:
    """Ping Redis."""
    with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as client:
        client.ping()
    return {"broker": OK}
