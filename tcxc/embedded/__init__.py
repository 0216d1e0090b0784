"""PostgreSQL and a Redis-compatible server of our own, for a machine where nobody has set any up.

Settings ask this package for addresses only (`database_url`, `redis_url`): that is cheap and starts nothing.
A command that needs the servers calls `tcxc.embedded.use.servers()`.
"""

import os
from pathlib import Path

from tcxc.embedded.errors import EmbeddedError
from tcxc.embedded.places import Place
from tcxc.embedded.postgres import Postgres
from tcxc.embedded.redis import Redis

__all__ = ["EmbeddedError", "Place", "Postgres", "Redis", "data_folder", "database_url", "place", "redis_url"]

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def data_folder() -> Path:
    """Where the embedded servers keep their data: `.data` beside `manage.py`, or what TCXC_DATA says."""
    return Path(os.environ.get("TCXC_DATA") or CHECKOUT / ".data").absolute()


def place() -> Place:
    """The place of this process's servers; TESTING_DATABASE=1 gives up durability for speed."""
    return Place(data_folder(), durable=os.environ.get("TESTING_DATABASE") != "1")


def database_url() -> str:
    """DATABASE_URL, or the address of the embedded PostgreSQL, whether or not it runs."""
    return os.environ.get("DATABASE_URL") or Postgres(place()).url


def redis_url() -> str:
    """REDIS_URL, or the address of the embedded Redis, whether or not it runs."""
    return os.environ.get("REDIS_URL") or Redis(place()).url
