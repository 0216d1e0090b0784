"""What a seller says of a number: each field read from JSON or from a file's text, and checked."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from numbers.models.numbers import CAPABILITIES
from numbers.models.prices import PRICES
from tcxc.errors import Invalid

MOST_DAYS = 365
LARGEST_COUNT = 2**31 - 1
LONGEST_NOTES = 1000
LONGEST_INTERVAL = 24 * 60 * 60
FEES = ("monthly_fee", "setup_fee")
RATES = ("price_1", "price_n", "sms_price")
INTERVALS = ("interval_1", "interval_n")
FLAGS = (*CAPABILITIES, "documents_required")
FIELDS = (*PRICES, *FLAGS, "notes_for_buyers", "capacity", "quarantine_days")
YES, NO = frozenset({"1", "true", "yes", "y", "on"}), frozenset({"0", "false", "no", "n", "off"})


def read(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields as they are kept, and for each that is wrong a sentence. Empty texts of a file count as not given."""
    found: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field, value in values.items():
        reader = READERS.get(field)
        if reader is None:
            faults[field] = "There is no such field."
            continue
        try:
            found[field] = reader(value.strip() if isinstance(value, str) else value)
        except ValueError as wrong:
            faults[field] = str(wrong)
    return found, faults


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as they are kept. Raises `Invalid` with a sentence for each that is wrong."""
    found, faults = read(values)
    if faults:
        raise Invalid("The number's details are not right.", errors={field: [fault] for field, fault in faults.items()})
    return found


def completed(values: Mapping[str, Any]) -> dict[str, Any]:
    """A new number's fields: a price that was left out after the first interval is that of the first."""
    whole = dict(values)
    if "price_n" not in whole and "price_1" in whole:
        whole["price_n"] = whole["price_1"]
    return whole


def _amount(places: int, whole: int) -> Callable[[Any], Decimal]:
    most = Decimal(10) ** whole
    sentence = f"An amount from 0 to less than {most:f} with at most {places} decimals, such as 1.25."

    def read_amount(value: Any) -> Decimal:
        try:
            amount = value if isinstance(value, Decimal) else Decimal(str(value))
        except InvalidOperation:
            raise ValueError(sentence) from None
        if not amount.is_finite() or not 0 <= amount < most or amount != amount.quantize(Decimal(10) ** -places):
            raise ValueError(sentence)
        return amount.quantize(Decimal(10) ** -places)

    return read_amount


def _count(least: int, most: int, *, may_be_empty: bool = False) -> Callable[[Any], int | None]:
    sentence = f"A whole number from {least} to {most}{', or empty for no limit' if may_be_empty else ''}."

    def read_count(value: Any) -> int | None:
        if may_be_empty and value in {None, ""}:
            return None
        text = str(value)
        if isinstance(value, bool) or not (text.isascii() and text.isdigit()) or len(text) > 10:
            raise ValueError(sentence)
        if not least <= int(text) <= most:
            raise ValueError(sentence)
        return int(text)

    return read_count


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).lower()
    if text not in YES | NO:
        raise ValueError("Yes or no: 1 or 0, true or false.")
    return text in YES


def _notes(value: Any) -> str:
    text = str(value)
    if len(text) > LONGEST_NOTES or "\x00" in text:
        raise ValueError(f"No more than {LONGEST_NOTES} characters, and no control characters.")
    return text


READERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(FEES, _amount(6, 12)),
    **dict.fromkeys(RATES, _amount(8, 8)),
    **dict.fromkeys(INTERVALS, _count(1, LONGEST_INTERVAL)),
    **dict.fromkeys(FLAGS, _flag),
    "notes_for_buyers": _notes,
    "capacity": _count(0, LARGEST_COUNT, may_be_empty=True),
    "quarantine_days": _count(0, MOST_DAYS),
}
