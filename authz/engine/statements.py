"""The statements that read for a batch. Each takes the arrays that `parameters.of_asks` makes of the asks."""
# ruff: noqa: S608  (only our own text is put together)

from functools import cache

from billing.ledger import LOCK_WALLETS

# Each row asked for is looked up by itself (LATERAL, LIMIT 1): left to choose, the planner would read a table that it
# believes to be small from end to end.
_LINK_OF = """CROSS JOIN LATERAL (
    SELECT * FROM buyers_restcommlink WHERE platform_id = q.platform AND account_sid = q.sid LIMIT 1) l"""
_SESSION_OF = """CROSS JOIN LATERAL (
    SELECT * FROM authz_session WHERE platform_id = q.platform AND session_id = q.id LIMIT 1) s"""
_EVENT_OF = """CROSS JOIN LATERAL (
    SELECT * FROM authz_chargeevent WHERE platform_id = q.platform AND event_id = q.id LIMIT 1) e"""
# By the time of purchase, which no index is in the order of: one by id would be read backwards through all numbers.
_SUBSCRIPTION_OF = """CROSS JOIN LATERAL (SELECT * FROM numbers_number WHERE number = q.number LIMIT 1) n
  CROSS JOIN LATERAL (
    SELECT * FROM numbers_subscription WHERE number_id = n.id ORDER BY bought_at DESC, id DESC LIMIT 1) s"""

# Whose accounts and wallets a batch needs beyond those that hints name: one part for each array that is not empty.
_NEW_SIDS = f"""
  SELECT {{}} FROM unnest(%(new_sid_platforms)s::bigint[], %(new_sids)s::text[]) q(platform, sid) {_LINK_OF}"""
_OPEN_SESSIONS = f"""
  SELECT {{}} FROM unnest(%(open_platforms)s::bigint[], %(open_ids)s::text[]) q(platform, id) {_SESSION_OF}"""
_KNOWN_EVENTS = f"""
  SELECT {{}} FROM unnest(%(event_platforms)s::bigint[], %(event_ids)s::text[]) q(platform, id) {_EVENT_OF}"""
_NEW_NUMBERS = f"""
  SELECT {{}} FROM unnest(%(new_numbers)s::text[]) q(number) {_SUBSCRIPTION_OF}
  JOIN buyers_account a ON a.id = s.account_id WHERE s.state <> 'released'"""
_ACCOUNT_PARTS = {
    "new_sids": _NEW_SIDS.format("l.account_id"),
    "new_numbers": _NEW_NUMBERS.format("a.id"),
    "open_ids": _OPEN_SESSIONS.format("s.account_id"),
    "event_ids": _KNOWN_EVENTS.format("e.account_id"),
}
# A session keeps the wallet it began with; when its account has moved to another since, that one's lock guards what is
# counted for the account.
_WALLET_PARTS = {
    "new_sids": _NEW_SIDS.format("a.wallet_id") + " JOIN buyers_account a ON a.id = l.account_id",
    "new_numbers": _NEW_NUMBERS.format("a.wallet_id"),
    "new_account_ids": "SELECT wallet_id FROM buyers_account WHERE id = ANY(%(new_account_ids)s::bigint[])",
    "open_ids": _OPEN_SESSIONS.format("unnest(ARRAY[s.wallet_id, a.wallet_id])")
    + " LEFT JOIN buyers_account a ON a.id = s.account_id",
    "event_ids": _KNOWN_EVENTS.format("unnest(ARRAY[e.wallet_id, a.wallet_id])")
    + " LEFT JOIN buyers_account a ON a.id = e.account_id",
}
PARTS = tuple(_WALLET_PARTS)


def _with_parts(named: str, parts: dict[str, str], present: tuple[str, ...]) -> str:
    wanted = [parts[name] for name in present if name in parts]
    return f"{named} || ARRAY({' UNION ALL '.join(wanted)})" if wanted else named


@cache
def lock(present: tuple[str, ...]) -> str:
    """Locks the wallets of a batch, and reads them; `present` are the arrays that hold something, of `PARTS`."""
    return LOCK_WALLETS.replace("%s::bigint[]", _with_parts("%(wallets)s::bigint[]", _WALLET_PARTS, present))


@cache
def lock_free(present: tuple[str, ...]) -> str:
    """As `lock`, passing over wallets that others hold."""
    return lock(present) + "SKIP LOCKED"


@cache
def wallets(present: tuple[str, ...]) -> str:
    """As `lock`, without locking."""
    return lock(present).replace("FOR NO KEY UPDATE", "")


# Keys that may still be used: a revoked key stops at once, whatever a door remembers of it.
LIVE_KEYS = """
SELECT k.id FROM tcxc_apikey k JOIN tcxc_platform p ON p.id = k.platform_id
WHERE k.id = ANY(%(keys)s::bigint[]) AND p.is_active
  AND (k.revoked_at IS NULL OR k.revoked_at > %(now)s) AND (k.expires_at IS NULL OR k.expires_at > %(now)s)
"""

LINKS = f"""
SELECT q.platform, q.sid, l.account_id
FROM unnest(%(sid_platforms)s::bigint[], %(sids)s::text[]) q(platform, sid) {_LINK_OF}
"""

# A platform may name an account by our id when the account's buyer has linked any account to that platform.
REACHABLE = """
SELECT q.platform, a.id FROM unnest(%(account_platforms)s::bigint[], %(account_ids)s::bigint[]) q(platform, id)
  JOIN buyers_account a ON a.id = q.id
WHERE EXISTS (
  SELECT FROM buyers_restcommlink l JOIN buyers_account sibling ON sibling.id = l.account_id
  WHERE l.platform_id = q.platform AND sibling.buyer_id = a.buyer_id)
"""

# A platform knows the numbers of those buyers alone who have linked any account to it; mostly the number's own account.
# Calls are counted only on numbers with a capacity, under the lock of their account's wallet. Links are found by their
# accounts (hence the + 0: while a platform is new, its few links would all be read), and one by one (hence LIMIT: an
# EXISTS may be hashed, by reading all that there are).
NUMBERS = f"""
SELECT q.platform, n.number, n.voice, n.sms, n.blocked_by_operator OR NOT seller.is_active, n.capacity,
  CASE WHEN n.capacity IS NULL THEN 0 ELSE (
    SELECT count(*) FROM authz_session up WHERE up.account_id = s.account_id AND up.state = 'live'
      AND up.service = 'voice' AND up.direction = 'inbound' AND up.callee = n.number) END,
  s.id, s.state, s.documents_state, s.account_id,
  coalesce(
    (SELECT l.account_sid FROM buyers_restcommlink l WHERE l.id = s.link_id AND l.platform_id + 0 = q.platform),
    (SELECT min(l.account_sid || '') FROM buyers_restcommlink l
     WHERE l.account_id = s.account_id AND l.platform_id + 0 = q.platform), ''),
  s.sip_contact, s.smpp_contact, s.seller_id, company.name, seller.commission_rate,
  s.price_1, s.price_n, s.interval_1, s.interval_n, s.sms_price
FROM unnest(%(number_platforms)s::bigint[], %(numbers)s::text[]) q(platform, number) {_SUBSCRIPTION_OF}
  JOIN sellers_seller seller ON seller.company_id = s.seller_id
  JOIN tcxc_company company ON company.id = s.seller_id
WHERE (SELECT true FROM buyers_restcommlink l
       WHERE l.account_id = s.account_id AND l.platform_id + 0 = q.platform LIMIT 1)
  OR (SELECT true FROM (SELECT id FROM buyers_account WHERE buyer_id = s.buyer_id OFFSET 0) sibling
      CROSS JOIN LATERAL (SELECT FROM buyers_restcommlink l
        WHERE l.account_id = sibling.id AND l.platform_id + 0 = q.platform LIMIT 1) linked LIMIT 1)
"""

# Live calls and open holds are counted only for accounts with a limit on them, and for none that is only charged.
_ACCOUNTS = """
SELECT a.id, a.buyer_id, a.name, a.status = 'active' AND b.is_active, a.wallet_id, c.time_zone,
  a.concurrent_call_limit, a.calls_per_second, a.smpp_messages_per_second, a.spend_limit_daily, a.slice_seconds,
  a.voice_policy, a.sms_policy, a.routing_version, a.call_tat, a.message_tat,
  up.calls, up.held, a.id = ANY(asked.counted),
  CASE WHEN a.spend_limit_daily IS NOT NULL AND a.id = ANY(asked.counted) THEN ARRAY(
    SELECT d.day || ' ' || d.amount FROM authz_dailyspend d WHERE d.account_id = a.id AND d.day >= %(yesterday)s) END
FROM (SELECT : accounts AS counted OFFSET 0) asked
  JOIN buyers_account a ON a.id = ANY(asked.counted || %(uncounted)s::bigint[])
  JOIN buyers_buyer b ON b.company_id = a.buyer_id JOIN tcxc_company c ON c.id = a.buyer_id
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE s.service = 'voice') AS calls, coalesce(sum(s.held), 0) AS held FROM authz_session s
    WHERE (a.concurrent_call_limit IS NOT NULL OR a.spend_limit_daily IS NOT NULL) AND a.id = ANY(asked.counted)
      AND s.account_id = a.id AND s.state = 'live') up
"""


@cache
def accounts(present: tuple[str, ...]) -> str:
    """Reads the accounts of a batch, with what counts against their limits; `present` as for `lock`."""
    return _ACCOUNTS.replace(": accounts", _with_parts("%(accounts)s::bigint[]", _ACCOUNT_PARTS, present))


# An account that has none comes as a row without one. One that does not come at all was not asked of: a new sub-account
# may be unlinked while these are read.
_RULES = """
SELECT a.id, r.verdict = 'allow', r.prefix, r.min_length, r.max_length, r.country, r.mccmnc
FROM buyers_account a LEFT JOIN buyers_destinationrule r ON r.account_id = a.id WHERE a.id = ANY(: accounts)
"""
_INTERCONNECTS = """
SELECT a.id, c.service, i.id, i.connection_id, i.tech_prefix, i.position, i.weight
FROM buyers_account a LEFT JOIN buyers_interconnect i ON i.account_id = a.id AND i.status = 'active'
  LEFT JOIN sellers_connection c ON c.id = i.connection_id
WHERE a.id = ANY(: accounts) ORDER BY i.id
"""


@cache
def routing(present: tuple[str, ...] = ()) -> tuple[str, str]:
    """Reads the rules, and the active interconnects, of the accounts `unrouted` and of new sub-accounts."""
    of_these = _with_parts("%(unrouted)s::bigint[]", {"new_sids": _ACCOUNT_PARTS["new_sids"]}, present)
    return _RULES.replace(": accounts", of_these), _INTERCONNECTS.replace(": accounts", of_these)


SESSION_COLUMNS = (
    "id, platform_id, session_id, request_hash, state, service, direction, account_id, buyer_id, wallet_id, "
    "account_sid, caller, callee, mccmnc, encoding, routes, route, connection_id, granted_units, used_units, "
    "last_seq, charged, commission, postings, hold_id, held, reason, overrun, unsolicited, authorized_at, heard_at, "
    "sweep_at, closed_at, reply, close_reply, record_id, last_transfer_id, cut_at"
)
SESSIONS = f"""
SELECT {", ".join("s." + name for name in SESSION_COLUMNS.split(", "))}
FROM unnest(%(session_platforms)s::bigint[], %(session_ids)s::text[]) q(platform, id) {_SESSION_OF}
""".replace("s.routes", "s.routes::text")

UPDATES = f"""
SELECT q.platform, q.id, q.seq, u.request_hash, u.reply
FROM unnest(%(update_platforms)s::bigint[], %(update_ids)s::text[], %(update_seqs)s::int[]) q(platform, id, seq)
{_SESSION_OF} CROSS JOIN LATERAL (
    SELECT * FROM authz_sessionupdate WHERE session_id = s.id AND seq = q.seq LIMIT 1) u
"""

EVENTS = f"""
SELECT e.id, e.platform_id, e.event_id, e.request_hash, e.type, e.account_id, e.wallet_id, e.route::text, e.amount,
  e.commission, e.refunded_by, e.record_id, e.transfer_id, e.reply
FROM unnest(%(event_platforms)s::bigint[], %(event_ids)s::text[]) q(platform, id) {_EVENT_OF}
"""

# Calls are counted only where there is a limit, which takes a lock: in ascending order of ids.
CONNECTIONS = """
SELECT c.id, c.status = 'active' AND seller.is_active, c.keyed_by, c.rates_version, c.seller_id,
  company.name, c.sip_uri, c.smpp_uri, c.capacity,
  CASE WHEN c.capacity IS NULL THEN 0 ELSE calls_riding_on(c.id) END,
  coalesce(c.commission_rate, seller.commission_rate)
FROM (SELECT * FROM sellers_connection WHERE id = ANY(%s::bigint[]) ORDER BY id OFFSET 0) c
  JOIN sellers_seller seller ON seller.company_id = c.seller_id
  JOIN tcxc_company company ON company.id = c.seller_id
"""

# Fresh ids of each kind, as many as this batch may need.
IDS = "SELECT " + ", ".join(
    f"ARRAY(SELECT nextval('{sequence}') FROM generate_series(1, %s::int))"
    for sequence in (
        "billing_transfer_id_seq",
        "billing_hold_id_seq",
        "authz_session_id_seq",
        "authz_cdr_ids",
        "authz_messagerecord_ids",
    )
)

# What the engine's statements touch is found by key, in the order in which they name it. Without this, statistics of a
# table that was empty lately may turn one into a scan, and the plan is kept until the next statistics.
SESSION_SETTINGS = """
SET join_collapse_limit = 1; SET from_collapse_limit = 1;
SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off;
SET plan_cache_mode = force_generic_plan; SET statement_timeout = '10s';
SET idle_in_transaction_session_timeout = '10s'; SET TIME ZONE 'UTC'
"""

SILENT = """
SELECT sweep_at, id, platform_id, session_id FROM authz_session
WHERE sweep_at <= %(now)s AND (sweep_at, id) > (%(sweep_at)s, %(id)s::bigint) ORDER BY sweep_at, id LIMIT %(at_most)s
"""

# Opened in the batch's own transaction; two that open it at once meet at the unique constraint, and one tries again.
LEDGER_ACCOUNT = """
WITH opened AS (
  INSERT INTO billing_ledgeraccount (kind, currency, company_id, created_at)
  SELECT %s, %s, %s::bigint, now() WHERE NOT EXISTS (
    SELECT FROM billing_ledgeraccount WHERE kind = %s AND currency = %s AND company_id IS NOT DISTINCT FROM %s::bigint)
  RETURNING id)
SELECT id FROM opened UNION ALL SELECT a.id FROM billing_ledgeraccount a
WHERE a.kind = %s AND a.currency = %s AND a.company_id IS NOT DISTINCT FROM %s::bigint
"""
