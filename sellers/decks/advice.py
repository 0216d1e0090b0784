"""What to tell people about a cell that is not as it must be: what is wrong, and how to mend it."""

import re

_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2})?")


def quoted(cell: str) -> str:
    """The cell in quotes, cut short, with what can't be seen made visible."""
    shown = "".join(letter if letter.isprintable() else "�" for letter in cell[:40])
    return f"“{shown}{'…' if len(cell) > 40 else ''}”"


def for_any_cell(cell: str) -> str | None:
    """What is wrong with a cell whatever its column is, or None."""
    if "\x00" in cell:
        return "holds a NUL character: the file is damaged, or is not text. Export it again."
    if "\n" in cell or "\r" in cell:
        return "holds a line break. Put the cell on one line; look for a double quote that is not closed."
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in cell):
        return "holds a control character, such as a tab. Remove it."
    return None


def for_text(cell: str, longest: int) -> str:
    """Advice for Country, Description and Rate Id."""
    if len(cell) > longest:
        return f"has {len(cell)} characters, and {longest} is the most. Shorten it."
    return f"begins with {quoted(cell[0])}, which a spreadsheet may run as a formula. Begin with a letter or a digit."


def for_prefix(cell: str) -> str:
    """Advice for an E.164 prefix."""
    if (general := _for_code(cell)) is not None:
        return general
    if len(cell) > 15:
        return f"has {len(cell)} digits; an E.164 number has no more than 15."
    return f"begins with 0: {quoted(cell)}. Write the country code first, without 0 or 00 before it, such as 4479."


def for_network(cell: str) -> str:
    """Advice for an MCC or MCCMNC."""
    if (general := _for_code(cell)) is not None:
        return general
    return (
        f"is not a network: {quoted(cell)}. Give an MCC of 3 digits or an MCCMNC of 5 or 6, with the zeros that a "
        "spreadsheet may have dropped, such as 23401."
    )


def _for_code(cell: str) -> str | None:
    if not cell:
        return "is empty. Give the code in digits, such as 4479."
    if _SCIENTIFIC.fullmatch(cell):
        return (
            f"is in scientific notation: {quoted(cell)}, so its last digits are lost. "
            "Format the column as text and enter the code again."
        )
    if _DATE.fullmatch(cell):
        return _turned_into_a_date(cell)
    if cell != cell.strip():
        return f"has a space before or after it: {quoted(cell)}. Remove it."
    if not (cell.isascii() and cell.isdigit()):
        return f"is not digits alone: {quoted(cell)}. Leave out +, spaces and dashes."
    return None


def for_time(cell: str) -> str:
    """Advice for Effective from."""
    if not cell:
        return "is empty. Write ASAP, or a date and time in UTC such as 2026-12-31 00:00:00."
    if cell.strip().upper() == "ASAP":
        return f"is {quoted(cell)}. Write ASAP, in capitals and without spaces."
    if _DATE.fullmatch(cell) and len(cell) == 19:
        return f"is not in the calendar: {quoted(cell)}. Check the day and the time."
    return f"is not a time: {quoted(cell)}. Write ASAP, or a date and time in UTC such as 2026-12-31 00:00:00."


def for_flag(cell: str) -> str:
    """Advice for Forbidden and Discontinued."""
    return "is blank. Write 0 or 1." if not cell.strip() else f"is {quoted(cell)}. Write 0 or 1."


def for_price(cell: str) -> str:  # noqa: PLR0911  (one sentence for each way to get it wrong)
    """Advice for Price 1 and Price N."""
    if not cell.strip():
        return "is empty. Write the price as a plain decimal, such as 0.0123."
    if _SCIENTIFIC.fullmatch(cell):
        return f"is in scientific notation: {quoted(cell)}. Write it out, such as 0.0000123."
    if _DATE.fullmatch(cell):
        return _turned_into_a_date(cell)
    if re.fullmatch(r"[0-9]+,[0-9]+", cell):
        return f"has a decimal comma: {quoted(cell)}. Write {cell.replace(',', '.')[:20]}, with a point."
    if re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", cell):
        return f"has a thousands separator: {quoted(cell)}. Leave it out."
    if re.fullmatch(r"-[0-9.]+", cell):
        return f"is below zero: {quoted(cell)}. Prices are zero or above."
    if re.fullmatch(r"[0-9]+\.[0-9]{9,}", cell):
        return f"has more than eight decimals: {quoted(cell)}. Round it to eight."
    if re.fullmatch(r"[0-9]{9,}(?:\.[0-9]+)?", cell):
        return f"is too large: {quoted(cell)}. Prices are below 100,000,000."
    if re.fullmatch(r"\.[0-9]+|[0-9]+\.", cell):
        return f"lacks a digit on one side of the point: {quoted(cell)}. Write it such as 0.5."
    return f"is not a plain decimal: {quoted(cell)}. Leave out currency signs, separators and spaces: 0.0123."


def for_interval(cell: str) -> str:
    """Advice for Interval 1 and Interval N."""
    if not cell.strip():
        return "is empty. Write whole seconds, such as 60."
    if "/" in cell:
        return f"holds both intervals: {quoted(cell)}. Put the first into Interval 1, the second into Interval N."
    if _DATE.fullmatch(cell):
        return _turned_into_a_date(cell)
    if re.fullmatch(r"0+", cell):
        return "is 0. Write whole seconds from 1 up."
    return f"is not a whole number of seconds: {quoted(cell)}. Write digits alone, such as 60."


def for_sms_interval(cell: str) -> str:
    """Advice for the intervals of SMS, which is priced by the part."""
    if "/" in cell:
        return for_interval(cell)
    return f"is {quoted(cell)}. SMS is priced by the part, so both intervals are 1."


def _turned_into_a_date(cell: str) -> str:
    return (
        f"has been turned into a date by a spreadsheet: {quoted(cell)}. Format the column as text and enter it again."
    )


def for_cell_count(cells: list[str], expected: int) -> str:
    """Advice for a row with too few or too many cells."""
    if len(cells) > expected and any(re.fullmatch(r"[0-9]+", a) for a in cells[7:9]):
        return (
            f"The row has {len(cells)} cells instead of {expected}. Prices need a decimal point, not a comma; "
            "a text that holds a comma needs double quotes around it."
        )
    if len(cells) > expected:
        return f"The row has {len(cells)} cells instead of {expected}. Put double quotes around a text with a comma."
    return f"The row has {len(cells)} cells instead of {expected}. Give every column, those without a value empty."


def for_header(cells: list[str], header: tuple[str, ...]) -> str:
    """Advice for a first row that is not the header."""
    wanted = "Save with exactly these columns: " + ",".join(header)
    if len(cells) == 1 and ";" in cells[0]:
        return f"The columns are separated by semicolons; commas are needed. {wanted}"
    if len(cells) == 1 and "\t" in cells[0]:
        return f"The columns are separated by tabs; commas are needed. {wanted}"
    pairs = zip(cells, header, strict=False)
    for place, (found, name) in enumerate(pairs, 1):
        if found != name:
            return f"Column {place} is {quoted(found)} and must be “{name}”. {wanted}"
    return f"The header has {len(cells)} columns instead of {len(header)}. {wanted}"
