"""Every component on one page, in each state, for whoever builds pages. It is there in development only."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from buyers.portal.standing import Limit
from tcxc.clock import utc_now
from tcxc.pages.charts import Chart, Drawn, Series, Shape, Step, drawable
from tcxc.pages.words import WORDS

LIMITS = (("Little used", 2), ("Nearly full", 8), ("Full", 10))
AMOUNTS = [Decimal(n * 37 % 23) / 4 for n in range(24)]


class SampleForm(forms.Form):
    """One field of each kind, with help, and with an error once it is posted empty."""

    name = forms.CharField(label="A text", max_length=60, help_text="Help stands under the field.")
    amount = forms.DecimalField(label="An amount", required=False)
    kind = forms.ChoiceField(label="A choice", choices=[("voice", "Voice"), ("sms", "SMS")])
    side = forms.ChoiceField(label="One of few", choices=[("a", "This"), ("b", "That")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="Agree to something")
    note = forms.CharField(label="Several lines", required=False, widget=forms.Textarea(attrs={"rows": 2}))


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """The components. Raises Http404 outside of development."""
    _in_development()
    context = {
        "words": sorted(WORDS),
        "icons": _icons(),
        "form": SampleForm(initial={"side": "a"}),
        "faulty": SampleForm({"amount": "many"}),
        "amounts": AMOUNTS,
        "money": [Decimal(text) for text in ("1234567.5", "-0.000001", "0.25", "99.987654")],
        "now": utc_now(),
        "page": SimpleNamespace(is_alone=False, newer="?newer", older="?older"),
        "durations": [5, 65, 3723],
        "limits": [Limit(label, used, 10) for label, used in LIMITS],
    }
    return render(request, "gallery.html", context)


@require_GET
def chart(request: HttpRequest) -> HttpResponse:
    """The figures of the gallery's chart. Raises Http404 outside of development."""
    _in_development()
    hour = utc_now().replace(minute=0, second=0, microsecond=0)
    times = [hour - timedelta(hours=n) for n in reversed(range(len(AMOUNTS)))]
    shares = [None if amount > 5 else amount / 6 for amount in AMOUNTS]
    series = [
        Series("Amount", AMOUNTS, Shape.MONEY, unit="USD"),
        Series("Share", shares, Shape.SHARE, Drawn.LINE),
    ]
    return JsonResponse(drawable(Chart(times, series, Step.HOUR)))


def _in_development() -> None:
    if not settings.DEBUG:
        raise Http404


def _icons() -> list[str]:
    lines = (settings.BASE_DIR / "assets" / "icons.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


urlpatterns = [path("", gallery, name="gallery"), path("chart/", chart, name="gallery_chart")]
