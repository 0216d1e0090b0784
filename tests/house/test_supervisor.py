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

from tests.processes import free_port, left_over, own_data, postmaster, start, wait_until


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
        self.process.communicate(timeout=20)
        return self.process.returncode


@contextmanager
def house(data: Path) -> Iterator[House]:
    port = free_port()
    settings = {"PORT": str(port), "DEBUG": "1", "WEB_WORKERS": "1", "WORKER_CONCURRENCY": "1"}
    running = House(data, start("-m", "tcxc.supervisor", data=data, **settings), port)
    try:
        wait_until(lambda: running.process.poll() is not None or running.is_ready(), seconds=60)
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


def test_all_answers_and_what_is_killed_comes_back(data):
    with house(data) as running:
        status, checks = running.get("/readyz")
        assert status == 200
        assert set(json.loads(checks)["checks"].values()) == {"ok"}

        for word in ("-m granian", "tcxc worker", "tcxc beat", "redis-server"):
            killed = running.pids(word)
            os.kill(min(killed), signal.SIGKILL)
            wait_until(lambda killed=killed, word=word: running.pids(word) and not killed & running.pids(word))
        os.kill(postmaster(data), signal.SIGKILL)
        wait_until(running.is_ready)

        assert running.end(signal.SIGINT) == 0
    assert left_over(data) == []


def test_a_supervisor_killed_with_9_leaves_nothing(data):
    with house(data) as running:
        running.end(signal.SIGKILL)

    wait_until(lambda: left_over(data) == [])


def test_a_second_one_and_a_taken_port_are_refused(data):
    with house(data) as running:
        second = start("-m", "tcxc.supervisor", data=data, PORT=str(free_port()))
        assert "already running" in second.communicate(timeout=10)[0]

        with own_data() as other:
            third = start("-m", "tcxc.supervisor", data=other, PORT=str(running.port))
            assert "make run PORT=" in third.communicate(timeout=10)[0]


def test_a_command_beside_it_uses_its_servers_and_knows_its_address(data):
    with house(data) as running:
        before = postmaster(data)
        script = "from django.conf import settings; print(settings.BASE_URL)"
        beside = start("manage.py", "shell", "-v", "0", "-c", script, data=data)

        assert beside.communicate(timeout=20)[0] == f"http://127.0.0.1:{running.port}\n"
        assert postmaster(data) == before
