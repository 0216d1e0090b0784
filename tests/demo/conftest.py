"""The demo, made once for all tests here: what they ask is how it stands, and what another run changes."""

import io
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

from tests.emptying import empty_database


@dataclass
class FirstRun:
    """What the first run answered, and how long it took."""

    answer: dict[str, Any]
    seconds: float


def run_demo(**options: Any) -> dict[str, Any]:
    """Run the command again, in this process."""
    out = io.StringIO()
    call_command("demo", format="json", stdout=out, **options)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


@pytest.fixture(scope="module")
def first_run(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FirstRun]:
    """A demo made from nothing, committed, with the database open to the whole module."""
    folder = tmp_path_factory.mktemp("demo")
    changed = {"DEBUG": True, "MEDIA_ROOT": str(folder), "DEMO_FILE": folder / "demo.json"}
    with django_db_blocker.unblock(), override_settings(**changed):
        started = time.monotonic()
        try:
            yield FirstRun(run_demo(), time.monotonic() - started)
        finally:
            empty_database()
