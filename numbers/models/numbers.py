"""Phone numbers that sellers host, and how many of each sort are for sale."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from numbers.models.prices import PRICES_ARE_SOUND, Priced
from sellers.models import Seller


class NumberType(models.TextChoices):
    """What sort of number it is, by its numbering plan."""

    GEOGRAPHIC = "geographic", _("Geographic")
    MOBILE = "mobile", _("Mobile")
    TOLL_FREE = "toll_free", _("Toll-free")
    NATIONAL = "national", _("National")
    SHARED_COST = "shared_cost", _("Shared cost")
    PREMIUM = "premium", _("Premium rate")
    VOIP = "voip", _("VoIP")
    PERSONAL = "personal", _("Personal")
    PAGER = "pager", _("Pager")


CAPABILITIES = ("voice", "sms", "fax", "video")
FOR_SALE = Q(state="for_sale")


class Number(Priced):
    """A phone number and its prices for the next buyer, in its seller's currency. It keeps its one row for ever.

    `country` is empty for international codes. `is_blocked` outlasts a sale: the number then is not sold again.
    """

    class State(models.TextChoices):
        """Where the number stands."""

        FOR_SALE = "for_sale", _("For sale")
        SOLD = "sold", _("Sold")
        BLOCKED = "blocked", _("Blocked")
        QUARANTINED = "quarantined", _("In quarantine")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    number = models.CharField(_("number"), max_length=15, db_collation="C")
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="numbers", db_index=False)
    country = models.CharField(_("country"), max_length=2, blank=True)
    area = models.CharField(_("area"), max_length=120, blank=True)
    type = models.CharField(_("type"), max_length=12, choices=NumberType.choices)
    currency = models.CharField(_("currency"), max_length=3)
    voice = models.BooleanField(_("voice"), default=True)
    sms = models.BooleanField(_("SMS"), default=False)
    fax = models.BooleanField(_("fax"), default=False)
    video = models.BooleanField(_("video"), default=False)
    documents_required = models.BooleanField(_("documents required"), default=False)
    notes_for_buyers = models.CharField(_("notes for buyers"), max_length=1000, blank=True)
    capacity = models.PositiveIntegerField(_("calls at once"), null=True, blank=True, help_text=_("Empty: no limit"))
    quarantine_days = models.PositiveSmallIntegerField(_("days in quarantine after a release"), default=0)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.FOR_SALE)
    state_since = models.DateTimeField(default=timezone.now)
    quarantined_until = models.DateTimeField(null=True, blank=True)
    is_blocked = models.BooleanField(_("blocked"), default=False)
    blocked_by_operator = models.BooleanField(default=False)
    block_reason = models.CharField(_("why it is blocked"), max_length=255, blank=True)
    hosted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="number_once"),
            models.CheckConstraint(name="number_is_digits", condition=Q(number__regex=r"^[1-9][0-9]{5,14}$")),
            models.CheckConstraint(name="number_prices_sound", condition=PRICES_ARE_SOUND),
            models.CheckConstraint(
                name="number_can_something", condition=Q(voice=True) | Q(sms=True) | Q(fax=True) | Q(video=True)
            ),
            models.CheckConstraint(
                name="number_quarantined_with_its_end",
                condition=Q(state="quarantined", quarantined_until__isnull=False)
                | ~Q(state="quarantined") & Q(quarantined_until__isnull=True),
            ),
            models.CheckConstraint(
                name="number_for_sale_or_blocked",
                condition=~Q(state="for_sale", is_blocked=True) & ~Q(state="blocked", is_blocked=False),
            ),
            models.CheckConstraint(
                name="number_block_has_its_reason", condition=Q(is_blocked=True) | Q(blocked_by_operator=False)
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "number"], name="number_of_seller"),
            models.Index(fields=["quarantined_until"], name="number_quarantined", condition=Q(state="quarantined")),
            models.Index(fields=["number"], name="number_for_sale", condition=FOR_SALE),
            models.Index(fields=["country", "number"], name="number_for_sale_by_country", condition=FOR_SALE),
            models.Index(fields=["country", "type", "number"], name="number_for_sale_by_sort", condition=FOR_SALE),
            models.Index(fields=["type", "number"], name="number_for_sale_by_type", condition=FOR_SALE),
            models.Index(fields=["seller", "number"], name="number_for_sale_by_seller", condition=FOR_SALE),
            models.Index(fields=["monthly_fee", "number"], name="number_for_sale_by_fee", condition=FOR_SALE),
            *(
                models.Index(
                    fields=["number"], name=f"number_for_sale_with_{name}", condition=FOR_SALE & Q(**{name: True})
                )
                for name in ("sms", "fax", "video")
            ),
        ]

    def __str__(self) -> str:
        return f"+{self.number}"

    @property
    def capabilities(self) -> tuple[str, ...]:
        """What may come in: some of voice, sms, fax and video."""
        return tuple(name for name in CAPABILITIES if getattr(self, name))


class MarketCount(models.Model):
    """How many numbers of one sort came on the market, or left it. Triggers append; a job sums up; nobody waits.

    The sum over all rows of a sort is how many are for sale, whatever else they are.
    """

    currency = models.CharField(max_length=3)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    country = models.CharField(max_length=2, blank=True)
    type = models.CharField(max_length=12)
    voice = models.BooleanField()
    sms = models.BooleanField()
    fax = models.BooleanField()
    video = models.BooleanField()
    change = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="market_count_changes", condition=~Q(change=0))]

    def __str__(self) -> str:
        return f"{self.change} of {self.country} {self.type}"
