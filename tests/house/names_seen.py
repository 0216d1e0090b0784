"""What a Celery worker and an ASGI server see under the name `numbers`, told in their own ways."""

import json
from typing import Any

from tcxc.celery import app


def seen() -> str:
    """Where our `numbers` is, once the standard one was seen to work."""
    import decimal

    import numbers.months

    assert issubclass(decimal.Decimal, numbers.Number)
    return "/".join(str(numbers.months.__file__).rsplit("/", 2)[1:])


app.conf.names_seen = seen()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Tell what is seen when the product's own application has been loaded."""
    from tcxc.asgi import application as product

    assert product is not None
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps({"numbers": seen()}).encode()})
