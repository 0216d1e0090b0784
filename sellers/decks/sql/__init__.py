"""The statements of the price lists, one a file, with named parameters."""

from functools import cache
from pathlib import Path


@cache
def statement(name: str) -> str:
    """The text of `NAME.sql` beside this file."""
    return Path(__file__).with_name(f"{name}.sql").read_text()
