"""Regular expressions of phone numbers, spelt out as the digits that may stand at each place.

The open numbering data (phonenumbers, from Google's libphonenumber) says by regular expressions which numbers belong
where. They only ever use literals, classes, groups, alternatives and counted repeats, so each is a finite set of rows
of digit classes, and questions about leading digits can be answered exactly. For building data, not for requests.
"""

import re._constants as kind  # type: ignore[import-not-found]  # the parser of re, which typeshed leaves out
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from typing import Any

Places = tuple[frozenset[str], ...]

ANY_DIGIT = frozenset("0123456789")


@cache
def spell_out(pattern: str) -> tuple[Places, ...]:
    """Every row of digit classes that a pattern stands for. Raises `ValueError` on anything but digits."""
    return tuple(_rows_of_sequence(parser.parse(pattern)))


def may_begin(row: Places, digits: str) -> bool:
    """Whether some number of this row begins with these digits."""
    return len(digits) <= len(row) and all(digit in place for digit, place in zip(digits, row, strict=False))


def is_open_after(row: Places, digits: str) -> bool:
    """Whether after these digits every place of the row may hold every digit."""
    return all(place == ANY_DIGIT for place in row[len(digits) :])


def _rows_of_sequence(items: Iterable[Any]) -> Iterator[Places]:
    for choice in product(*(tuple(_rows_of(item)) for item in items)):
        yield tuple(place for row in choice for place in row)


def _rows_of(item: Any) -> Iterator[Places]:
    operation, argument = item
    if operation is kind.LITERAL:
        yield (frozenset(chr(argument)),)
    elif operation is kind.IN:
        yield (_digits_of_class(argument),)
    elif operation is kind.SUBPATTERN:
        yield from _rows_of_sequence(argument[3])
    elif operation is kind.BRANCH:
        for branch in argument[1]:
            yield from _rows_of_sequence(branch)
    elif operation is kind.MAX_REPEAT:
        least, most, repeated = argument
        for times in range(least, most + 1):
            yield from _rows_of_sequence(list(repeated) * times)
    else:
        raise ValueError(f"no pattern of digits: {operation}")


def _digits_of_class(members: Iterable[Any]) -> frozenset[str]:
    digits: set[str] = set()
    for operation, argument in members:
        if operation is kind.LITERAL:
            digits.add(chr(argument))
        elif operation is kind.RANGE:
            digits.update(chr(code) for code in range(argument[0], argument[1] + 1))
        elif operation is kind.CATEGORY and argument is kind.CATEGORY_DIGIT:
            digits |= ANY_DIGIT
        else:
            raise ValueError(f"no class of digits: {operation}")
    return frozenset(digits)
