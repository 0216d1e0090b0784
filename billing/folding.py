"""Folds accounts that are only appended to, and counts every account's days, without a lock on whoever writes.

Entries get their ids from one sequence, but transactions commit in any order: below the highest id that can be seen
there may be some that can't be seen yet. So a fold goes up to a mark whose past is settled:

1. Note the last id that the sequence gave, and after that the id of a transaction of our own. Writers have their
   transaction id before they take an entry's id (they lock wallets or insert the transfer first), so whoever took an id
   up to the mark has a lower transaction id than ours.
2. When every lower transaction has ended, all entries up to the mark are there to be seen or never will be. Sum them.

Between the two a writer waits for nothing. A mark that does not settle is tried again at the next beat.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

_LAST_ID = "SELECT coalesce(pg_sequence_last_value('billing_entry_ids'), 0)"
_SET_MARK = """
INSERT INTO billing_foldmark AS mark (id, folded_through, next_entry_id, next_xid)
VALUES (1, 0, nullif(%(last)s, 0), pg_current_xact_id()::text::bigint)
ON CONFLICT (id) DO UPDATE SET next_entry_id = EXCLUDED.next_entry_id, next_xid = EXCLUDED.next_xid
WHERE mark.next_entry_id IS NULL AND EXCLUDED.next_entry_id > mark.folded_through
"""
# A transaction id from the future was noted in another cluster, of which this one is a restored dump.
_TAKE_MARK = """
SELECT folded_through, next_entry_id, next_xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
  next_xid > pg_current_xact_id()::text::bigint
FROM billing_foldmark WHERE next_entry_id IS NOT NULL FOR UPDATE SKIP LOCKED
"""
_DROP_MARK = "UPDATE billing_foldmark SET next_entry_id = NULL, next_xid = NULL"
_FOLD = """
WITH days AS MATERIALIZED (
  SELECT e.ledger_account_id AS account, a.kind, (e.recorded_at AT TIME ZONE coalesce(c.time_zone, 'UTC'))::date AS day,
    coalesce(sum(e.amount) FILTER (WHERE e.amount > 0), 0) AS received,
    coalesce(-sum(e.amount) FILTER (WHERE e.amount < 0), 0) AS given, count(*) AS entries
  FROM billing_entry e JOIN billing_ledgeraccount a ON a.id = e.ledger_account_id
    LEFT JOIN tcxc_company c ON c.id = a.company_id
  WHERE e.id > %(after)s AND e.id <= %(through)s GROUP BY 1, 2, 3
), by_day AS (
  INSERT INTO billing_daytotal AS total (ledger_account_id, day, received, given, entries)
  SELECT account, day, received, given, entries FROM days
  ON CONFLICT (ledger_account_id, day) DO UPDATE SET received = total.received + EXCLUDED.received,
    given = total.given + EXCLUDED.given, entries = total.entries + EXCLUDED.entries
), folded AS (
  INSERT INTO billing_fold AS fold (ledger_account_id, balance, through_entry_id, folded_at)
  SELECT account, sum(received - given), %(through)s, %(now)s FROM days WHERE kind <> 'wallet' GROUP BY account
  ON CONFLICT (ledger_account_id) DO UPDATE SET balance = fold.balance + EXCLUDED.balance,
    through_entry_id = EXCLUDED.through_entry_id, folded_at = EXCLUDED.folded_at
), gone_through AS (
  UPDATE billing_foldmark SET folded_through = %(through)s, next_entry_id = NULL, next_xid = NULL
)
SELECT coalesce(sum(entries), 0) FROM days
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the next fold begins and ends, and whether what lies between is settled."""

    after: int
    through: int
    is_settled: bool
    is_foreign: bool


def fold(*, now: datetime, patience: float = 2.0) -> int:
    """Fold what was written before this call. Returns how many entries that were.

    Waits up to `patience` seconds for the transactions that were under way. When they take longer, the mark stays for
    the next call, so that a stream of long transactions does not keep it from ever settling.
    """
    set_mark()
    until = time.monotonic() + patience
    while (folded := fold_to_mark(now)) is None and time.monotonic() < until:
        time.sleep(0.05)
    return folded or 0


def set_mark() -> None:
    """Note how far the next fold goes, unless that is noted already."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_LAST_ID)  # before anything that gives us a transaction id
        (last,) = cursor.fetchone()
        cursor.execute(_SET_MARK, {"last": last})


def fold_to_mark(now: datetime) -> int | None:
    """Fold up to the mark. Returns how many entries that were; None when the mark is not settled yet."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_TAKE_MARK)
        row = cursor.fetchone()
        if row is None:  # nothing new, or somebody else is folding
            return 0
        mark = Mark(*row)
        if mark.is_foreign:
            cursor.execute(_DROP_MARK)
            return 0
        if not mark.is_settled:
            return None
        cursor.execute(_FOLD, {"after": mark.after, "through": mark.through, "now": now})
        (folded,) = cursor.fetchone()
        return int(folded)
