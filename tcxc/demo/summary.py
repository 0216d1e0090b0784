"""The demo's answer for a person: log-ins, and lines for the shell that work."""

import json
from collections.abc import Mapping
from typing import Any

PARTS = ("operator", "buyer", "other_buyer", "seller", "other_seller")


def demo_summary(answer: Mapping[str, Any]) -> str:
    """Log-ins, keys and working `curl` lines, out of what `manage.py demo --format json` prints."""
    people = [f"  {part:<13} {answer[part]['email']:<28} {answer[part]['password']}" for part in PARTS]
    keys = [f"  {part:<13} {answer[part]['key']}" for part in (*PARTS, "platform")]
    return "\n".join(
        [
            "Log-ins (who, e-mail address, password):",
            *people,
            "",
            "API keys (Authorization: Bearer …):",
            *keys,
            "",
            "May this call go out? Asked with the platform's key:",
            _authorize(answer),
            "",
            "What that account has left, seen with the buyer's key:",
            _get(answer, "buyer", f"accounts/{answer['buyer']['accounts'][0]['id']}/"),
        ]
    )


def _authorize(answer: Mapping[str, Any]) -> str:
    call = {
        "session_id": "try-1",
        "account_sid": answer["buyer"]["accounts"][0]["account_sid"],
        "service": "voice",
        "from": "442071838750",
        "to": "447400123456",
    }
    return (
        f"  curl -s {answer['base_url']}/api/v1/aaa/authorize \\\n"
        f"    -H 'Authorization: Bearer {answer['platform']['key']}' \\\n"
        f"    -H 'Content-Type: application/json' \\\n"
        f"    -d '{json.dumps(call)}'"
    )


def _get(answer: Mapping[str, Any], part: str, path: str) -> str:
    return f"  curl -s {answer['base_url']}/api/v1/{path} -H 'Authorization: Bearer {answer[part]['key']}'"
