"""File locks: the kernel drops them when a process ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tcxc.embedded.errors import EmbeddedError


def open_lock(path: Path) -> int:
    """A descriptor of the lock file, made when missing; raises EmbeddedError when another user owns the folder."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except PermissionError as refused:
        raise EmbeddedError(
            f"{refused.filename} can't be opened by this user. Run as the user who made {path.parent.parent},"
            " or point TCXC_DATA at a folder of your own."
        ) from None


def try_exclusive(descriptor: int) -> bool:
    """Take the lock alone if nobody holds it, without waiting."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def take_shared(descriptor: int) -> None:
    """Hold the lock together with others; waits for a holder who is alone."""
    fcntl.flock(descriptor, fcntl.LOCK_SH)


def take_exclusive(descriptor: int) -> None:
    """Hold the lock alone; waits for every other holder."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock alone for a block of code."""
    descriptor = open_lock(path)
    try:
        take_exclusive(descriptor)
        yield
    finally:
        os.close(descriptor)
