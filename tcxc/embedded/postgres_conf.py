"""What the embedded PostgreSQL is told: socket only, durable, tuned for many short transactions."""

import os
from dataclasses import dataclass
from pathlib import Path

HBA = "# Sockets only, and only for the users that pg_ident.conf names.\nlocal all all peer map=house\n"

DURABLE = """
# A commit is on the disk before it is acknowledged. Start-up refuses anything else.
fsync = on
synchronous_commit = on
full_page_writes = on
"""

FOR_TESTS = """
# A cluster for tests: it may lose everything when the machine stops, and says so to nobody else.
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
"""

TEMPLATE = """\
# Written anew at every start by tcxc/embedded/postgres_conf.py.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
log_min_duration_statement = 2000
{durability}
# Memory: an eighth of the machine's, for PostgreSQL's own cache.
shared_buffers = {buffers}MB
effective_cache_size = {cache}MB
work_mem = 16MB
maintenance_work_mem = 256MB

# The write-ahead log: few, spread checkpoints, so that a busy hour is not spent writing full pages.
wal_buffers = 16MB
min_wal_size = 256MB
max_wal_size = 4GB
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9

# Plans: data is cached or on an SSD, and a statement of a few milliseconds has no use for a compiler.
random_page_cost = 1.1
jit = off
max_locks_per_transaction = 256

# Wallets and sessions are updated all day: clean up early and often.
autovacuum_naptime = 15s
autovacuum_vacuum_scale_factor = 0.05
autovacuum_vacuum_cost_limit = 2000
"""


@dataclass(frozen=True)
class Conf:
    """The text of postgresql.conf for this machine's memory (in MB)."""

    memory: int

    def render(self, sockets: Path, *, durable: bool) -> str:
        """The whole file; not durable is for tests only, and small."""
        buffers = min(max(128, self.memory // 8), 4096) if durable else 128
        return TEMPLATE.format(
            sockets=str(sockets).replace("'", "''"),
            durability=DURABLE if durable else FOR_TESTS,
            buffers=buffers,
            cache=max(512, self.memory // 2),
        )


CONF = Conf(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20)


def ident(system_users: list[str], role: str) -> str:
    """pg_ident.conf: which users of this system may be our role."""
    return "".join(f'house "{name}" {role}\n' for name in system_users)
