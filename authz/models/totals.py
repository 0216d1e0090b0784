"""Totals of traffic, so that no page sums records. Only a job makes them, of the records (`authz.totals`)."""

from django.db import models

from sellers.models import Service
from tcxc.money import AMOUNT_DIGITS, ZERO


class TrafficSums(models.Model):
    """What some records sum up to. Numbers of other tables are plain, as in the records; 0 stands for none.

    `tried` reached a route, `answered` of those succeeded (a message: was sent), `denied` never reached one. `seconds`
    were talked; `billed` are seconds of calls or parts of messages. `amount` is what buyers paid, `commission` the
    exchange's share of it, both in `currency`.
    """

    service = models.CharField(max_length=8, choices=Service.choices)
    buyer_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    seller_id = models.BigIntegerField()
    connection_id = models.BigIntegerField()
    currency = models.CharField(max_length=3, blank=True)
    tried = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    denied = models.PositiveIntegerField()
    seconds = models.BigIntegerField()
    billed = models.BigIntegerField()
    amount = models.DecimalField(**AMOUNT_DIGITS, default=ZERO)
    commission = models.DecimalField(**AMOUNT_DIGITS, default=ZERO)

    class Meta:
        abstract = True


class TrafficQuarter(TrafficSums):
    """The traffic of an account over a connection in a quarter of an hour, of which the days of every zone are made."""

    start = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["start"], name="traffic_quarter_start"),
            models.Index(fields=["buyer_id", "start"], name="traffic_quarter_of_buyer"),
            models.Index(fields=["seller_id", "start"], name="traffic_quarter_of_seller"),
        ]

    def __str__(self) -> str:
        return f"{self.service} at {self.start}"


class DestinationQuarter(TrafficSums):
    """As `TrafficQuarter`, and by country called: kept for the days that may still change, for `DestinationDay`."""

    start = models.DateTimeField()
    country = models.CharField(max_length=2, blank=True)

    class Meta:
        indexes = [models.Index(fields=["start"], name="destination_quarter_start")]

    def __str__(self) -> str:
        return f"{self.service} to {self.country} at {self.start}"


class DestinationDay(TrafficSums):
    """The traffic of an account over a connection to one country on one day of UTC."""

    day = models.DateField()
    country = models.CharField(max_length=2, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["day"], name="destination_day"),
            models.Index(fields=["buyer_id", "day"], name="destination_day_of_buyer"),
            models.Index(fields=["seller_id", "day"], name="destination_day_of_seller"),
            models.Index(fields=["connection_id", "day"], name="destination_day_of_connection"),
        ]

    def __str__(self) -> str:
        return f"{self.service} to {self.country} on {self.day}"


class TrafficMark(models.Model):
    """Until when every record was counted, and every correction of one. There is one row."""

    counted_until = models.DateTimeField()
    corrected_until = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="traffic_mark_is_one_row", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"counted until {self.counted_until}"
