"""A small HTTP client for load, where wrk is not installed; `tests.bench.load` starts it with the arguments of wrk."""

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

BEHIND = 256  # so many calls later, everything that was asked before is answered


@dataclass
class Client:
    """One run: the arguments of requests.lua, and what came back."""

    kind: str
    what: str
    run: str
    pause_ms: float
    key: str
    sent: int = 0
    refused: int = 0
    lost: int = 0
    latencies: list[float] = field(default_factory=list)

    def authorize(self, number: int, op: str = "") -> str:
        """The body of an authorize of a random account to a random number."""
        account, to = random.randrange(10_000), random.randrange(10**11, 9 * 10**11)
        facts = f'"account_sid":"AC{self.kind}{account:031d}","service":"voice","from":"12025550100","to":"{to}"'
        return f'{{{op}"session_id":"{self.run}-{number}",{facts}}}'

    def next(self) -> bytes:
        """The next request, as bytes."""
        self.sent += 1
        if self.what == "batch":
            asks = ",".join(self.authorize(self.sent * 100 + n, '"op":"authorize",') for n in range(100))
            return self._post("/api/v1/aaa/batch/", f'{{"requests":[{asks}]}}')
        if self.what == "call":
            return self._post(*self._step())
        path = "/api/v1/aaa/authorize/" if self.what == "authorize" else "/empty/"
        return self._post(path, self.authorize(self.sent))

    def _step(self) -> tuple[str, str]:
        call, step = divmod(self.sent, 3)
        if step == 1 and call >= BEHIND:
            return "/api/v1/aaa/update/", f'{{"session_id":"{self.run}-{call - BEHIND}","seq":1,"used_seconds":60}}'
        if step == 2 and call >= 2 * BEHIND:
            return "/api/v1/aaa/terminate/", f'{{"session_id":"{self.run}-{call - 2 * BEHIND}","used_seconds":95}}'
        return "/api/v1/aaa/authorize/", self.authorize(call if step == 0 else -self.sent)

    def _post(self, path: str, body: str) -> bytes:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.key}\r\n"
        return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()

    async def connection(self, host: str, port: int, until: float) -> None:
        """Ask over one connection, one request after the other."""
        reader, writer = await asyncio.open_connection(host, port)
        while time.perf_counter() < until:
            if self.pause_ms:
                await asyncio.sleep(random.expovariate(1000 / self.pause_ms))
            started = time.perf_counter()
            writer.write(self.next())
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
            await reader.readexactly(int(length))
            self.refused += not head.startswith(b"HTTP/1.1 200")
            self.latencies.append(time.perf_counter() - started)
        writer.close()


async def main(url: str, seconds: str, connections: str, *arguments: str) -> None:
    """Send, and say what came back as requests.lua does."""
    kind, what, run, pause_ms, key = arguments
    client = Client(kind, what, run, float(pause_ms), key)
    place = urlsplit(url)
    started = time.perf_counter()
    asking = [
        client.connection(place.hostname or "", place.port or 80, started + float(seconds))
        for _ in range(int(connections))
    ]
    results = await asyncio.gather(*asking, return_exceptions=True)
    client.lost = sum(isinstance(result, Exception) for result in results)
    times = sorted(client.latencies) or [0.0]
    summary = {
        "requests": len(client.latencies),
        "seconds": time.perf_counter() - started,
        "refused": client.refused,
        "lost": client.lost,
        "p50_ms": times[len(times) // 2] * 1000,
        "p99_ms": times[len(times) * 99 // 100] * 1000,
    }
    sys.stdout.write(f"SUMMARY {json.dumps(summary)}\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
