"""The product runs on every Python from 3.11.0 on."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tcxc.embedded import CHECKOUT

POSSESSIVE_OR_ATOMIC = re.compile(r"[\])}][*?]\+|\(\?>")
FOLDERS = ("authz", "billing", "buyers", "numbers", "sellers", "tcxc")


def patterns(source: str) -> Iterator[str]:
    """What is written in each call of a function of `re`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
            yield ast.unparse(node.args[0])


def test_no_pattern_is_possessive_or_atomic():
    """Before Python 3.11.5 those match what they should not (gh-106052)."""
    assert [text for text in patterns("re.compile(rf'(?:{row})*+')") if POSSESSIVE_OR_ATOMIC.search(text)]
    sources = [path.read_text() for folder in FOLDERS for path in Path(CHECKOUT / folder).rglob("*.py")]
    assert [text for source in sources for text in patterns(source) if POSSESSIVE_OR_ATOMIC.search(text)] == []
