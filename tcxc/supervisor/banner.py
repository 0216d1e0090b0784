"""What `make run` says once everything answers."""

import json
from pathlib import Path
from typing import Any

PAGES = {"buyer portal": "/buyer/", "seller console": "/seller/", "operators' admin": "/admin/",
         "API documentation": "/api/v1/docs/"}  # fmt: skip
LOG_INS = ("operator", "buyer", "seller", "other_buyer", "other_seller")


def banner(url: str, demo_file: Path) -> str:
    """The addresses and, when demo data was loaded, its log-ins and a curl line that works."""
    lines = ["", f"TCXC answers at {url}/", *(f"  {name:<18} {url}{path}" for name, path in PAGES.items())]
    if demo_file.exists():
        lines += _demo(url, json.loads(demo_file.read_text()))
    return "\n".join([*lines, "", "Ctrl-C stops everything; the data stays.", ""])


def _demo(url: str, demo: dict[str, Any]) -> list[str]:
    people = [f"  {name:<18} {demo[name]['email']}  {demo[name]['password']}" for name in LOG_INS if name in demo]
    sid = demo["buyer"]["accounts"][0]["account_sid"]
    request = {"session_id": "try-1", "account_sid": sid, "service": "voice", "from": "442071838750",
               "to": "447700900123"}  # fmt: skip
    curl = (
        f"  curl -s {url}/api/v1/aaa/authorize -H 'Authorization: Bearer {demo['platform']['key']}' \\\n"
        f"    -H 'Content-Type: application/json' -d '{json.dumps(request)}'"
    )
    return ["", "Demo log-ins", *people, "", "May this call go out? (the demo platform's key)", curl]
