"""Where the web server of this checkout answers."""

import os
from pathlib import Path


def listening() -> tuple[str, int]:
    """HOST (127.0.0.1) and PORT (8000) from the environment."""
    return os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000)


def aaa_listening() -> tuple[str, int] | None:
    """Where processes that serve nothing but the AAA paths listen: HOST and AAA_PORT; None when that is not set.

    The web server answers these paths too. Processes of their own keep a heavy page from slowing a call.
    """
    port = os.environ.get("AAA_PORT")
    return (listening()[0], int(port)) if port else None


def own_url() -> str:
    """The address for a person on this machine."""
    host, port = listening()
    name = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104  (compared, not bound)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def base_url(data: Path) -> str:
    """BASE_URL, else the address of the server that runs on this data folder, else where one would answer."""
    chosen = os.environ.get("BASE_URL")
    running = data / "address"
    if not chosen and "PORT" not in os.environ and running.exists():
        chosen = running.read_text().strip()
    return (chosen or own_url()).rstrip("/")
