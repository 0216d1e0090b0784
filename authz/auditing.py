# ruff: noqa: S608 (these queries are put together of our own words only)
"""What the engine promises of sessions, events and records: they equal the ledger, and each other.

A transfer's key names the session or event that it charges, `session:<id>:<n>` or `event:<platform>:<event id>`; a
refund names the transfer that it reverses. That is the `subject` in these queries.
"""

from billing.auditing import Check

_TRAFFIC = """traffic AS MATERIALIZED (
  SELECT id, account_id, recorded_at,
    CASE WHEN starts_with(key, 'session:') THEN concat('session:', split_part(key, ':', 2)) ELSE key END AS subject
  FROM (
    SELECT t.id, t.account_id, t.recorded_at, coalesce(o.key, t.key) AS key
    FROM billing_transfer t LEFT JOIN billing_transfer o ON o.id = t.reverses_id AND t.kind = 'refund'
    WHERE t.kind IN ('charge', 'adjustment', 'refund')) keyed)"""

_TAKEN = f"""{_TRAFFIC}, taken AS (
  SELECT t.subject, coalesce(-sum(e.amount) FILTER (WHERE a.kind = 'wallet'), 0) AS amount,
    coalesce(sum(e.amount) FILTER (WHERE a.kind = 'commission'), 0) AS commission,
    min(a.id) FILTER (WHERE a.kind = 'wallet') AS wallet, max(a.id) FILTER (WHERE a.kind = 'wallet') AS last_wallet
  FROM traffic t JOIN billing_entry e ON e.transfer_id = t.id JOIN billing_ledgeraccount a ON a.id = e.ledger_account_id
  GROUP BY t.subject)"""

_EVENT = "concat('event:', platform_id, ':', event_id)"

_RECORDS = """records AS (
  SELECT 'call' AS kind, id, session_pk, seller_id, amount, commission,
    CASE WHEN session_pk IS NULL THEN concat('event:', platform_id, ':', session_id)
         ELSE concat('session:', session_pk) END AS subject FROM authz_cdr
  UNION ALL SELECT 'message', id, session_pk, seller_id, amount, commission,
    CASE WHEN session_pk IS NULL THEN concat('event:', platform_id, ':', session_id)
         ELSE concat('session:', session_pk) END FROM authz_messagerecord)"""

# A company that moves to another time zone has days before that which were counted in the old one.
_SPENT = f"""{_TRAFFIC}, moved AS (
  SELECT object_id AS company, max(at)::date + 1 AS until FROM tcxc_auditevent
  WHERE action = 'company.update' AND before->>'time_zone' IS DISTINCT FROM after->>'time_zone' GROUP BY 1
), charged AS (
  SELECT t.account_id, (t.recorded_at AT TIME ZONE c.time_zone)::date AS day, -sum(e.amount) AS amount
  FROM traffic t JOIN billing_entry e ON e.transfer_id = t.id
    JOIN billing_wallet w ON w.ledger_account_id = e.ledger_account_id JOIN tcxc_company c ON c.id = w.company_id
  GROUP BY 1, 2
), days AS (
  SELECT account_id, day, coalesce(d.amount, 0) AS counted, coalesce(c.amount, 0) AS charged
  FROM authz_dailyspend d FULL JOIN charged c USING (account_id, day))"""

CHECKS = (
    Check(
        "charges_equal_the_ledger",
        "what a session or event was charged is what its transfers took from its wallet, commission included",
        f"""WITH {_TAKEN}, told AS (
              SELECT concat('session:', id) AS subject, charged AS amount, commission, wallet_id FROM authz_session
              UNION ALL SELECT {_EVENT}, CASE refunded_by WHEN '' THEN amount ELSE 0 END,
                CASE refunded_by WHEN '' THEN commission ELSE 0 END, wallet_id
              FROM authz_chargeevent WHERE type = 'debit')
            SELECT subject, concat('charged ', s.amount, ', commission ', s.commission, ', wallet ', s.wallet_id,
              '; the ledger has ', t.amount, ', ', t.commission, ', ', t.wallet)
            FROM told s FULL JOIN taken t USING (subject)
            WHERE s.subject IS NULL OR (s.amount, s.commission) <> (coalesce(t.amount, 0), coalesce(t.commission, 0))
              OR (t.wallet, t.last_wallet) <> (s.wallet_id, s.wallet_id)""",
    ),
    Check(
        "events_equal_their_transfers",
        "a debit or refund moved what it says",
        f"""SELECT {_EVENT}, concat(v.type, ' of ', v.amount, ', commission ', v.commission, '; its transfer moved ',
              m.amount, ', ', m.commission)
            FROM authz_chargeevent v LEFT JOIN LATERAL (
              SELECT -sum(e.amount) FILTER (WHERE a.kind = 'wallet') AS amount,
                coalesce(sum(e.amount) FILTER (WHERE a.kind = 'commission'), 0) AS commission
              FROM billing_entry e JOIN billing_ledgeraccount a ON a.id = e.ledger_account_id
              WHERE e.transfer_id = v.transfer_id) m ON true
            WHERE v.type IN ('debit', 'refund')
              AND (v.amount, v.commission) <> (coalesce(m.amount, 0), coalesce(m.commission, 0))""",
    ),
    Check(
        "records_equal_charges",
        "an ended session and a debit have one record each, with what they were charged",
        f"""WITH {_RECORDS}, told AS (
              SELECT concat('session:', id) AS subject, record_id, charged AS amount, commission
              FROM authz_session WHERE state <> 'live'
              UNION ALL SELECT {_EVENT}, record_id, CASE refunded_by WHEN '' THEN amount ELSE 0 END,
                CASE refunded_by WHEN '' THEN commission ELSE 0 END
              FROM authz_chargeevent WHERE type = 'debit' AND record_id IS NOT NULL
            ), kept AS (
              SELECT subject, count(*) AS records, min(id) AS id, sum(amount) AS amount, sum(commission) AS commission
              FROM records GROUP BY subject)
            SELECT subject, concat('charged ', s.amount, ', commission ', s.commission, '; ', coalesce(r.records, 0),
              ' records with ', r.amount, ', ', r.commission)
            FROM told s FULL JOIN kept r USING (subject)
            WHERE (s.record_id, 1, s.amount, s.commission)
              IS DISTINCT FROM (r.id, r.records, r.amount, r.commission)""",
    ),
    Check(
        "sellers_got_their_part",
        "of each charge the seller that the record names got all but the commission, and no other seller anything",
        f"""WITH {_TRAFFIC}, {_RECORDS}, got AS (
              SELECT t.subject, a.company_id AS seller_id, sum(e.amount) AS amount
              FROM traffic t JOIN billing_entry e ON e.transfer_id = t.id
                JOIN billing_ledgeraccount a ON a.id = e.ledger_account_id AND a.kind = 'seller'
              GROUP BY 1, 2 HAVING sum(e.amount) <> 0
            ), due AS (
              SELECT subject, seller_id, amount - commission AS amount FROM records WHERE amount <> commission
              UNION ALL SELECT concat('session:', id), (routes->route->>2)::bigint, charged - commission
              FROM authz_session WHERE state = 'live' AND charged <> commission)
            SELECT subject, concat('seller ', seller_id, ' got ', coalesce(g.amount, 0), ', the record says ',
              coalesce(d.amount, 0))
            FROM got g FULL JOIN due d USING (subject, seller_id) WHERE g.amount IS DISTINCT FROM d.amount""",
    ),
    Check(
        "holds_belong_to_live_sessions",
        "a pending hold belongs to one live session of its account and wallet, which holds as much; no other holds any",
        """SELECT coalesce(h.id, s.hold_id), concat(h.amount - h.posted_amount, ' pending; ', coalesce(s.sessions, 0),
             ' sessions, the first ', s.id, ', hold ', s.held)
           FROM (SELECT * FROM billing_hold WHERE state = 'pending' AND purpose = 'session') h FULL JOIN (
             SELECT hold_id, count(*) AS sessions, min(id) AS id, sum(held) AS held, min(wallet_id) AS wallet_id,
               min(account_id) AS account_id, bool_and(state = 'live') AS is_live
             FROM authz_session WHERE hold_id IS NOT NULL OR held <> 0 GROUP BY hold_id) s ON s.hold_id = h.id
           WHERE (s.sessions, s.is_live, s.held, s.wallet_id, s.account_id)
             IS DISTINCT FROM (1, true, h.amount - h.posted_amount, h.wallet_id, h.account_id)""",
    ),
    Check(
        "daily_spend_is_charged",
        "what an account spent on a day of its buyer's calendar is what it was charged on that day",
        f"""WITH {_SPENT}
            SELECT concat(account_id, ' on ', day), concat(counted, ' counted, ', charged, ' charged')
            FROM days LEFT JOIN buyers_account a ON a.id = account_id
              LEFT JOIN moved ON moved.company = a.buyer_id::text
            WHERE counted <> charged AND (moved.until IS NULL OR day > moved.until)
            UNION ALL
            SELECT concat(account_id, ' in all'), concat(sum(counted), ' counted, ', sum(charged), ' charged')
            FROM days GROUP BY account_id HAVING sum(counted) <> sum(charged)""",
    ),
)
