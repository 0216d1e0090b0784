"""How money, prices, durations, times and counts look on a page. Every figure is exact: nothing is rounded away."""

from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tcxc.money import AMOUNT_STEP, format_price

NONE = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
_TEN_DECIMALS = Decimal("1E-10")


def money(amount: Decimal | None) -> str:
    """An amount with two decimals, and what lies beyond them greyed, so that 99.987654 shows every digit."""
    if amount is None:
        return NONE
    whole, cents, beyond = _parts(amount)
    return _figure(amount, f"{whole}.{cents}", beyond.rstrip("0"))


def exact(amount: Decimal | None) -> str:
    """An amount with all of its six decimals, so that a column lines up; zeros at the end are greyed."""
    if amount is None:
        return NONE
    whole, cents, beyond = _parts(amount)
    said = beyond.rstrip("0")
    return _figure(amount, f"{whole}.{cents}{said}", beyond[len(said) :])


def signed(amount: Decimal | None) -> str:
    """An amount that moved: what came in with a plus and green, what went out with a minus."""
    if amount is None or amount < 0:
        return exact(amount)
    return format_html('<span class="money in">+{}</span>', exact(amount))


def price(value: Decimal | None) -> str:
    """A price with six to eight decimals; zeros at the end are greyed."""
    if value is None:
        return NONE
    text = format_price(value)
    said = text.rstrip("0").removesuffix(".")
    return _figure(value, said, text[len(said) :])


def unrounded(value: Decimal | None) -> str:
    """A cost before it is rounded: its digits, at most ten decimals, and whether there would be more."""
    if value is None:
        return NONE
    cut = value.quantize(_TEN_DECIMALS, rounding=ROUND_DOWN)
    text = f"{cut:f}".rstrip("0").removesuffix(".")
    return f"{text}…" if cut != value else text


def duration(seconds: int | None) -> str:
    """Seconds as 0:05, 1:05 or 1:02:03."""
    if seconds is None:
        return NONE
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def moment(at: datetime | None, *, shape: str = "j M Y, H:i:s") -> str:
    """A moment in the reader's time zone, with UTC on hover."""
    if at is None:
        return NONE
    local = timezone.localtime(at)
    shown = date_format(local, shape)
    utc = at.astimezone(UTC)
    return format_html(
        '<time class="whitespace-nowrap" datetime="{}" title="{}">{}</time>',
        utc.isoformat(),
        utc.strftime("%Y-%m-%d %H:%M:%S UTC"),
        shown,
    )


def minutes(seconds: int | None) -> str:
    """Seconds as whole minutes, for sums of many calls."""
    return NONE if seconds is None else count(round(seconds / 60))


def percent(part: Decimal | None) -> str:
    """A share that was measured, such as 0.6667 as 66.7 %."""
    return NONE if part is None else f"{part * 100:.1f} %"


def count(number: int | None) -> str:
    """A count with its thousands apart: 1,250,000."""
    return NONE if number is None else f"{number:,}"


def share(part: Decimal | None) -> str:
    """A share such as 0.05 as 5 %."""
    return NONE if part is None else f"{(part * 100).normalize():f} %"


def phone(digits: str) -> str:
    """An E.164 number with its plus; anything else, such as an alphanumeric sender, as it is."""
    return f"+{digits}" if digits.isascii() and digits.isdigit() else digits or _("unknown")


def _parts(amount: Decimal) -> tuple[str, str, str]:
    """The whole with its thousands apart, two decimals, and the four beyond."""
    text = f"{abs(amount).quantize(AMOUNT_STEP):,f}"
    whole, _dot, decimals = text.partition(".")
    return (MINUS if amount < 0 else "") + whole, decimals[:2], decimals[2:]


def _figure(value: Decimal, said: str, greyed: str) -> SafeString:
    rest = format_html('<span class="fine">{}</span>', greyed) if greyed else ""
    return format_html('<data class="money" value="{}">{}{}</data>', f"{value:f}", said, rest)
