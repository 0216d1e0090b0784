#!/usr/bin/env python
"""Django's command line. Finds the embedded servers, or starts them for its own time."""

import os
import sys

import tcxc  # noqa: F401  (gives `numbers` its path before anything else is imported)

NEED_NO_SERVER = {"help", "--help", "-h", "version", "--version", "collectstatic", "compilemessages", "makemessages"}


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tcxc.settings")
    if len(sys.argv) > 1 and sys.argv[1] not in NEED_NO_SERVER and "TCXC_SUPERVISED" not in os.environ:
        find_servers()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def find_servers() -> None:
    """Have PostgreSQL and Redis up for this command."""
    from tcxc.embedded import EmbeddedError, use

    try:
        use.servers()
    except EmbeddedError as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
