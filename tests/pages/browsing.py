"""A real browser in which somebody is signed in, and what is held against every page that it opens."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, ViewportSize

from tcxc.models import User
from tests.pages.cast import signed_in

AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text()
GRAVE = {"serious", "critical"}
PHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1440, height=900)


def sign_in(context: BrowserContext, user: User, url: str) -> None:
    """Let the browser carry on a session that the server began."""
    session = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])


def wear(context: BrowserContext, theme: str, url: str) -> None:
    """Choose the light or the dark theme."""
    context.add_cookies([{"name": "theme", "value": theme, "url": url}])


@contextmanager
def no_complaints(page: Page) -> Iterator[None]:
    """Fail on scripts that break, and on anything that the Content-Security-Policy refuses."""
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            said.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield
    page.remove_listener("console", listen)
    assert not said


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def grave_findings(page: Page, *rules: str) -> list[Any]:
    """What axe finds serious or critical; by all of its rules, or by these."""
    page.evaluate(AXE)
    options: dict[str, Any] = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = page.evaluate("options => axe.run(options)", options)
    return [
        (finding["id"], [node["target"] for node in finding["nodes"]])
        for finding in found["violations"]
        if finding["impact"] in GRAVE
    ]
