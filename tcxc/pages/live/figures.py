"""What open pages show of a company and keep true: figures as they stand on the page, and marks of longer lists.

Figures are the same for everybody of the company, so they are read once for all who look. A mark is a word that
changes with its list: the page then asks for the list again, by the address that it came from.
"""

import hashlib
import json
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.html import format_html

from authz import live_calls
from buyers.models import Buyer
from buyers.portal import reads as buying
from sellers.console import reads as selling
from sellers.models import Seller
from tcxc.clock import utc_now
from tcxc.pages import formats
from tcxc.pages.live.jobs import mark_of_jobs
from tcxc.pages.seats import Side


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Figures and marks by name, at one moment."""

    figures: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """A short id of all of it: a browser that comes back with it has seen it."""
        return hashlib.sha256(json.dumps([self.figures, self.marks], sort_keys=True).encode()).hexdigest()[:12]

    def since(self, before: "Snapshot") -> "Snapshot":
        """What of it was another thing before."""
        return Snapshot(_changed(before.figures, self.figures), _changed(before.marks, self.marks))


def snapshot(side: Side, company_id: int) -> Snapshot:
    """What is true now for one side of a company."""
    return _of_buyer(company_id) if side is Side.BUYER else _of_seller(company_id)


def _of_buyer(company_id: int) -> Snapshot:
    buyer = Buyer.objects.select_related("company").get(pk=company_id)
    money, spend = buying.money_of(buyer), buying.spend_of(buyer, at=utc_now())
    calls = live_calls.standing(live_calls.of_buyer(company_id))
    figures = {
        "available": _spendable(money.available),
        "balance": formats.money(money.balance),
        "held": formats.money(money.held),
        "live-calls": formats.count(calls.count),
        "live-cost": formats.money(calls.charged),
        "spent-today": formats.money(spend.today),
        "spent-month": formats.money(spend.month),
    }
    return Snapshot(figures, {"calls": calls.mark, "jobs": mark_of_jobs(company_id)})


def _of_seller(company_id: int) -> Snapshot:
    seller = Seller.objects.select_related("company").get(pk=company_id)
    earnings = selling.earnings_of(seller, at=utc_now())
    calls = live_calls.standing(live_calls.of_seller(company_id))
    figures = {
        "owed": formats.money(earnings.owed),
        "earned-today": formats.money(earnings.today),
        "earned-month": formats.money(earnings.month),
        "live-calls": formats.count(calls.count),
        "live-cost": formats.money(calls.charged),
    }
    return Snapshot(figures, {"calls": calls.mark, "jobs": mark_of_jobs(company_id)})


def _spendable(available: Decimal) -> str:
    """What may be spent; red when it is nothing."""
    shown = formats.money(available)
    return shown if available > 0 else format_html('<span class="text-bad">{}</span>', shown)


def _changed(before: dict[str, str], now: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in now.items() if before.get(name) != value}
