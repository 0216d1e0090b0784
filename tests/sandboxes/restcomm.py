"""A Restcomm of our own: its list of phone numbers, paged as Restcomm pages it, over real HTTP on this machine."""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from typing import Any
from urllib.parse import parse_qs, urlsplit

SID, TOKEN = "AC" + "a" * 32, "f" * 32
ROOT = "/restcomm/2012-04-24/Accounts/"


@dataclass
class Sandbox:
    """What it knows: the numbers of each account; and how it misbehaves."""

    numbers: dict[str, list[str]] = field(default_factory=lambda: {SID: []})
    fault: str = ""
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str, authorization: str) -> tuple[int, bytes]:
        """The status and body for one request."""
        self.asked.append(path)
        if authorization != "Basic " + b64encode(f"{SID}:{TOKEN}".encode()).decode():
            return 401, b""
        parts = urlsplit(path)
        sid = parts.path.removeprefix(ROOT).removesuffix("/IncomingPhoneNumbers.json")
        if sid not in self.numbers or self.fault == "500":
            return (404, b"") if sid not in self.numbers else (500, b"Oops")
        if self.fault == "html":
            return 200, b"<html>"
        if self.fault == "deep":
            return 200, b"[" * 200_000
        query = {name: int(values[0]) for name, values in parse_qs(parts.query).items()}
        if self.fault == "second page" and query["Page"]:
            return 500, b""
        return 200, json.dumps(self.page(sid, query.get("Page", 0), query.get("PageSize", 50))).encode()

    def page(self, sid: str, page: int, size: int) -> Any:
        """A page of an account's numbers; a Restcomm of old has no pages."""
        rows = [row(number, sid) for number in self.numbers[sid]]
        if self.fault == "odd texts":
            rows = [each | {"sid": "PN\0\ud800", "friendly_name": {}} for each in rows]
        if self.fault == "no pages":
            return {"incomingPhoneNumbers": rows}
        facts = {"page": page, "num_pages": len(rows) // size, "page_size": size, "total": len(rows)}
        return facts | {"incomingPhoneNumbers": rows[page * size : (page + 1) * size]}


def row(number: str, sid: str) -> dict[str, Any]:
    """A number with the fields that matter of those that Restcomm gives."""
    return {
        "sid": f"PN{number:0>32}",
        "account_sid": sid,
        "friendly_name": number,
        "phone_number": number if number.startswith(("+", "*")) else f"+{number}",
        "voice_url": "/restcomm/demos/hello.xml",
        "capabilities": {"voice_capable": True, "sms_capable": True},
    }


@contextmanager
def a_restcomm() -> Iterator[Sandbox]:
    """A running one, ended afterwards."""
    sandbox = Sandbox()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if sandbox.fault == "drips":
                for _ in range(40):
                    self.wfile.write(b"H")
                    sleep(0.1)
                return
            if sandbox.fault == "redirect":
                self.send_response(302)
                self.send_header("Location", "http://169.254.169.254/")
                self.end_headers()
                return
            status, body = sandbox.answer(self.path, self.headers.get("Authorization", ""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sandbox.url = f"http://127.0.0.1:{server.server_port}/restcomm"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield sandbox
    finally:
        server.shutdown()
        server.server_close()
