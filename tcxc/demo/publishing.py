"""Publishes a price list the way a seller does: upload, check, publish."""

import time
from io import BytesIO

from sellers.models import Connection, PriceListUpload
from sellers.operations.price_lists import check_next_upload, publish_price_list, upload_price_list
from tcxc.actors import Actor

PATIENCE = 120  # seconds that a worker may take to check a list


def publish_deck(connection: Connection, deck: bytes, *, by: Actor) -> None:
    """Publish a CSV as the connection's prices, effective at once. Raises `Refused` if it has errors."""
    upload = upload_price_list(connection=connection, file=BytesIO(deck), file_name=f"{connection.name}.csv", by=by)
    _wait_until_checked(upload)
    publish_price_list(upload=upload, by=by)


def _wait_until_checked(upload: PriceListUpload) -> None:
    """Check it here, unless a worker is faster. Raises `TimeoutError`."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        nothing_waits = check_next_upload() is None
        upload.refresh_from_db(fields=["status"])
        if upload.status != PriceListUpload.Status.CHECKING:
            return
        if nothing_waits:
            time.sleep(0.2)
    raise TimeoutError(f"{upload} was not checked in {PATIENCE} s.")
