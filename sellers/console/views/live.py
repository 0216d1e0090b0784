"""The seller's pages that are live."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from sellers.console.views import seller_page
from tcxc.pages.gate import PageRequest
from tcxc.pages.live import once
from tcxc.pages.seats import Side


@require_GET
@seller_page()
def events(request: PageRequest) -> HttpResponse:
    """What is true now, where no stream can be kept open (see `tcxc/pages/live/door.py`)."""
    return once.events(request, Side.SELLER)
