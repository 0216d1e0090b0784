"""The reference: pgbench doing the bare reservation, one commit each, 64 clients, on one wallet or over 10,000."""

import re
import subprocess
import tempfile
from pathlib import Path

from tests.bench.house import House
from tests.bench.settings import CONNECTIONS
from tests.bench.world import ACCOUNTS

TABLES = """
CREATE TABLE IF NOT EXISTS bare_wallet (id int PRIMARY KEY, balance numeric(20,6) NOT NULL, held numeric(20,6) NOT NULL)
  WITH (fillfactor = 50);
CREATE TABLE IF NOT EXISTS bare_hold (
  id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, wallet_id int NOT NULL, amount numeric(20,6) NOT NULL,
  opened_at timestamptz NOT NULL DEFAULT now());
INSERT INTO bare_wallet SELECT n, 1000000000, 0 FROM generate_series(1, {wallets}) n ON CONFLICT DO NOTHING;
"""
SCRIPT = """
\\set wallet random(1, :wallets)
BEGIN;
UPDATE bare_wallet SET held = held + 0.12 WHERE id = :wallet AND balance - held >= 0.12;
INSERT INTO bare_hold (wallet_id, amount) VALUES (:wallet, 0.12);
COMMIT;
"""
HOT, SPREAD = "pgbench, bare reservation, 1 wallet", "pgbench, bare reservation, 10,000 wallets"


def prepare(house: House) -> None:
    """Make the two bare tables in the measured database."""
    with house.connect() as connection:
        connection.execute(TABLES.format(wallets=ACCOUNTS))


def measure(house: House, seconds: float, *, wallets: int) -> float:
    """Reservations a second."""
    pgbench = house.program("pgbench")
    if pgbench is None:
        raise LookupError("There is no pgbench beside this PostgreSQL; Debian's postgresql package has it.")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(SCRIPT)
        script.flush()
        said = _run(pgbench, house, script.name, seconds, wallets)
    rate = re.search(r"tps = ([0-9.]+)", said)
    if rate is None:
        raise RuntimeError(f"pgbench said: {said}")
    return float(rate[1])


def _run(pgbench: Path, house: House, script: str, seconds: float, wallets: int) -> str:
    clients = ["-c", str(CONNECTIONS), "-j", "2", "-T", str(max(1, round(seconds)))]
    database = ["-h", str(house.place.sockets), "-U", "tcxc", "bench"]
    command = [str(pgbench), "-n", "-M", "prepared", *clients, "-f", script, "-D", f"wallets={wallets}", *database]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
