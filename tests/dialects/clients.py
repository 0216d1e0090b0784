"""Clients of the TCXC dialect, written from RFC 7616 and the published signatures alone."""

import hashlib
import re
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from tcxc.actors import Actor
from tcxc.models import Company, Holder
from tcxc.operations.api_logins import make_login

FORM = "application/x-www-form-urlencoded"


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def challenge_of(reply: Any) -> dict[str, str]:
    """The parameters of a 401's WWW-Authenticate."""
    header = reply["WWW-Authenticate"]
    assert header.startswith("Digest ")
    pairs = re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', header)
    return {name: quoted or plain for name, quoted, plain in pairs}


@dataclass
class TcxcClient:
    """One log-in. It keeps its nonce and counts its uses, as a good Digest client does."""

    login: str
    key: str
    http: Client = field(default_factory=Client)
    nonce: str = ""
    uses: Any = field(default_factory=lambda: count(1))

    def get(self, path: str, **parameters: Any) -> Any:
        """A GET with a query, signed in by Digest."""
        address = f"{path}?{urlencode(parameters)}" if parameters else path
        return self._with_digest("GET", address, b"")

    def post(self, path: str, **parameters: Any) -> Any:
        """A POST of a form, signed in by Digest."""
        return self._with_digest("POST", path, urlencode(parameters).encode())

    def signed(self, path: str, controller: str, *, ts: str | None = None, **parameters: Any) -> Any:
        """A POST of a form that carries the signature."""
        ts = ts or str(int(time.time()))
        signature = sha256(f"{controller}{self.key}{self.login}{ts}")
        return self.http.post(path, {**parameters, "ts": ts, "api_login": self.login, "signature": signature})

    def _with_digest(self, method: str, address: str, body: bytes) -> Any:
        if not self.nonce:
            reply = self.send(method, address, b"")
            assert reply.status_code == 401
            self.take_nonce(reply)
        reply = self.send(method, address, body, self.authorization(method, address))
        if reply.status_code == 401 and challenge_of(reply).get("stale") == "true":
            self.take_nonce(reply)
            reply = self.send(method, address, body, self.authorization(method, address))
        return reply

    def send(self, method: str, address: str, body: bytes, authorization: str | None = None) -> Any:
        """One bare request."""
        headers = {"authorization": authorization} if authorization else {}
        return self.http.generic(method, address, body, content_type=FORM, headers=headers)

    def take_nonce(self, reply: Any) -> None:
        """Begin with a fresh nonce."""
        self.nonce, self.uses = challenge_of(reply)["nonce"], count(1)

    def authorization(self, method: str, uri: str, **changes: str) -> str:
        """The header for one request; `changes` make it a wrong one."""
        facts = {"nonce": self.nonce, "nc": f"{next(self.uses):08x}", "cnonce": "c0ffee", "uri": uri} | changes
        ha1, ha2 = md5(f"{self.login}:TCXC:{self.key}"), md5(f"{method}:{facts['uri']}")
        response = md5(f"{ha1}:{facts['nonce']}:{facts['nc']}:{facts['cnonce']}:auth:{ha2}")
        facts = {"username": self.login, "realm": "TCXC", "response": response} | facts
        quoted = ", ".join(f'{name}="{value}"' for name, value in facts.items() if name != "nc")
        return f"Digest {quoted}, qop=auth, nc={facts['nc']}"


def client_of(company: Company, side: Holder) -> TcxcClient:
    """A client with the company's fresh log-in."""
    made = make_login(company=company, side=side, by=Actor.system())
    return TcxcClient(made.login.login, made.api_key)
