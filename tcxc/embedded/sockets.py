"""Asking a local socket whether somebody listens."""

import socket
from pathlib import Path


def accepts(path: Path) -> bool:
    """Whether a server accepts connections on this socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


def answers(path: Path, question: bytes, answer: bytes) -> bool:
    """Whether a server on this socket gives that answer."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
            probe.sendall(question)
            return probe.recv(len(answer)) == answer
        except OSError:
            return False
