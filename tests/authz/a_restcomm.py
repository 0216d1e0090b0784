"""A Restcomm of our own that ends calls, over real HTTP on this machine."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

SID, TOKEN = "AC" + "a" * 32, "f" * 32
BASIC = "Basic " + b64encode(f"{SID}:{TOKEN}".encode()).decode()


@dataclass
class CallEnder:
    """What it was asked for by somebody with its token, as paths and forms; and with what it answers."""

    url: str = ""
    status: int = 200
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)


@contextmanager
def a_call_ender() -> Iterator[CallEnder]:
    """A running one, ended afterwards."""
    ender = CallEnder()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            is_known = self.headers["Authorization"] == BASIC
            if is_known:
                ender.asked.append((self.path, form))
            self.send_response(ender.status if is_known else 401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ender.url = f"http://127.0.0.1:{server.server_port}/restcomm"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield ender
    finally:
        server.shutdown()
