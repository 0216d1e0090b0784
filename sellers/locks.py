"""Every row lock of this app: a connection before its uploads."""

from datetime import datetime

from django.db.models import Q

from sellers.models import Connection, PriceListUpload


def lock_connection(pk: int) -> Connection:
    """The connection, locked until the transaction ends; interconnects may still be added to it."""
    return Connection.objects.select_for_update(of=("self",), no_key=True).select_related("seller__company").get(pk=pk)


def lock_upload(pk: int) -> PriceListUpload:
    """The upload, locked until the transaction ends; lock its connection before it."""
    return PriceListUpload.objects.select_for_update(no_key=True).get(pk=pk)


def lock_next_to_check(now: datetime) -> PriceListUpload | None:
    """The oldest upload that waits to be checked and that no worker holds, locked; others' are passed over."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    waiting = PriceListUpload.objects.filter(free, status=PriceListUpload.Status.CHECKING).order_by("id")
    return waiting.select_for_update(skip_locked=True).first()
