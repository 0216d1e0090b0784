"""Where an account stands against each of its limits: what is used, what is left, and when that comes back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from authz.engine.limits import used_of
from authz.models import Session
from authz.traffic import day_began
from buyers.models import Account
from sellers.models import Service
from tcxc.money import ZERO


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of an account. Without a `limit` there is none; `comes_back` says when what is used is free again."""

    label: str | Promise
    used: Decimal | int
    limit: Decimal | int | None
    is_money: bool = False
    held: Decimal = ZERO
    comes_back: datetime | None = None
    hint: str | Promise = ""

    @property
    def left(self) -> Decimal | int | None:
        """What may still be used."""
        return None if self.limit is None else max(self.limit - self.used, 0)


def limits_of(account: Account, *, spent: Decimal, now: datetime) -> list[Limit]:
    """Each limit as it stands; `spent` is what was charged today. One query."""
    live = Session.objects.filter(account=account, state=Session.State.LIVE).aggregate(
        calls=Count("pk", filter=Q(service=Service.VOICE)), held=Sum("held", default=ZERO)
    )
    tomorrow = day_began(now + timedelta(days=1), account.buyer.company.time_zone)
    return [
        Limit(_("Live calls"), live["calls"], account.concurrent_call_limit, hint=_("Free again as calls end.")),
        Limit(
            _("Spend today"),
            spent + live["held"],
            account.spend_limit_daily,
            is_money=True,
            held=live["held"],
            comes_back=tomorrow,
        ),
        _rate(_("Calls a second"), account.call_tat, account.calls_per_second, now),
        _rate(_("Messages a second"), account.message_tat, account.smpp_messages_per_second, now),
    ]


def _rate(label: Promise, tat: datetime | None, limit: int | None, now: datetime) -> Limit:
    used = 0 if limit is None else used_of(tat, now, limit)
    return Limit(label, used, limit, hint=_("Free again within a second."))
