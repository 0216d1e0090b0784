"""`make run`: everything answers, what crashes comes back, and nothing is left behind."""

import json
import os
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes import free_port, left_over, own_data, postmaster, run, start, wait_until

pytestmark = pytest.mark.xdist_group("supervisor")


class House:
    """A running `python -m tcxc.supervisor`."""

    def __init__(self, data: Path, process: "subprocess.Popen[str]", port: int) -> None:
        self.data, self.process, self.port = data, process, port

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a page; status 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=3) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()
        except OSError:
            return 0, ""

    def is_ready(self) -> bool:
        return self.get("/readyz")[0] == 200

    def pids(self, word: str) -> set[int]:
        return {int(line.split()[0]) for line in left_over(self.data) if word in line}

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        self.process.communicate(timeout=60)
        return self.process.returncode


SUPERVISOR = "-m", "tcxc.supervisor"
BY_ANOTHER = "-c", "import subprocess, sys; subprocess.run([sys.executable, '-m', 'tcxc.supervisor'])"


@contextmanager
def house(data: Path, *how: str, **settings: str) -> Iterator[House]:
    port = free_port()
    settings |= {"PORT": str(port), "DEBUG": "1", "WEB_WORKERS": "1", "WORKER_CONCURRENCY": "1"}
    running = House(data, start(*(how or SUPERVISOR), data=data, **settings), port)
    try:
        wait_until(lambda: running.process.poll() is not None or running.is_ready(), seconds=120)
        assert running.process.poll() is None, running.process.communicate()[0]
        wait_until(lambda: len(running.pids("celery")) == 3)
        yield running
    finally:
        if running.process.poll() is None:
            running.end(signal.SIGTERM)


@pytest.fixture(scope="module")
def data():
    with own_data() as folder:
        yield folder


@pytest.fixture(scope="module")
def running(data):
    """One house for the tests that leave it standing."""
    with house(data) as one:
        yield one


def test_all_of_it_is_ready(running):
    status, reply = running.get("/readyz")

    assert status == 200
    assert set(json.loads(reply)["checks"].values()) == {"ok"}


def test_headers_longer_than_any_clients_are_refused_unread(running):
    address = f"http://127.0.0.1:{running.port}/healthz"
    for length, status in ((10_000, 200), (100_000, 431)):
        request = urllib.request.Request(address, headers={"Cookie": "a" * length})
        try:
            answered = urllib.request.urlopen(request, timeout=3).status
        except urllib.error.HTTPError as refusal:
            answered = refusal.code
        assert answered == status


def test_a_command_beside_it_uses_its_servers_and_knows_its_address(running, data):
    before = postmaster(data)
    script = "from django.conf import settings; print(settings.BASE_URL)"

    beside = run("manage.py", "shell", "-v", "0", "-c", script, data=data)

    assert beside.stdout == f"http://127.0.0.1:{running.port}\n"
    assert postmaster(data) == before


def test_a_second_one_on_the_same_data_is_refused(running, data):
    second = run("-m", "tcxc.supervisor", data=data, PORT=str(free_port()))

    assert second.returncode == 1
    assert "already running" in second.stderr


def test_a_taken_port_is_named(running):
    with own_data() as other:
        refused = run("-m", "tcxc.supervisor", data=other, PORT=str(running.port))

    assert refused.returncode == 1
    assert "make run PORT=" in refused.stderr


@pytest.mark.parametrize("word", ["-m granian", "tcxc worker", "tcxc beat", "redis.sock"])
def test_a_killed_program_comes_back(running, word):
    killed = running.pids(word)

    os.kill(min(killed), signal.SIGKILL)

    wait_until(lambda: running.pids(word) and not killed & running.pids(word))


def test_a_killed_database_comes_back(running, data):
    killed = postmaster(data)

    os.kill(killed, signal.SIGKILL)

    wait_until(lambda: running.is_ready() and postmaster(data) != killed)


def test_nothing_outlives_it():
    with own_data() as data:
        for number in (signal.SIGINT, signal.SIGKILL):
            with house(data) as other:
                other.end(number)

                wait_until(lambda: left_over(data) == [])

        with house(data, *BY_ANOTHER, TCXC_END_WITH_PARENT="1") as made_by_make:
            made_by_make.end(signal.SIGKILL)

            wait_until(lambda: left_over(data) == [])
