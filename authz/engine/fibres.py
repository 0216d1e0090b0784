"""Engines on the thread of an event loop: whatever waits lets the loop go on, without a thread of its own.

An engine's code waits in three places: for its connection, for a pause, and for a new connection. In a fibre (a
greenlet) each of them gives the thread back to the loop and comes back when there is something to do; anywhere else
they wait as usual. So the same engine serves threads and loops, and at a door no thread fights another for the
interpreter's lock while a batch is decided.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, TypeVar

import greenlet
import psycopg
from psycopg.abc import PQGen
from psycopg.waiting import Ready, Wait

Result = TypeVar("Result")


class Fibre(greenlet.greenlet):  # type: ignore[misc]  # it has no types
    """Code that runs on the thread of a loop and steps aside while it waits."""

    def __init__(self, loop: asyncio.AbstractEventLoop, run: Callable[[], Any]) -> None:
        super().__init__(run)
        self._loop = loop

    def wake_soon(self) -> None:
        """Have the loop go on with this fibre, which rests or has not begun."""
        self._loop.call_soon(self.switch)

    def rest(self) -> None:
        """Step aside until `wake_soon`."""
        self._step_aside()

    def pause(self, seconds: float) -> None:
        """Step aside for a time."""
        self._loop.call_later(seconds, self.switch)
        self._step_aside()

    def beside(self, work: Callable[[], Result]) -> Result:
        """What `work` gives (or raises), done by a thread meanwhile."""
        doing = self._loop.run_in_executor(None, work)
        doing.add_done_callback(lambda _: self.switch())
        self._step_aside()
        return doing.result()

    def ready(self, file: int, wanted: Wait) -> Ready:
        """Step aside until a file can be read or written, whichever is wanted."""
        reads, writes = bool(wanted & Wait.R), bool(wanted & Wait.W)
        try:
            if reads:
                self._loop.add_reader(file, self.switch, Ready.R)
            if writes:
                self._loop.add_writer(file, self.switch, Ready.W)
            found: Ready = self._step_aside()
        finally:
            if reads:
                self._loop.remove_reader(file)
            if writes:
                self._loop.remove_writer(file)
        return found

    def _step_aside(self) -> Any:
        assert self.parent is not None, "the loop runs in the greenlet that began this one"
        return self.parent.switch()


def current() -> Fibre | None:
    """The fibre that runs, if it is one."""
    running = greenlet.getcurrent()
    return running if isinstance(running, Fibre) else None


def pause(seconds: float) -> None:
    """Wait for a time."""
    fibre = current()
    if fibre is None:
        time.sleep(seconds)
    else:
        fibre.pause(seconds)


def beside(work: Callable[[], Result]) -> Result:
    """What `work` gives, without holding up a loop."""
    fibre = current()
    return work() if fibre is None else fibre.beside(work)


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection that lets the loop go on when it waits in a fibre."""

    def wait(self, gen: PQGen[Result], *arguments: Any, **named: Any) -> Result:
        """What the generator gives in the end; see `psycopg.Connection.wait`."""
        fibre = current()
        if fibre is None:
            return super().wait(gen, *arguments, **named)
        try:
            wanted = next(gen)
            while True:
                wanted = gen.send(fibre.ready(self.pgconn.socket, wanted))
        except StopIteration as end:
            result: Result = end.value
            return result
