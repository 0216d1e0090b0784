"""The charts of calls that both sides have: how many were answered, how long people talked, and the money."""

from django.db.models import TextChoices
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authz.traffic import Owner, Slot, traffic_by
from sellers.models import Service
from tcxc.clock import utc_now
from tcxc.pages.charts import Chart, Drawn, Series, Shape, Step
from tcxc.pages.gate import PageRequest
from tcxc.pages.seats import Side


class What(TextChoices):
    """Which chart."""

    MONEY = "money", gettext_lazy("Money")
    ANSWERED = "answered", gettext_lazy("Calls and ASR")
    MINUTES = "minutes", gettext_lazy("Minutes and ACD")


def chart_of(request: PageRequest, what: str, step: str) -> Chart:
    """One chart of whoever sits here: of calls, money of messages too. Raises Http404 for one that is not known."""
    if what not in What.values or step not in {*Step}:
        raise Http404
    slots = _slots(request, step, "" if what == What.MONEY else Service.VOICE)
    return Chart([slot.at for slot in slots if slot.at], _series(request, What(what), slots), Step(step))


def heading_of(what: str, step: str) -> str:
    """What the chart is called, such as: Calls and ASR by hour."""
    names = {"what": What(what).label}
    return _("%(what)s by hour") % names if step == Step.HOUR else _("%(what)s by day") % names


def _slots(request: PageRequest, step: str, service: str) -> list[Slot]:
    company, side = request.seat.company, request.seat.side
    owner = Owner(buyer_id=company.pk) if side is Side.BUYER else Owner(seller_id=company.pk)
    return traffic_by(step, owner=owner, zone=company.time_zone, now=utc_now(), service=service)


def _series(request: PageRequest, what: What, slots: list[Slot]) -> list[Series]:
    if what is What.MONEY:
        return [_money(request, slots)]
    if what is What.ANSWERED:
        return [
            Series(_("Calls tried"), [slot.tried for slot in slots]),
            Series(_("ASR"), [slot.asr for slot in slots], Shape.SHARE, Drawn.LINE),
        ]
    return [
        Series(_("Minutes"), [round(slot.seconds / 60) for slot in slots]),
        Series(_("ACD"), [slot.acd for slot in slots], Shape.DURATION, Drawn.LINE),
    ]


def _money(request: PageRequest, slots: list[Slot]) -> Series:
    """What a buyer spent, or what a seller earned, on calls and messages."""
    seat = request.seat
    if seat.side is Side.BUYER:
        return Series(_("Spent"), [slot.amount for slot in slots], Shape.MONEY, unit=seat.buyer.currency)
    return Series(_("Earned"), [slot.earned for slot in slots], Shape.MONEY, unit=seat.seller.currency)
