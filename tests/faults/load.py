"""Traffic in a process of its own, to be killed or to lose its database: `python -m tests.faults.load`.

It says each request before it asks it and each reply once it has it, a JSON line each, until its input ends. Then
`python -m tests.faults.load FILE` asks all of it again and says what differs.
"""

import json
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import django

THREADS = 16
A_DAY = timedelta(days=1)

_printing = threading.Lock()


def say(**line: Any) -> None:
    """Write a line, whole and at once."""
    with _printing:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def make_traffic() -> None:
    """Calls on three wallets, each request repeated until it has its answer."""
    from tests import world

    world._serial = count(time.time_ns() // 10**6 % 10**9)  # names that no process before has used
    worlds = [world.make_world("100000") for _ in range(3)]
    serial, stopping = count(1), threading.Event()
    threads = [
        threading.Thread(target=_caller, args=[worlds[n % 3], serial, stopping], daemon=True) for n in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    say(ready=True)
    sys.stdin.read()
    stopping.set()
    for thread in threads:
        thread.join(20)


def _caller(world: Any, serial: Iterator[int], stopping: threading.Event) -> None:
    while not stopping.is_set():
        session_id = f"CA{next(serial)}"
        call = {"session_id": session_id, "account_sid": world.sid, "service": "voice", "to": "447700900123"}
        _insist(world.platform.pk, "authorize", call, stopping)
        _insist(world.platform.pk, "update", {"session_id": session_id, "seq": 1, "used_seconds": 60}, stopping)
        if next(serial) % 4:  # every fourth call is never heard of again
            _insist(world.platform.pk, "terminate", {"session_id": session_id, "used_seconds": 90}, stopping)


def _insist(platform: int, operation: str, fields: dict[str, Any], stopping: threading.Event) -> None:
    from authz import operations
    from authz.engine.group_commit import Unavailable

    say(asked=fields["session_id"], operation=operation, platform=platform, fields=fields)
    while True:
        try:
            answer = operations.decide([_ask(platform, operation, fields)])[0]
        except Unavailable:
            say(refused=fields["session_id"])
            if stopping.is_set():
                return
            time.sleep(0.05)
            continue
        say(told=fields["session_id"], operation=operation, status=answer.status, body=answer.body)
        return


def _ask(platform: int, operation: str, fields: dict[str, Any]) -> Any:
    from authz.engine.requests import convert
    from authz.engine.state import Ask

    return Ask(platform, None, convert(operation, fields))


def ask_again(lines: Iterable[dict[str, Any]]) -> None:
    """Ask everything again that was asked: what was told is told again, what was unknown is settled once."""
    from django.utils import timezone

    from authz import operations
    from authz.models import Session
    from billing.models import Hold
    from tests.books import faults

    asked: dict[tuple[str, str], dict[str, Any]] = {}
    told: dict[tuple[str, str], tuple[int, str]] = {}
    for line in lines:
        if "asked" in line:
            asked[line["asked"], line["operation"]] = line
        if "told" in line:
            told[line["told"], line["operation"]] = (line["status"], line["body"])
    asks = [_ask(line["platform"], line["operation"], line["fields"]) for line in asked.values()]
    first, second = _decide(asks), _decide(asks)
    changed = [key for key, answer in zip(asked, first, strict=True) if key in told and told[key] != answer]
    operations.expire_silent_sessions(timezone.now() + A_DAY)
    platforms = {line["platform"] for line in asked.values()}
    say(
        told=len(told),
        unknown=len(asked.keys() - told.keys()),
        bad_statuses=[key for key, answer in zip(asked, first, strict=True) if answer[0] != 200],
        changed=changed,
        unstable=[key for key, a, b in zip(asked, first, second, strict=True) if a != b],
        sessions=Session.objects.filter(platform__in=platforms).count() - len({key[0] for key in asked}),
        live=Session.objects.filter(state="live").count(),
        pending=Hold.objects.filter(state="pending").count(),
        faults=faults(),
    )


def _decide(asks: list[Any]) -> list[tuple[int, str]]:
    from contextlib import closing

    from authz.operations import open_engine

    with closing(open_engine()) as engine:
        parts = [engine.decide(asks[start : start + 200]) for start in range(0, len(asks), 200)]
    return [(answer.status, answer.body) for part in parts for answer in part]


if __name__ == "__main__":
    django.setup()
    if len(sys.argv) == 1:
        make_traffic()
    else:
        with Path(sys.argv[1]).open(encoding="utf-8") as file:
            ask_again([json.loads(text) for text in file])
