"""The supervisor itself: one thread that starts, watches and stops the programs in order."""

import os
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from types import FrameType

from tcxc import embedded
from tcxc.embedded import EmbeddedError, lifeline, locks, use
from tcxc.supervisor import address
from tcxc.supervisor.banner import banner
from tcxc.supervisor.child import Child
from tcxc.supervisor.programs import Program, keeper, lasting, preparation

PULSE = 0.1  # seconds between two looks at the children


class House:
    """Everything of one checkout."""

    def __init__(self) -> None:
        self.data = embedded.data_folder()
        self.url = address.own_url()
        self._servers: list[Child] = []
        self._programs: list[Child] = []
        self._stopping = False

    def run(self) -> int:
        """Run until a signal; the exit code is 0 after a stop and 1 when something never came up.

        Raises EmbeddedError when a server can't be started, another supervisor runs here, or the port is taken.
        """
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        self._be_the_only_one()
        refuse_taken_port()
        try:
            return self._run()
        finally:
            self._stop()

    def _run(self) -> int:
        self._start_servers()
        if not self._prepare():
            return 0 if self._stopping else 1
        shutil.rmtree(self.data / "metrics", ignore_errors=True)
        (self.data / "metrics").mkdir()
        (self.data / "address").write_text(self.url)
        self._programs = [Child(program) for program in lasting()]
        for child in self._programs:
            child.start()
        self._watch()
        return 0

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _be_the_only_one(self) -> None:
        descriptor = locks.open_lock(self.data / "lock" / "supervisor")
        if not locks.try_exclusive(descriptor):
            raise EmbeddedError(f"`make run` is already running on {self.data}.")

    def _start_servers(self) -> None:
        servers = use.needed(embedded.place())
        for server in servers:
            use.join(server)
            self._servers.append(Child(keeper(server)))
            self._servers[-1].start()
        for server, child in zip(servers, self._servers, strict=True):
            use.wait_until_ready(server, child.process)

    def _prepare(self) -> bool:
        """Migrate, load the demo, collect static files. Whether it went well."""
        return self._once(preparation()) == 0

    def _once(self, program: Program) -> int | None:
        child = Child(program)
        child.start()
        while not child.has_ended():
            if self._stopping:
                child.ask_to_end()
                child.end(time.monotonic() + program.patience)
                return None
            time.sleep(0.02)
        return child.reap()

    def _watch(self) -> None:
        announced = False
        while not self._stopping:
            for child in [*self._servers, *self._programs]:
                news = child.look_after()
                if news:
                    say(news)
            if not announced and is_alive(self.url):
                say(banner(self.url, self.data / "demo.json"))
                announced = True
            time.sleep(PULSE)

    def _stop(self) -> None:
        """End the programs together, then the servers they use."""
        for group in (self._programs, self._servers):
            for child in group:
                child.ask_to_end()
            started = time.monotonic()
            for child in group:
                child.end(started + child.program.patience)
        (self.data / "address").unlink(missing_ok=True)


def refuse_taken_port() -> None:
    """Raise EmbeddedError when something else listens where our servers should."""
    for listening in filter(None, (address.listening(), address.aaa_listening())):
        _refuse_taken(*listening)


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise EmbeddedError(f"{host}:{port} can't be had ({taken.strerror}); try `make run PORT=…`.") from None


def is_alive(url: str) -> bool:
    """Whether the web server answers."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=1):  # noqa: S310  (our own http address)
            return True
    except (urllib.error.URLError, OSError):
        return False


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Run the house of this checkout."""
    os.chdir(embedded.CHECKOUT)
    if os.environ.pop("TCXC_END_WITH_PARENT", ""):
        lifeline.end_with(os.getppid(), signal.SIGTERM)
    try:
        sys.exit(House().run())
    except EmbeddedError as problem:
        sys.exit(str(problem))
