"""What every test may use: servers of the tests' own, a durable one to crash, a browser."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import settings

from tcxc.embedded import data_folder, use
from tests.browser import chromium
from tests.cluster import DurablePostgres
from tests.emptying import empty_database
from tests.settings import STATIC_ROOT, WORKER

# Time is measured by benchmarks; on a busy machine a test's own deadline says nothing.
settings.register_profile("tcxc", deadline=None)
settings.load_profile("tcxc")

UNFINISHED = data_folder() / f"unfinished-{WORKER}"


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers, or find them running; make a fresh database after a run that was cut off."""
    use.servers()
    STATIC_ROOT.mkdir(exist_ok=True)
    if hasattr(config, "workerinput") or config.getoption("numprocesses", None) in {None, 0}:
        config.option.create_db = config.option.create_db or UNFINISHED.exists()
        UNFINISHED.touch()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Note that the database was left as a finished run leaves it."""
    if exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED}:
        UNFINISHED.unlink(missing_ok=True)


@pytest.fixture(autouse=True, scope="session")
def quick_emptying() -> Iterator[None]:
    """Tests that commit are cleaned up after by deleting what they left."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: empty_database())
        yield


def drives_a_browser(item: pytest.Item) -> bool:
    """Whether a test asks for a page."""
    return "playwright" in getattr(item, "fixturenames", ())


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep the browser's tests on one worker."""
    if drives_a_browser(item):
        item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser's tests last: its event loop goes on in the thread of the tests, where no other can run then."""
    items.sort(key=drives_a_browser)


@pytest.fixture
def durable_postgres() -> Iterator[DurablePostgres]:
    """A running, empty PostgreSQL with fsync on, to be crashed by the test; gone afterwards."""
    cluster = DurablePostgres()
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium; without its sandbox, which needs privileges that containers lack."""
    return browser_type_launch_args | {"executable_path": str(chromium()), "args": ["--no-sandbox"]}


@pytest.fixture
def async_run() -> Callable[[Callable[[], Coroutine[Any, Any, None]]], None]:
    """Runs a coroutine function to its end, in a thread of its own: browser tests may have a loop in this one."""

    def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        def in_thread() -> None:
            try:
                asyncio.run(work())
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as pool:
            pool.submit(in_thread).result()

    return run


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder with manage.py."""
    return Path(__file__).resolve().parent.parent
