"""Runs functions at the same moment, each on a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def at_once(functions: list[Callable[[], Any]]) -> list[Any]:
    """What each function returns, or the exception that it raises."""
    start = Barrier(len(functions))

    def run(function: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(30)
            return function()
        except Exception as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(functions)) as threads:
        return list(threads.map(run, functions))
