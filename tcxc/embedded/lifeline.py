"""Ties the life of a process to its parent's, so that a parent killed with -9 leaves no orphan."""

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple

PR_SET_PDEATHSIG = 1


class Identity(NamedTuple):
    """As whom a child runs, in the words of Popen; None stands for our own."""

    user: int | None = None
    group: int | None = None
    extra_groups: Sequence[int] | None = None


OURSELVES = Identity()
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def end_with(parent: int, death_signal: int = signal.SIGKILL) -> None:
    """Have the kernel send us that signal when our parent ends; end now when it has ended already.

    Only Linux knows how; elsewhere nothing happens.
    """
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def follow_parent() -> None:
    """In a worker process of a server: end when the server does, also when it has ended already."""
    parent = multiprocessing.parent_process()
    end_with((parent and parent.pid) or os.getppid())


def tie_forks() -> None:
    """Have every process that is forked from now on, here and further down, end with the one that forked it."""
    forker = os.getpid()

    def remember() -> None:
        nonlocal forker
        forker = os.getpid()

    def tie() -> None:
        end_with(forker)

    os.register_at_fork(before=remember, after_in_child=tie)


def spawn(
    command: Sequence[str],
    *,
    death_signal: int,
    output: IO[bytes] | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    identity: Identity = OURSELVES,
) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own, which gets `death_signal` when we die.

    A terminal's Ctrl-C therefore reaches only us, and we stop our children in order. With an `identity` (root only) the
    child runs as that user; the kernel clears the death signal on such a change, and Popen makes it first.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=env,
        cwd=cwd,
        process_group=0,
        preexec_fn=partial(end_with, os.getpid(), death_signal),  # noqa: PLW1509  (safe: our parents run one thread)
        user=identity.user,
        group=identity.group,
        extra_groups=identity.extra_groups,
    )


def has_ended(child: subprocess.Popen[bytes]) -> bool:
    """Whether a child has ended, without reaping it: until then its process group's number stays its own."""
    if child.returncode is not None:
        return True
    return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def reap(child: subprocess.Popen[bytes]) -> int:
    """Kill what is left of a child's process group, the child too if it lives, and return its exit code."""
    if child.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    return child.wait()


def stop(child: subprocess.Popen[bytes], stop_signal: int, *, patience: float) -> None:
    """Ask a child to end; after `patience` seconds, or when it has ended, kill the rest of its group."""
    deadline = time.monotonic() + patience
    if not has_ended(child):
        child.send_signal(stop_signal)
    while not has_ended(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    reap(child)
