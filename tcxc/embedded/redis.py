"""The embedded Redis-compatible server: tasks, caches and live updates, which may be lost at any moment."""

import signal
from urllib.parse import parse_qsl

from tcxc.embedded.binaries import redis_program
from tcxc.embedded.places import Place, private_folder
from tcxc.embedded.sockets import answers


def broker_url(redis_url: str) -> str:
    """A REDIS_URL as Celery spells it: a socket is redis+socket:// there, and the database a parameter."""
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    database = dict(parse_qsl(query)).get("db", "0")
    return f"redis+socket://{path}?virtual_host={database}"


class Redis:
    """One server without persistence, reached by a socket in `place.sockets` and by nothing else."""

    name = "redis"
    stop_signal = signal.SIGTERM

    def __init__(self, place: Place) -> None:
        self.place = place
        self._program = ""

    @property
    def url(self) -> str:
        """The address in the form of REDIS_URL."""
        return f"unix://{self.place.sockets / 'redis.sock'}"

    def prepare(self) -> None:
        """Choose the program and make its folder; raises EmbeddedError when there is none."""
        self._program = str(redis_program(self.place))
        private_folder(self.place.home / "redis", self.place.user)

    def command(self) -> list[str]:
        """What to run, in the foreground. When memory is full, cached values go and tasks stay."""
        settings = {
            "port": "0",
            "unixsocket": str(self.place.sockets / "redis.sock"),
            "unixsocketperm": "700",
            "dir": str(self.place.home / "redis"),
            "save": "",
            "appendonly": "no",
            "maxmemory": "512mb",
            "maxmemory-policy": "volatile-lru",
            "daemonize": "no",
        }
        return [self._program, *(part for key, value in settings.items() for part in (f"--{key}", value))]

    def is_ready(self) -> bool:
        """Whether the server answers a ping now."""
        return answers(self.place.sockets / "redis.sock", b"PING\r\n", b"+PONG")
