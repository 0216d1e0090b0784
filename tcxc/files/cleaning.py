"""The program that looks at one file that a stranger sent: `python -m tcxc.files.cleaning` reads it, writes it anew.

It runs in a process of its own, with none of our environment, and has little memory and time: whatever a file does to
the libraries that read it ends here. Its exit status is 0 with the clean file on standard output, its media type on a
line before it; 1 with a sentence for whoever sent it; anything else when the file could not be read at all.
"""

import resource
import sys

from tcxc.files.images import drawn_anew
from tcxc.files.kinds import Kind, Unwanted, kind_of
from tcxc.files.pdfs import bound_anew

MEMORY = 1_536 * 1024 * 1024  # bytes of address space
SECONDS = 10  # of the processor


def cleaned(content: bytes, *, most_pixels: int, most_pages: int) -> tuple[Kind, bytes]:
    """The kind of a file, and the file made anew. Raises `Unwanted`, or what its reader does for a damaged one."""
    kind = kind_of(content)
    if kind is Kind.PDF:
        return kind, bound_anew(content, most_pages=most_pages)
    return kind, drawn_anew(content, kind, most_pixels=most_pixels)


def _limit_ourselves() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Clean standard input. The arguments are the most pixels and the most pages."""
    _limit_ourselves()
    most_pixels, most_pages = map(int, sys.argv[1:3])
    try:
        kind, content = cleaned(sys.stdin.buffer.read(), most_pixels=most_pixels, most_pages=most_pages)
    except Unwanted as unwanted:
        sys.stdout.write(str(unwanted))
        return 1
    sys.stdout.buffer.write(f"{kind.value}\n".encode() + content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
