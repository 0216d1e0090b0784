"""The figures of the seller's charts."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sellers.console.views import seller_page
from tcxc.pages.charts import ChartPage, answer
from tcxc.pages.gate import PageRequest
from tcxc.pages.traffic_charts import chart_of, heading_of


@require_GET
@seller_page()
def traffic(request: PageRequest, what: str, step: str) -> HttpResponse:
    """Money, answered calls or minutes of the calls on the seller's connections, by hour or day."""
    chart = chart_of(request, what, step)
    return answer(request, chart, ChartPage(heading_of(what, step), reverse("seller:home"), _("Overview")))
