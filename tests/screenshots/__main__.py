"""Takes the pictures into `docs/images`: a product of its own with the demo's data, a real browser, WebP.

python -m tests.screenshots [name …]
"""

import io
import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tcxc.embedded import CHECKOUT
from tests.browser import chromium
from tests.processes import environment, free_port, own_data, run, wait_until

INTO = CHECKOUT / "docs" / "images"
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)


@dataclass(frozen=True)
class Picture:
    """One page as somebody sees it; `before` does what comes before the picture, `address` may name ids of the demo."""

    name: str
    who: str
    address: str
    before: Callable[[Page], None] = lambda _page: None
    is_phone: bool = False


def ask_tester(page: Page) -> None:
    """Ask the decision tester about a call."""
    page.fill("input[name=to]", "447400123456")
    page.click("form.stack button[type=submit]")
    page.wait_for_selector("#steps")
    page.evaluate("window.scrollTo(0, 0)")


def open_first_call(page: Page) -> None:
    """Open the first call in the drawer."""
    page.click("table.grid-table tbody a[data-over] >> nth=0")
    page.wait_for_selector("#drawer[open] .explained")


PICTURES = (
    Picture("buyer-overview", "buyer", "/buyer/"),
    Picture("buyer-overview-phone", "buyer", "/buyer/", is_phone=True),
    Picture("buyer-account", "buyer", "/buyer/accounts/{account}/"),
    Picture("decision-tester", "buyer", "/buyer/accounts/{account}/test/", ask_tester),
    Picture("charge-explained", "buyer", "/buyer/calls/?result=answered", open_first_call),
    Picture("market", "buyer", "/buyer/market/?where=447400123456"),
    Picture("seller-overview", "seller", "/seller/"),
    Picture("seller-prices", "seller", "/seller/connections/{connection}/"),
    Picture("operators", "operator", "/admin/"),
)


def main(names: list[str]) -> None:
    """Take all pictures, or those named."""
    INTO.mkdir(exist_ok=True)
    with own_data() as data, _product(data) as address:
        demo = json.loads(run("manage.py", "demo", "--format", "json", data=data).stdout)
        lively = run("-m", "tests.screenshots.lively", data=data)
        assert lively.returncode == 0, lively.stderr
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            for picture in PICTURES:
                if not names or picture.name in names:
                    _take(browser, address, demo, picture)
            browser.close()


@contextmanager
def _product(data: Path) -> Iterator[str]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "tcxc.supervisor"],
        cwd=CHECKOUT,
        env=environment(data, PORT=str(port), WEB_WORKERS="1", WORKER_CONCURRENCY="1"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: _is_ready(address), seconds=180)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=3) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def _take(browser: Browser, address: str, demo: dict[str, Any], picture: Picture) -> None:
    context = browser.new_context(
        viewport=PHONE if picture.is_phone else DESK, device_scale_factor=2 if picture.is_phone else 1
    )
    context.add_cookies([{"name": "theme", "value": "dark" if picture.is_phone else "light", "url": address}])
    page = context.new_page()
    _sign_in(page, address, demo[picture.who])
    ids = {"account": demo["buyer"]["accounts"][0]["id"], "connection": demo["seller"]["connections"][0]["id"]}
    page.goto(address + picture.address.format(**ids))
    page.wait_for_load_state("load")
    picture.before(page)
    page.wait_for_timeout(1_500)  # charts are drawn after the page is there
    image = Image.open(io.BytesIO(page.screenshot()))
    path = INTO / f"{picture.name}.webp"
    image.save(path, quality=82, method=6)
    sys.stdout.write(f"{path.relative_to(CHECKOUT)}: {path.stat().st_size:,} bytes\n")
    context.close()


def _sign_in(page: Page, address: str, person: dict[str, Any]) -> None:
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", person["email"])
    page.fill("input[name=password]", person["password"])
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


if __name__ == "__main__":
    main(sys.argv[1:])
