"""What a number costs: the columns that a number, a subscription and a change of prices have in common."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tcxc.money import AMOUNT_DIGITS, PRICE_DIGITS, ZERO

PRICES = ("monthly_fee", "setup_fee", "price_1", "price_n", "interval_1", "interval_n", "sms_price")
PRICES_ARE_SOUND = (
    Q(monthly_fee__gte=0, setup_fee__gte=0, price_1__gte=0, price_n__gte=0, sms_price__gte=0)
    & Q(interval_1__gt=0)
    & Q(interval_n__gt=0)
)


class Priced(models.Model):
    """Fees in the currency of whoever has them; inbound prices a minute (by intervals in seconds) and an SMS part."""

    monthly_fee = models.DecimalField(_("a month"), **AMOUNT_DIGITS)
    setup_fee = models.DecimalField(_("once, at purchase"), **AMOUNT_DIGITS, default=ZERO)
    price_1 = models.DecimalField(_("first interval, a minute"), **PRICE_DIGITS, default=ZERO)
    price_n = models.DecimalField(_("after it, a minute"), **PRICE_DIGITS, default=ZERO)
    interval_1 = models.PositiveIntegerField(
        _("first interval in seconds"), default=60, validators=[MinValueValidator(1)]
    )
    interval_n = models.PositiveIntegerField(
        _("further intervals in seconds"), default=60, validators=[MinValueValidator(1)]
    )
    sms_price = models.DecimalField(_("an SMS part"), **PRICE_DIGITS, default=ZERO)

    class Meta:
        abstract = True
