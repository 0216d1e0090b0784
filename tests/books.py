"""Whether the books are right: asked after every test that moves money."""

from collections.abc import Sequence
from typing import Any, Protocol

from django.db import connection

CHECKS = {
    "a transfer does not sum to zero": """
        SELECT transfer_id, currency, sum(amount) FROM billing_entry
        GROUP BY transfer_id, currency HAVING sum(amount) <> 0""",
    "a balance is not the sum of its entries": """
        SELECT w.ledger_account_id, w.balance, sum(e.amount) FROM billing_wallet w
        LEFT JOIN billing_entry e ON e.ledger_account_id = w.ledger_account_id
        GROUP BY 1, 2 HAVING w.balance <> coalesce(sum(e.amount), 0)""",
    "a held amount is not the sum of the open holds": """
        SELECT w.ledger_account_id, w.held, sum(h.amount) FROM billing_wallet w
        LEFT JOIN billing_hold h ON h.wallet_id = w.ledger_account_id AND h.state = 'pending'
        GROUP BY 1, 2 HAVING w.held <> coalesce(sum(h.amount), 0)""",
    "a held amount is not what live sessions hold": """
        SELECT w.ledger_account_id, w.held, sum(s.held) FROM billing_wallet w
        LEFT JOIN authz_session s ON s.wallet_id = w.ledger_account_id AND s.state = 'live'
        GROUP BY 1, 2 HAVING w.held <> coalesce(sum(s.held), 0)""",
    "an ended session still holds money": """
        SELECT id, state, held FROM authz_session WHERE state <> 'live' AND (held <> 0 OR hold_id IS NOT NULL)""",
    "a session's charge is not what its transfers took": """
        SELECT s.id, s.charged, -sum(e.amount) FROM authz_session s
        LEFT JOIN billing_transfer t ON t.key LIKE 'session:' || s.id || ':%'
          OR t.key IN (SELECT 'event:' || v.platform_id || ':' || v.event_id FROM authz_chargeevent v
                       WHERE v.type = 'refund' AND v.transfer_id = s.last_transfer_id)
        LEFT JOIN billing_entry e ON e.transfer_id = t.id AND e.ledger_account_id = s.wallet_id
        GROUP BY 1, 2 HAVING s.charged <> -coalesce(sum(e.amount), 0)""",
    "a record is not what its session was charged": """
        SELECT s.id, s.charged, r.amount, r.commission FROM authz_session s
        JOIN (SELECT session_pk, amount, commission FROM authz_cdr
              UNION ALL SELECT session_pk, amount, commission FROM authz_messagerecord) r ON r.session_pk = s.id
        WHERE (s.charged, s.commission) <> (r.amount, r.commission)""",
    "an ended session has no record, or more than one": """
        SELECT s.id, s.state, count(r.session_pk) FROM authz_session s
        LEFT JOIN (SELECT session_pk FROM authz_cdr UNION ALL SELECT session_pk FROM authz_messagerecord) r
          ON r.session_pk = s.id
        GROUP BY 1, 2 HAVING count(r.session_pk) <> CASE WHEN s.state = 'live' THEN 0 ELSE 1 END""",
    "a seller did not get what the records say": """
        SELECT a.company_id, due.amount, sum(e.amount) FROM billing_ledgeraccount a
        LEFT JOIN billing_entry e ON e.ledger_account_id = a.id
        LEFT JOIN (SELECT seller_id, sum(amount - commission) AS amount FROM
              (SELECT seller_id, amount, commission FROM authz_cdr
               UNION ALL SELECT seller_id, amount, commission FROM authz_messagerecord
               UNION ALL SELECT (routes->route->>'seller_id')::bigint, charged, commission FROM authz_session
                 WHERE state = 'live') r GROUP BY 1) due ON due.seller_id = a.company_id
        WHERE a.kind = 'seller' GROUP BY 1, 2 HAVING coalesce(due.amount, 0) <> coalesce(sum(e.amount), 0)""",
}


class Cursor(Protocol):
    """A cursor of Django's or of psycopg's."""

    def execute(self, query: Any, /) -> Any:
        """Run one statement."""

    def fetchall(self) -> Sequence[Any]:
        """All rows that it found."""


def faults(cursor: Cursor | None = None) -> list[str]:
    """Everything that is wrong in the books, a line each; of Django's database, or of a cursor's."""
    if cursor is None:
        with connection.cursor() as own:
            return faults(own)
    found = []
    for what, query in CHECKS.items():
        cursor.execute(query)
        found += [f"{what}: {row}" for row in cursor.fetchall()]
    return found
