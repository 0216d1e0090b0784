"""The figures of the buyer's charts."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from buyers.portal.views import buyer_page
from tcxc.pages.charts import ChartPage, answer
from tcxc.pages.gate import PageRequest
from tcxc.pages.traffic_charts import chart_of, heading_of


@require_GET
@buyer_page()
def traffic(request: PageRequest, what: str, step: str) -> HttpResponse:
    """Money, answered calls or minutes of the buyer's calls, by hour or day."""
    chart = chart_of(request, what, step)
    return answer(request, chart, ChartPage(heading_of(what, step), reverse("buyer:calls"), _("Calls")))
