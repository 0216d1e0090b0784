"""Writes the committed data files."""

import csv
from collections.abc import Iterable, Sequence

from tcxc.numbering import DATA


def write_rows(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write one CSV file under `tcxc/data/`; returns the number of rows below the header."""
    count = 0
    with (DATA / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for count, row in enumerate(rows, start=1):  # noqa: B007  (the last count is the answer)
            writer.writerow(row)
    return count
