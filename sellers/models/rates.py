"""Rates: what each code costs, from when, until when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sellers.models.connections import Connection
from sellers.models.uploads import PriceListUpload
from tcxc.money import PRICE_DIGITS


class Change(models.TextChoices):
    """What a row of a price list does to the price of its code."""

    NEW = "new", _("New")
    INCREASE = "increase", _("Increase")
    DECREASE = "decrease", _("Decrease")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    UNCHANGED = "unchanged", _("Unchanged")


class RateTerms(models.Model):
    """A code and its price, as one row of a price list gives them.

    Prices are a minute for voice and a part for SMS, in the seller's currency; intervals are whole seconds (TCXC's
    price-list rules). `change` is what the row does, or did, to the price before it.
    """

    prefix = models.CharField(max_length=18, db_collation="C")
    country = models.CharField(max_length=120, blank=True)
    description = models.CharField(max_length=200, blank=True)
    rate_id = models.CharField(max_length=64, blank=True)
    price_1 = models.DecimalField(**PRICE_DIGITS)
    price_n = models.DecimalField(**PRICE_DIGITS)
    interval_1 = models.PositiveIntegerField()
    interval_n = models.PositiveIntegerField()
    forbidden = models.BooleanField(default=False)
    change = models.CharField(max_length=9, choices=Change.choices, default=Change.NEW, db_collation="C")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.prefix} at {self.price_1}/{self.price_n}"


class Rate(RateTerms):
    """One price of one code for one stretch of time: from `effective_from`, until `effective_until` if that is set.

    The stretches of one code never overlap: each ends where the next begins, or before. A forbidden rate is matched
    like any other, and then refuses the destination on this connection. Only publications write rates
    (`sellers.decks.publisher`), by the hundred thousand and with their connection locked, so no foreign key is looked
    up for each.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.PROTECT, related_name="rates", db_index=False, db_constraint=False
    )
    effective_from = models.DateTimeField()
    effective_until = models.DateTimeField(null=True, blank=True)
    published_in = models.ForeignKey(
        PriceListUpload, on_delete=models.PROTECT, related_name="rates", db_index=False, db_constraint=False
    )
    ended_in = models.ForeignKey(
        PriceListUpload,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ended_rates",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "prefix"],
                name="rate_open_once_per_code",
                condition=Q(effective_until__isnull=True),
            ),
            models.CheckConstraint(name="rate_prices_not_negative", condition=Q(price_1__gte=0, price_n__gte=0)),
            models.CheckConstraint(name="rate_intervals_positive", condition=Q(interval_1__gt=0, interval_n__gt=0)),
            models.CheckConstraint(
                name="rate_ends_after_it_begins",
                condition=Q(effective_until__isnull=True) | Q(effective_until__gt=F("effective_from")),
            ),
        ]
        indexes = [
            models.Index(fields=["connection", "prefix", "-effective_from"], name="rate_by_code"),
        ]


class OverwrittenRate(RateTerms):
    """A rate as it was announced before a later publication took it back.

    Either it was pending and never began (then it is no longer among the rates), or it had an end and was given an
    earlier one. With these rows the list can be told as it stood before any publication.
    """

    rate_pk = models.BigIntegerField()
    connection = models.ForeignKey(
        Connection, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    effective_from = models.DateTimeField()
    effective_until = models.DateTimeField(null=True, blank=True)
    published_in = models.ForeignKey(
        PriceListUpload, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    ended_in = models.ForeignKey(
        PriceListUpload,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    overwritten_in = models.ForeignKey(
        PriceListUpload, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["overwritten_in", "rate_pk"], name="rate_overwritten_once_by_upload"),
        ]
        indexes = [models.Index(fields=["connection", "prefix"], name="overwritten_by_code")]
