"""Processes and their processor time: steadier than the clock on a machine that others use too."""

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def seconds(pid: int) -> float:
    """User and system time of a process, its living descendants, and those of them that have ended."""
    return _own(pid) + sum(map(_own, descendants(pid)))


def descendants(pid: int) -> set[int]:
    """The living processes that a process has started, and those that they have."""
    children = {int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in _read(task).split()}
    return children.union(*map(descendants, children))


def _own(pid: int) -> float:
    after_name = _read(Path(f"/proc/{pid}/stat")).rpartition(") ")[2].split()
    return sum(map(int, after_name[11:15])) / _TICK  # utime, stime, cutime, cstime


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it has ended meanwhile
        return ""
