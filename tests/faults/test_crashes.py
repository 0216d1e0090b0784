"""What was acknowledged outlives every crash, and what was not is settled once when it is asked again."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tcxc.embedded import CHECKOUT
from tests.cluster import DurablePostgres
from tests.processes import wait_until


@contextmanager
def traffic(cluster: DurablePostgres, output: Path) -> Iterator["subprocess.Popen[str]"]:
    """Calls by a process of their own, which writes what it asks and is told; it ends well unless it is killed."""
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.load"],
            cwd=CHECKOUT, env=cluster.environment, stdin=subprocess.PIPE, stdout=file, text=True,
        )  # fmt: skip
        try:
            wait_until(lambda: '"ready"' in output.read_text(), seconds=30)
            yield process
            if process.poll() is None:
                process.communicate(timeout=30)
        finally:
            process.kill()
            process.wait()


def asked_again(cluster: DurablePostgres, output: Path) -> dict[str, Any]:
    """What asking everything again in another process finds."""
    whole = [line for line in output.read_text().splitlines(keepends=True) if line.endswith("\n")]
    output.write_text("".join(whole))  # a killed process may leave half a line
    command = [sys.executable, "-m", "tests.faults.load", str(output)]
    done = subprocess.run(
        command, cwd=CHECKOUT, env=cluster.environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def acknowledged(output: Path) -> int:
    return output.read_text().count('{"told"')


def wait_for_more(output: Path, count: int) -> None:
    before = acknowledged(output)
    wait_until(lambda: acknowledged(output) > before + count)


def crash_and_recover(cluster: DurablePostgres, output: Path, crash: Callable[[], None]) -> None:
    wait_for_more(output, 200)
    crash()
    time.sleep(0.3)
    cluster.start()
    wait_for_more(output, 50)


# Nothing refused, nothing told otherwise, one session for each id, and nothing left over when the sweep has passed.
CLEAN: dict[str, Any] = {
    "bad_statuses": [], "changed": [], "unstable": [], "sessions": 0, "live": 0, "pending": 0, "faults": []
}  # fmt: skip


def test_a_crashed_database_keeps_all_that_was_acknowledged(cluster, tmp_path):
    output = tmp_path / "lines"
    with traffic(cluster, output):
        for crash in (cluster.crash, cluster.kill, cluster.crash):
            crash_and_recover(cluster, output, crash)
    found = asked_again(cluster, output)
    assert found.pop("told") > 600
    assert found.pop("unknown") >= 0
    assert found == CLEAN


def test_a_killed_server_keeps_all_that_it_acknowledged(cluster, tmp_path):
    for number in range(2):
        output = tmp_path / f"lines{number}"
        with traffic(cluster, output) as process:
            wait_for_more(output, 300)
            process.kill()
            process.wait()
        found = asked_again(cluster, output)
        assert found.pop("told") > 300
        assert found.pop("unknown") > 0
        assert found == CLEAN
