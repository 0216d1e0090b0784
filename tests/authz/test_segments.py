"""A text is charged as the number of short messages it is sent as."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from authz.segments import BASIC, EXTENSION, Segments, count_parts

gsm7_texts = st.text(st.sampled_from(BASIC + EXTENSION * 5), max_size=700)
any_texts = st.text(st.characters(exclude_categories=[]), max_size=300)
emoji_texts = st.text(st.sampled_from("aж😀\ud83d\ude00"), max_size=300)


def pack(sizes: list[int], alone: int, each: int) -> int:
    """Put whole characters into parts, one at a time: slow, and plain to see."""
    if sum(sizes) <= alone:
        return 1
    parts = [0]
    for size in sizes:
        if parts[-1] + size > each:
            parts.append(0)
        parts[-1] += size
    return len(parts)


def reference(text: str) -> Segments:
    if set(text) <= set(BASIC) | set(EXTENSION):
        return Segments("gsm7", pack([2 if char in EXTENSION else 1 for char in text], 160, 153))
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return Segments("ucs2", pack([2 if ord(char) > 0xFFFF else 1 for char in whole], 70, 67))


@given(st.one_of(gsm7_texts, any_texts, emoji_texts))
@example("x" * 152 + "€" + "x" * 10)
@example("ж" * 66 + "\ud83d" + "\ude00" * 5)
def test_packs_as_whole_characters_into_parts(text):
    assert count_parts(text) == reference(text)


def test_the_alphabet_is_the_127_characters_and_ten_more_of_ts_23_038():
    assert len(BASIC) == len(set(BASIC)) == 127
    assert len(EXTENSION) == len(set(EXTENSION)) == 10
    assert not set(BASIC) & set(EXTENSION)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("€" * 80, 1),
        ("€" * 80 + "x", 2),
        ("x" * 158 + "€", 1),
        ("x" * 159 + "€", 2),
        # An escape that would be the 153rd septet moves to the next part, so 306 septets no longer fit into two.
        ("x" * 152 + "€" + "x" * 151, 2),
        ("x" * 152 + "€" + "x" * 152, 3),
        ("x" * 151 + "€" + "x" * 153, 2),
        ("€" * 152, 2),
        ("€" * 153, 3),
        ("^{}\\[~]|\f\n\r@", 1),
        ("Ç" * 160, 1),
    ],
)
def test_gsm7_is_counted_in_septets(text, parts):
    assert count_parts(text) == ("gsm7", parts)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 134, 2),
        ("ж" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        # An emoji that would be units 67 and 68 moves to the next part.
        ("ж" * 66 + "😀" + "ж" * 65, 2),
        ("ж" * 66 + "😀" + "ж" * 66, 3),
        ("ж" * 65 + "😀" + "ж" * 67, 2),
        ("x" * 70 + "ж", 2),
        ("\0", 1),
        ("x" * 70 + "\t", 2),
        ("x" * 70 + "ç", 2),
        ("x" * 70 + "`", 2),
        ("\ud83d" * 70, 1),
        ("\ud83d" * 71, 2),
        ("\ude00" * 134, 2),
    ],
)
def test_anything_else_is_counted_in_utf_16_code_units(text, parts):
    assert count_parts(text) == ("ucs2", parts)
