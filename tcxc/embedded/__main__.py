"""`python -m tcxc.embedded postgres|redis` keeps one server; `… hold` starts both and waits for Ctrl-C;
`… remove` deletes their data."""

import signal
import sys
from collections.abc import Callable

from tcxc.embedded import EmbeddedError, Place, Postgres, Redis, place
from tcxc.embedded.keeper import Keeper, Server
from tcxc.embedded.use import remove, servers


def main() -> None:
    """Run what the one argument names."""
    what = sys.argv[1] if len(sys.argv) == 2 else ""
    kinds: dict[str, Callable[[Place], Server]] = {"postgres": Postgres, "redis": Redis}
    try:
        if what == "hold":
            hold()
        elif what == "remove":
            remove(place())
        elif what in kinds:
            Keeper(kinds[what](place())).run()
        else:
            sys.exit(__doc__)
    except EmbeddedError as problem:
        sys.exit(str(problem))


def hold() -> None:
    """Keep both servers up until somebody interrupts or terminates this command."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    servers()
    try:
        signal.pause()
    except KeyboardInterrupt:
        return


main()
