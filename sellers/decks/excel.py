"""Reads an XLSX price list by way of a confined process (`workbook.py`) that turns it into CSV."""

import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from sellers.decks.problems import Unreadable
from sellers.decks.text import Record, Run, read_text

LARGEST_UNPACKED = 1024**3  # bytes; a million rows of eleven cells have some 500 million
MOST_PARTS = 1_000
_CONVERTER = Path(__file__).with_name("workbook.py")
_TOO_LARGE = (
    "The workbook unfolds to more than can be read: too much memory or time. "
    "Remove cells far outside of the list, or save it as “CSV UTF-8”."
)


def read_workbook(file: IO[bytes], good_rows: re.Pattern[str]) -> Iterator[Run | Record]:
    """Every row of the one filled sheet, as `read_text` gives them. Raises `Unreadable`."""
    with tempfile.TemporaryFile() as local, tempfile.TemporaryFile() as said:
        shutil.copyfileobj(file, local)
        _check_container(local)
        local.seek(0)
        command = [sys.executable, "-I", str(_CONVERTER)]
        with subprocess.Popen(command, stdin=local, stdout=subprocess.PIPE, stderr=said) as converter:  # noqa: S603
            try:
                yield from read_text(cast("IO[bytes]", converter.stdout), good_rows)
                _check_end(converter.wait(), said)
            finally:
                converter.kill()


def _check_container(file: IO[bytes]) -> None:
    """A workbook is a zip archive with a known part in it, and says itself how large it unfolds."""
    file.seek(0)
    start = file.read(4)
    if start == b"\xd0\xcf\x11\xe0":
        raise Unreadable(1, "The file is an old or a locked Excel workbook. Save it as .xlsx without a password.")
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Unreadable(1, "The file is named .xlsx and is no workbook. Save it as .xlsx, or name it .csv.") from error
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise Unreadable(1, "The file is an archive and no workbook. Save the price list as .xlsx.")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unreadable(1, _TOO_LARGE)


def _check_end(code: int, said: IO[bytes]) -> None:
    if code == 0:
        return
    said.seek(0)
    sentence = said.read(1_000).decode(errors="replace")
    raise Unreadable(1, sentence if code == 1 and sentence and "\n" not in sentence else _TOO_LARGE)
