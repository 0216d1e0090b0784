"""What operators see first: traffic now, money, what needs a person; and the state of every job."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from celery.schedules import crontab
from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from authz.models import Session, TrafficMark
from authz.traffic import Owner, Sums, traffic_since
from billing.models import Wallet
from buyers.models import Account, Interconnect
from sellers.models import PriceListUpload, Service
from tcxc.models import JobRun, OutboxMessage

AUDIT = "billing.tasks.audit_ledger"
SLACK = timedelta(minutes=2)
MOST_COUNTED = 1_000

JOBS: dict[str, Promise] = {
    "expire-silent-sessions": _("Settle sessions that fell silent"),
    "total-traffic": _("Add up traffic"),
    "fold-accounts": _("Fold the ledger"),
    "audit-ledger": _("Prove the books"),
    "watch-balances": _("Watch for low balances"),
    "deliver-outbox": _("Deliver mail and webhooks"),
    "forget-sent-messages": _("Forget what was sent long ago"),
    "forget-replies": _("Forget replies kept for repeats"),
    "keep-partitions": _("Make partitions ahead"),
    "check-price-lists": _("Check uploaded price lists"),
    "clear-staged-rates": _("Clear previews"),
}


@dataclass(frozen=True, slots=True)
class Money:
    """All wallets of one currency together."""

    currency: str
    wallets: int
    balance: Decimal
    held: Decimal


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for a person: how many, of what, and where to look."""

    count: int
    says: str | Promise
    url: str
    is_grave: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A job that beat wakes, with its last run. It is late when it did not begin for longer than twice its pause."""

    name: str
    label: str
    pause: str
    run: JobRun | None
    is_late: bool

    @property
    def word(self) -> str:
        """Its state, as a pill knows it."""
        if self.run is None:
            return "pending"
        if self.run.failed_at is not None and self.run.failed_at == self.run.ended_at:
            return "denied"
        return "expired" if self.is_late else "live" if self.run.ended_at is None else "active"


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of the first page. Traffic is that of today, by UTC, as far as the totals go."""

    live_calls: int
    live_messages: int
    today: Sums
    money: list[Money]
    needs: list[Need]
    counted_until: datetime | None


def overview(*, now: datetime) -> Overview:
    """Everything for the first page, in a few short queries."""
    live = Session.objects.filter(state=Session.State.LIVE, account__isnull=False).aggregate(
        calls=Count("pk", filter=Q(service=Service.VOICE)), messages=Count("pk", filter=Q(service=Service.SMS))
    )
    began = now.replace(hour=0, minute=0, second=0, microsecond=0)
    mark = TrafficMark.objects.first()
    return Overview(
        live["calls"],
        live["messages"],
        traffic_since(began, owner=Owner())[()],
        _money(),
        [need for need in _needs(now) if need.count],
        mark.counted_until if mark is not None else None,
    )


def _money() -> list[Money]:
    sums = Wallet.objects.values_list("currency").annotate(Count("pk"), Sum("balance"), Sum("held"))
    return [Money(*row) for row in sums.order_by("currency")]


def _needs(now: datetime) -> Iterator[Need]:
    gave_up = OutboxMessage.objects.filter(gave_up_at__isnull=False, sent_at__isnull=True)
    outbox = reverse("admin:tcxc_outboxmessage_changelist")
    yield Need(_some(gave_up), _("messages that could not be delivered"), f"{outbox}?gave_up_at__isempty=0", True)
    late = OutboxMessage.objects.filter(gave_up_at__isnull=True, sent_at__isnull=True, attempts__gt=3)
    yield Need(_some(late), _("messages that failed more than three times"), f"{outbox}?sent_at__isempty=1")
    yield Need(_findings(), _("findings of the last audit of the books"), reverse("admin:jobs"), True)
    troubled = [job for job in jobs(now=now) if job.word in {"denied", "expired"}]
    yield Need(len(troubled), _("jobs that failed or are late"), reverse("admin:jobs"), True)
    wallets = reverse("admin:billing_wallet_changelist")
    yield Need(_some(Wallet.objects.filter(overrun__gt=0)), _("wallets past their limit"), wallets, True)
    accounts = reverse("admin:buyers_account_changelist")
    blocked = Account.objects.filter(status=Account.Status.BLOCKED, blocked_by_operator=True)
    yield Need(_some(blocked), _("accounts that operators blocked"), f"{accounts}?status__exact=blocked")
    waiting = Interconnect.objects.filter(status=Interconnect.Status.AWAITING, asked_at__lt=now - timedelta(days=2))
    ties = reverse("admin:buyers_interconnect_changelist")
    yield Need(_some(waiting), _("buyers who wait for a seller for two days or more"), f"{ties}?status__exact=awaiting")
    stuck = PriceListUpload.objects.filter(status=PriceListUpload.Status.CHECKING)
    uploads = reverse("admin:sellers_pricelistupload_changelist")
    old = stuck.filter(uploaded_at__lt=now - timedelta(minutes=10))
    yield Need(_some(old), _("price lists that are not checked after ten minutes"), f"{uploads}?status__exact=checking")


def _some(rows: QuerySet[Any]) -> int:
    """How many rows there are; no more than a thousand are counted."""
    return len(rows.order_by().values_list("pk")[:MOST_COUNTED])


def _findings() -> int:
    last = JobRun.objects.filter(job=AUDIT).first()
    return int(last.result) if last is not None and last.result.isdigit() else 0


def jobs(*, now: datetime) -> list[Job]:
    """Every job on beat's schedule, in the order of the schedule."""
    runs = {run.job: run for run in JobRun.objects.all()}
    return [_job(name, entry, runs.get(entry["task"]), now) for name, entry in settings.CELERY_BEAT_SCHEDULE.items()]


def _job(name: str, entry: dict[str, Any], run: JobRun | None, now: datetime) -> Job:
    schedule = entry["schedule"]
    is_daily = isinstance(schedule, crontab)
    pause = timedelta(days=1) if is_daily else timedelta(seconds=schedule)
    shown = str(_("daily at %s UTC")) % _clock(schedule) if is_daily else str(_("every %s s")) % f"{schedule:,}"
    is_late = run is not None and now - run.started_at > 2 * pause + SLACK
    return Job(name, str(JOBS.get(name, name.replace("-", " ").capitalize())), shown, run, is_late)


def _clock(schedule: crontab) -> str:
    hour, minute = (min(getattr(schedule, name)) for name in ("hour", "minute"))  # sets, of one number each
    return f"{hour:02d}:{minute:02d}"
