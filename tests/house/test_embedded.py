"""The embedded servers: started by whoever needs them, as root or not, and gone with their last user."""

import os
import signal
from functools import partial
from pathlib import Path

import pytest

from tcxc.embedded import Place, Postgres
from tcxc.embedded.keeper import Keeper
from tcxc.embedded.places import LONGEST_SOCKET_FOLDER, NOBODY, private_folder
from tests.processes import as_ordinary_user, left_over, own_data, postmaster, run, start, wait_until

pytestmark = pytest.mark.xdist_group("embedded")
ASK = "from django.db import connection as c; k = c.cursor(); k.execute('{}'); print(*k.fetchone())"


def ask(question: str) -> tuple[str, ...]:
    return "manage.py", "shell", "-v", "0", "-c", ASK.format(question)


def is_another(server: Postgres, killed: int) -> bool:
    """Whether the server is up again, and not the one that was killed."""
    return server.is_ready() and postmaster(server.place.root) != killed


@pytest.fixture(scope="module")
def data():
    """One cluster for the whole file: each test finds it stopped and leaves it stopped."""
    with own_data() as folder:
        yield folder


def test_a_command_starts_the_servers_for_its_own_time(data):
    done = run(*ask("SELECT current_user, 6 * 7"), data=data)

    assert done.stdout == "tcxc 42\n", done.stderr
    assert left_over(data) == []


def test_the_database_is_durable_and_hears_no_network(data):
    question = "SELECT {}".format(
        ", ".join(f"current_setting($${name}$$)" for name in ("fsync", "synchronous_commit", "listen_addresses"))
    )

    assert run(*ask(question), data=data).stdout == "on on \n"


def test_two_commands_at_once_share_one_server_and_the_last_turns_it_off(data):
    slow = start(*ask("SELECT 1 FROM pg_sleep(1.5)"), data=data)
    wait_until(lambda: Postgres(Place(data)).is_ready())
    first = postmaster(data)

    quick = run(*ask("SELECT 2"), data=data)
    still = postmaster(data)
    answer, _ = slow.communicate(timeout=60)

    assert (quick.stdout, answer, still) == ("2\n", "1\n", first)
    wait_until(lambda: left_over(data) == [])


def test_a_command_killed_with_9_leaves_nothing(data):
    victim = start(*ask("SELECT 1 FROM pg_sleep(30)"), data=data)
    wait_until(lambda: Postgres(Place(data)).is_ready())

    victim.kill()
    victim.communicate()

    wait_until(lambda: left_over(data) == [])


def test_a_killed_database_is_started_again(data):
    holder = start("-m", "tcxc.embedded", "hold", data=data)
    server = Postgres(Place(data))
    try:
        for _ in range(2):
            wait_until(server.is_ready)
            killed = postmaster(data)

            os.kill(killed, signal.SIGKILL)

            wait_until(partial(is_another, server, killed))
    finally:
        holder.terminate()
        holder.communicate(timeout=60)
    wait_until(lambda: left_over(data) == [])


def test_a_pid_file_that_names_a_stranger_does_not_keep_the_database_down(data):
    stale = data / "postgres" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{data}/postgres\n0\n5432\n\n\n\nready\n")

    assert run(*ask("SELECT 3"), data=data).stdout == "3\n"


def test_data_of_another_version_is_refused_with_the_way_out(data):
    version = data / "postgres" / "PG_VERSION"
    real = version.read_text()
    version.write_text("9\n")

    try:
        refused = run(*ask("SELECT 1"), data=data)
    finally:
        version.write_text(real)

    assert refused.returncode == 1
    for word in ("written by PostgreSQL 9", "pg_dump", "pg_restore", "Nothing was touched"):
        assert word in refused.stderr
    assert run(*ask("SELECT 4"), data=data).stdout == "4\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs every other test here as such")
def test_an_ordinary_user_needs_no_root():
    with own_data(owner=NOBODY) as data:
        done = run(*ask("SELECT 5"), data=data, prefix=as_ordinary_user())

        assert done.stdout == "5\n", done.stderr
        assert (data / "postgres").stat().st_uid == NOBODY
        assert left_over(data) == []


def test_a_deep_checkout_gets_short_sockets(tmp_path):
    deep = Place(tmp_path / ("deep" * 30))

    assert len(os.fsencode(deep.sockets)) <= LONGEST_SOCKET_FOLDER
    assert deep.sockets != Place(tmp_path / ("deeq" * 30)).sockets
    assert Place(Path("/srv/tcxc/.data")).sockets == Path("/srv/tcxc/.data/run")


def test_a_link_in_place_of_the_socket_folder_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Exception, match="belongs to somebody else"):
        private_folder(tmp_path / "run", os.geteuid())


def test_a_keeper_without_users_starts_nothing(tmp_path):
    Keeper(Postgres(Place(tmp_path / "data"))).run()

    assert not (tmp_path / "data" / "postgres").exists()
