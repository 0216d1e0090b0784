"""The formats, pills and icons as template filters and tags; every template has them without loading."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tcxc import numbering
from tcxc.pages import formats, icons, sparkline, words

register = template.Library()

register.filter("money", formats.money)
register.filter("exact", formats.exact)
register.filter("signed", formats.signed)
register.filter("price", formats.price)
register.filter("duration", formats.duration)
register.filter("count", formats.count)
register.filter("share", formats.share)
register.filter("unrounded", formats.unrounded)
register.filter("minutes", formats.minutes)
register.filter("percent", formats.percent)
register.filter("phone", formats.phone)


@register.filter
def moment(at: datetime | None) -> str:
    """A moment to the second, in the reader's time zone."""
    return formats.moment(at)


@register.filter
def moment_short(at: datetime | None) -> str:
    """A moment of late, without its year."""
    return formats.moment(at, shape="j M, H:i:s")


@register.filter
def day(at: datetime | None) -> str:
    """The day of a moment, in the reader's time zone."""
    return formats.moment(at, shape="j M Y")


@register.filter
def pill(label: str, word: str) -> SafeString:
    """A status as a pill: `{{ account.get_status_display|pill:account.status }}`."""
    return words.pill(label, word)


@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """One icon of the sprite."""
    return icons.icon(name, label=label, extra=extra)


@register.simple_tag
def bars(values: Sequence[Decimal], label: str) -> SafeString:
    """A row of small bars, one a value, described by the label."""
    return sparkline.bars(values, label)


@register.filter
def of(names: dict[int, str], number: int | None) -> str:
    """The name of a number, or a dash."""
    return names.get(number or 0, formats.NONE)


@register.filter
def country_of_number(digits: str) -> str:
    """The name of the country that an E.164 number is of; nothing when that is not known."""
    country = numbering.country_of(digits) if digits.isascii() and digits.isdigit() else None
    return numbering.country_name(country) if country else ""


@register.filter
def fullness(used: Decimal, limit: Decimal) -> str:
    """The tone of a gauge: red when nothing is left, amber from four fifths on."""
    if used >= limit:
        return words.BAD
    return words.CARE if used * 5 >= limit * 4 else ""


@register.simple_tag(takes_context=True)
def filters_in_address(context: dict[str, Any], more: str = "") -> str:
    """The filters as the address has them, without the place in the list; `more` is added, such as connection=7."""
    query = context["request"].GET.copy()
    for name in ("cursor", "by"):
        query.pop(name, None)
    for name in [name for name, value in query.items() if not value]:
        del query[name]
    return "&".join(filter(None, [more, query.urlencode()]))


@register.simple_tag(takes_context=True)
def traffic_chart(context: dict[str, Any], what: str) -> str:
    """The address of a chart of this side's calls: by hour, or by day when the page's address asks for that."""
    step = "day" if context["request"].GET.get("by") == "day" else "hour"
    return reverse(f"{context['seat'].side}:chart", args=[what, step])


@register.filter
def minus(amount: Decimal, other: Decimal) -> Decimal:
    """What is left of an amount without another."""
    return amount - other


@register.filter
def country(code: str) -> str:
    """The name of a country by its two letters; numbers that no country has are international."""
    return numbering.country_name(code) if code else _("International")


@register.filter
def capability(name: str) -> str:
    """What a number carries, as people call it."""
    return str(words.CAPABILITIES[name])
