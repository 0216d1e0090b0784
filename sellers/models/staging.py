"""The rows of a checked price list, each with what publishing it would change."""

from django.db import models

from sellers.models.rates import RateTerms
from sellers.models.uploads import PriceListUpload
from tcxc.money import PRICE_DIGITS


class StagedRate(RateTerms):
    """One row of a checked upload beside the price it meets. Kept until the upload is published.

    The table is unlogged: a crash of the database empties it, and the upload is then checked again from its file.
    `row` is empty for a code that mode `replace` withdraws. `requested_at` is empty for ASAP or a past date, and
    `starts_at` for "at the moment of publishing". The old price is the live one, or, where the row repeats that, the
    announced one which the row takes back. For a withdrawn code, `fallback_prefix` is the shorter code that traffic
    falls back to once the list is published, without a price when that one is forbidden.
    """

    pk = models.CompositePrimaryKey("upload_id", "change", "prefix")
    upload = models.ForeignKey(
        PriceListUpload, on_delete=models.CASCADE, related_name="staged", db_index=False, db_constraint=False
    )
    row = models.PositiveIntegerField(null=True)
    discontinued = models.BooleanField(default=False)
    requested_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True)
    is_moved = models.BooleanField()
    is_renamed = models.BooleanField()
    old_price_1 = models.DecimalField(**PRICE_DIGITS, null=True)
    old_price_n = models.DecimalField(**PRICE_DIGITS, null=True)
    old_interval_1 = models.PositiveIntegerField(null=True)
    old_interval_n = models.PositiveIntegerField(null=True)
    fallback_prefix = models.CharField(max_length=18, db_collation="C", blank=True)
    fallback_price_1 = models.DecimalField(**PRICE_DIGITS, null=True)
    fallback_price_n = models.DecimalField(**PRICE_DIGITS, null=True)
