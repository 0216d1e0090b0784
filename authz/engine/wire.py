"""Many prepared statements in one round trip, for less of the processor than the driver's own pipeline.

That one builds a cursor for each statement and sends each by itself, which wakes the server as often. Here all of a
batch goes out in one write over the same libpq connection, and rows are loaded by the driver's own loaders.
"""

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any

import psycopg
from psycopg import errors, generators, pq
from psycopg.abc import PQGen
from psycopg.abc import Transformer as Loader
from psycopg.adapt import Transformer

Query = tuple[str, Mapping[str, Any] | Sequence[Any]]
Message = tuple[str, list[bytes | None]]
Rows = list[tuple[Any, ...]]

_PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?s")
_FAILED = {pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.PIPELINE_ABORTED}


@cache
def _translated(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement with PostgreSQL's own placeholders, and the names of its parameters where they have any."""
    names: list[str] = []
    numbers = count(1)

    def number(match: re.Match[str]) -> str:
        if match[1] is None:
            return f"${next(numbers)}"
        if match[1] not in names:
            names.append(match[1])
        return f"${names.index(match[1]) + 1}"

    return _PLACEHOLDER.sub(number, sql).encode(), tuple(names)


def _encoded(value: Any) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    return str(value).encode()


def _bound(sql: str, parameters: Mapping[str, Any] | Sequence[Any]) -> Message:
    """A statement with its values in the order of its placeholders."""
    names = _translated(sql)[1]
    values = [parameters[name] for name in names] if isinstance(parameters, dict) else parameters
    return sql, [_encoded(value) for value in values]


# A plan that was made over a table of a few rows would be kept until the table's next statistics.
PLANS_ARE_KEPT = 10.0  # seconds


class Wire:
    """The way to the database of one engine. Every statement is prepared when it is first sent."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection
        self._names: dict[str, bytes] = {}
        self._loaders: dict[str, Loader] = {}
        self._numbers = count(1)
        self._plans_until = 0.0

    def run(self, queries: Iterable[Query]) -> list[Rows]:
        """The rows of each statement, in order. The first that fails raises its `psycopg.Error`; none behind it runs.

        Parameters are text of PostgreSQL's, numbers or times; the statements cast them where it matters.
        """
        messages = [_bound(*query) for query in queries]  # before the first is sent: one may not be encodable
        pgconn = self._connection.pgconn
        pgconn.enter_pipeline_mode()
        try:
            results = self._connection.wait(self._exchange(messages))
        finally:
            if pgconn.status == pq.ConnStatus.OK:
                pgconn.exit_pipeline_mode()
        return [self._rows(sql, result) for (sql, _), result in zip(messages, results, strict=True)]

    def prepare_anew(self) -> None:
        """Prepare every statement again when it is next sent; to be called between transactions."""
        self._names.clear()
        self._loaders.clear()
        self._connection.execute("DEALLOCATE ALL")

    def forget_old_plans(self) -> None:
        """Have plans made anew that are older than a few seconds; to be called between transactions."""
        if time.monotonic() > self._plans_until:
            self._plans_until = time.monotonic() + PLANS_ARE_KEPT
            self._connection.execute("DISCARD PLANS")

    def _exchange(self, messages: list[Message]) -> PQGen[list[pq.abc.PGresult]]:
        pgconn = self._connection.pgconn
        new = [self._send(pgconn, *message) for message in messages]
        pgconn.pipeline_sync()
        yield from generators.send(pgconn)
        answers = iter((yield from _answers(pgconn)))
        results, failure = [], None
        for (sql, _), name in zip(messages, new, strict=True):
            if name is not None:
                failure = failure or _failure_of(next(answers))
                if failure is None:
                    self._names[sql] = name
            results.append(next(answers))
            failure = failure or _failure_of(results[-1])
        if failure is not None:
            raise errors.error_from_result(failure)
        return results

    def _send(self, pgconn: pq.abc.PGconn, sql: str, values: Sequence[bytes | None]) -> bytes | None:
        """Queue one statement. Returns its name when it had to be prepared first."""
        name = self._names.get(sql)
        new = None
        if name is None:
            name = new = b"aaa_%d" % next(self._numbers)
            pgconn.send_prepare(name, _translated(sql)[0])
        pgconn.send_query_prepared(name, values)
        return new

    def _rows(self, sql: str, result: pq.abc.PGresult) -> Rows:
        """The rows of a result. What loads its columns is found once a statement, whose columns never change."""
        if not result.ntuples:
            return []
        loader = self._loaders.get(sql)
        if loader is None:
            loader = self._loaders[sql] = Transformer(self._connection)
            loader.set_pgresult(result)
        else:
            loader.set_pgresult(result, set_loaders=False)
        return loader.load_rows(0, result.ntuples, tuple)


def _answers(pgconn: pq.abc.PGconn) -> PQGen[list[pq.abc.PGresult]]:
    """All that the server answers up to the sync; an empty result ends what it says of each statement."""
    answers: list[pq.abc.PGresult] = []
    is_open = False
    while True:
        answer = (yield from generators.fetch(pgconn)) if pgconn.is_busy() else pgconn.get_result()
        if answer is None and not is_open:
            raise psycopg.OperationalError("The server closed the connection in the middle of a batch.")
        is_open = answer is not None
        if answer is not None and answer.status == pq.ExecStatus.PIPELINE_SYNC:
            return answers
        if answer is not None:
            answers.append(answer)


def _failure_of(result: pq.abc.PGresult) -> "pq.abc.PGresult | None":
    return result if result.status in _FAILED else None
