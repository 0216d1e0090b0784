"""Fields for money, prices, phone numbers and times, the same in every resource."""

import re
from datetime import UTC
from decimal import Decimal
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tcxc.money import format_price

_DECIMAL = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?", re.ASCII)


class _ExactField(serializers.Field[Decimal, Any, str, Any]):
    """A decimal as a JSON string, without exponent; a JSON number is taken by its shortest decimal form."""

    whole_digits: int
    decimals: int
    default_error_messages = {
        "invalid": 'Give a plain decimal as text, such as "12.50".',
        "decimals": "No more than {limit} decimals.",
        "digits": "No more than {limit} digits before the point.",
        "minimum": "No less than {limit}.",
    }

    def __init__(self, *, minimum: Decimal | None = None, **options: Any) -> None:
        self.minimum = minimum
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Decimal:
        """The exact decimal."""
        match = _DECIMAL.fullmatch(self._text(data))
        if match is None:
            self.fail("invalid")
        whole, fraction = match[2].lstrip("0"), (match[3] or "").rstrip("0")
        if len(whole) > self.whole_digits:
            self.fail("digits", limit=self.whole_digits)
        if len(fraction) > self.decimals:
            self.fail("decimals", limit=self.decimals)
        value = Decimal(f"{match[1]}{whole or '0'}.{fraction or '0'}")
        if self.minimum is not None and value < self.minimum:
            self.fail("minimum", limit=self.minimum)
        return value

    def _text(self, data: Any) -> str:
        if isinstance(data, bool) or not isinstance(data, str | int | float | Decimal):
            self.fail("invalid")
        return (
            data
            if isinstance(data, str)
            else format(Decimal(repr(data)) if isinstance(data, float) else Decimal(data), "f")
        )


@extend_schema_field({"type": "string", "pattern": r"^-?[0-9]{1,14}(\.[0-9]{1,6})?$", "example": "12.500000"})
class AmountField(_ExactField):
    """An amount of money in the currency of its account: six decimals."""

    whole_digits = 14
    decimals = 6

    def to_representation(self, value: Decimal) -> str:
        """Always with six decimals."""
        return f"{value:.6f}"


@extend_schema_field({"type": "string", "pattern": r"^[0-9]{1,8}(\.[0-9]{1,8})?$", "example": "0.003400"})
class PriceField(_ExactField):
    """A price a minute or a part, never below zero: six decimals, and up to eight where it has them."""

    whole_digits = 8
    decimals = 8

    def __init__(self, **options: Any) -> None:
        super().__init__(minimum=Decimal(0), **options)

    def to_representation(self, value: Decimal) -> str:
        """With six to eight decimals."""
        return format_price(value)


@extend_schema_field({"type": "string", "pattern": r"^\+?[1-9][0-9]{1,14}$", "example": "447700900123"})
class NumberField(serializers.Field[str, Any, str, Any]):
    """A phone number in E.164: digits, with or without a leading plus; kept and shown without."""

    default_error_messages = {"invalid": "Give a number in E.164: two to fifteen digits, the country code first."}
    pattern: ClassVar[re.Pattern[str]] = re.compile(r"\+?([1-9][0-9]{1,14})", re.ASCII)

    def to_internal_value(self, data: Any) -> str:
        """The digits alone."""
        match = self.pattern.fullmatch(data) if isinstance(data, str) else None
        if match is None:
            self.fail("invalid")
        return match[1]

    def to_representation(self, value: str) -> str:
        """The digits alone."""
        return value


@extend_schema_field({"type": "string", "pattern": r"^\+?[1-9][0-9]{0,14}$", "example": "447"})
class NumberPrefixField(NumberField):
    """How a phone number begins: one digit or more, with or without a leading plus."""

    default_error_messages = {"invalid": "Give the digits that the number begins with: one to fifteen, no leading 0."}
    pattern = re.compile(r"[+ ]?([1-9][0-9]{0,14})", re.ASCII)  # in a query a plus that is not encoded is a space


class MomentField(serializers.DateTimeField):
    """A moment in RFC 3339, answered in UTC with a Z; one without an offset is taken as UTC."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)
