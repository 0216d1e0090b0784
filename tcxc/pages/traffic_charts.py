"""The charts of calls that both sides have: how many were answered, how long people talked, and the money."""

from django.db.models import TextChoices
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authz.traffic import Slot, calls_by
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
    """One chart of the calls of whoever sits here. Raises Http404 for one that is not known."""
    if what not in What.values or step not in {*Step}:
        raise Http404
    slots = _slots(request, step)
    return Chart([slot.at for slot in slots], _series(request, What(what), slots), Step(step))


def heading_of(what: str, step: str) -> str:
    """What the chart is called, such as: Calls and ASR by hour."""
    names = {"what": What(what).label}
    return _("%(what)s by hour") % names if step == Step.HOUR else _("%(what)s by day") % names


def _slots(request: PageRequest, step: str) -> list[Slot]:
    company = request.seat.company
    owner = {f"{request.seat.side}_id": company.pk}
    return calls_by(step, zone=company.time_zone, now=utc_now(), **owner)


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
    seat = request.seat
    if seat.side is Side.BUYER:
        return Series(_("Spent on calls"), [slot.amount for slot in slots], Shape.MONEY, unit=seat.buyer.currency)
    earned = [slot.amount - slot.commission for slot in slots]
    return Series(_("Earned by calls"), earned, Shape.MONEY, unit=seat.seller.currency)
