"""How many short messages a text takes.

Sources: 3GPP TS 23.038, 6.2.1 (the GSM 7 bit default alphabet), 6.2.1.1 (its extension table, where ESC and a second
septet make one character) and 6.2.3 (UCS-2); 3GPP TS 23.040, 9.2.3.24.1 (concatenation with an 8-bit reference, whose
header of six octets leaves 134 of 140: 153 septets, or 67 code units). A character of two septets, or of two UTF-16
code units, is never split over two parts.
"""

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"

SEPTETS_ALONE, SEPTETS_EACH = 160, 153
UNITS_ALONE, UNITS_EACH = 70, 67

_ESCAPE = "\x1b"
_matches_gsm7 = re.compile(f"[{re.escape(BASIC + EXTENSION)}]*").fullmatch
_replace_extension = re.compile(f"[{re.escape(EXTENSION)}]").sub


class Segments(NamedTuple):
    """The encoding that a text needs, and the number of messages it is sent, and charged, as."""

    encoding: Literal["gsm7", "ucs2"]
    parts: int


def count_parts(text: str) -> Segments:
    """The encoding and number of parts of a text: GSM 7 bit where every character is in it, else UCS-2.

    An empty text is one part. A character outside of the BMP is two code units, a lone surrogate one: every string has
    an answer.
    """
    if _matches_gsm7(text):
        return Segments("gsm7", _gsm7_parts(text))
    return Segments("ucs2", _ucs2_parts(text))


def _gsm7_parts(text: str) -> int:
    if 2 * len(text) <= SEPTETS_ALONE:
        return 1
    septets = _replace_extension(_ESCAPE + "e", text)
    if len(septets) <= SEPTETS_ALONE:
        return 1
    return _count_cuts(len(septets), SEPTETS_EACH, lambda at: septets[at - 1] == _ESCAPE)


def _ucs2_parts(text: str) -> int:
    units = memoryview(text.encode("utf-16-le", "surrogatepass"))
    if len(units) <= 2 * UNITS_ALONE:
        return 1

    def splits_a_pair(at: int) -> bool:
        return 0xD8 <= units[2 * at - 1] <= 0xDB and 0xDC <= units[2 * at + 1] <= 0xDF

    return _count_cuts(len(units) // 2, UNITS_EACH, splits_a_pair)


def _count_cuts(length: int, each: int, splits: Callable[[int], bool]) -> int:
    """The parts of a text, each as full as may be: a cut that would split a character comes one place earlier."""
    parts, start = 1, each
    while start < length:
        start += each - splits(start)
        parts += 1
    return parts
