"""The overview, and the entries of what was earned."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sellers.console import reads
from sellers.console.carried import month_of
from sellers.console.forms import EarningsFilter
from sellers.console.views import seller_page
from tcxc.clock import utc_now
from tcxc.pages.gate import PageRequest
from tcxc.pages.paging import BY_ID, table_page


@require_GET
@seller_page()
def home(request: PageRequest) -> HttpResponse:
    """What the seller earned, and what waits for them."""
    seller = request.seat.seller
    context = {
        "earnings": reads.earnings_of(seller, at=utc_now()),
        "month": month_of(seller, at=utc_now()),
        "awaiting": reads.awaiting(seller),
        "uploads": reads.undecided_uploads(seller),
    }
    return render(request, "console/home.html", context)


@require_GET
@seller_page()
def earnings(request: PageRequest) -> HttpResponse:
    """Each charge that earned the seller something, and each that was given back, the newest first."""
    form = EarningsFilter(request.GET)
    page = table_page(reads.entries_of(request.seat.seller).filter(**form.lookups()), request, BY_ID)
    return render(request, "console/earnings.html", {"page": page, "form": form})
