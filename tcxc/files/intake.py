"""Takes in a file that a stranger sent."""

import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from tcxc.errors import Invalid, Refused
from tcxc.files.kinds import Kind, Unwanted, kind_of

# Each file takes a processor and up to 1.5 GB for a moment: of one process so many at a time, the others wait. Together
# that is shorter than a transaction of ours may be idle.
_turns = threading.BoundedSemaphore(2)
WAIT, PATIENCE = 10, 15  # seconds, by the clock: for a turn, and for the file
_UNWANTED = 1
_DAMAGED = "The file can't be read: it is damaged, cut off, or not what it begins as. Save it anew and send that."


class Busy(Refused):
    """Too many files are being looked at."""

    type = "unavailable"
    status = 503
    retry_after = 5


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file that may be kept and shown: made anew from what was sent."""

    kind: Kind
    content: bytes


def take_in(file: IO[bytes], *, field: str = "file") -> CleanFile:
    """The file, made anew and harmless.

    Raises `Invalid`, which says what is wrong with it and what would do, and `Busy` when too many come at once.
    """
    most = settings.DOCUMENT_MAX_BYTES
    content = file.read(most + 1)
    if not content:
        raise _refusal("The file is empty.", field)
    if len(content) > most:
        raise _refusal(f"The file is too large: at most {most // (1024 * 1024)} MB.", field)
    try:
        kind_of(content)  # here already: what is no document at all needs no process of its own
    except Unwanted as unwanted:
        raise _refusal(str(unwanted), field) from None
    if not _turns.acquire(timeout=WAIT):
        raise Busy("Too many files are being looked at. Nothing was changed: send it again in a moment.")
    try:
        return _cleaned(content, field)
    finally:
        _turns.release()


def _cleaned(content: bytes, field: str) -> CleanFile:
    limits = [str(settings.DOCUMENT_MAX_PIXELS), str(settings.DOCUMENT_MAX_PAGES)]
    try:
        done = subprocess.run(  # noqa: S603 (our own program, and numbers)
            [sys.executable, "-m", "tcxc.files.cleaning", *limits],
            input=content,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
            cwd=settings.BASE_DIR,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise _refusal(_DAMAGED, field) from None
    if done.returncode == _UNWANTED and done.stdout:
        raise _refusal(done.stdout.decode(), field)
    if done.returncode:
        raise _refusal(_DAMAGED, field)
    media_type, _, clean = done.stdout.partition(b"\n")
    return CleanFile(Kind(media_type.decode()), clean)


def _refusal(sentence: str, field: str) -> Invalid:
    return Invalid(sentence, errors={field: [sentence]}, type_="file_unusable")
