"""What `make run` says once everything answers."""

import json
import os
from pathlib import Path

from tcxc.demo.summary import demo_summary

PAGES = {"buyer portal": "/buyer/", "seller console": "/seller/", "operators' admin": "/admin/",
         "API documentation": "/api/v1/docs/"}  # fmt: skip


def banner(url: str, demo_file: Path) -> str:
    """The addresses and, when demo data was loaded, its log-ins and curl lines that work."""
    lines = ["", f"TCXC answers at {url}/", *(f"  {name:<18} {url}{path}" for name, path in PAGES.items())]
    if demo_file.exists():
        lines += ["", demo_summary(json.loads(demo_file.read_text()) | {"base_url": url})]
    if "EMAIL_URL" not in os.environ:
        lines += ["", f"Mail is not sent but written to {demo_file.parent / 'mail'}/."]
    return "\n".join([*lines, "", "Ctrl-C stops everything; the data stays.", ""])
