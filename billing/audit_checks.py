"""What the ledger promises, each as a query that finds what breaks it."""

from billing.auditing import Check

CHECKS = (
    Check(
        "entries_sum_to_zero",
        "all entries of a currency sum to zero",
        "SELECT currency, sum(amount)::text FROM billing_entry GROUP BY currency HAVING sum(amount) <> 0",
    ),
    Check(
        "transfers_sum_to_zero",
        "the entries of a transfer sum to zero in each currency",
        """SELECT transfer_id, concat(sum(amount), ' ', currency) FROM billing_entry
           GROUP BY transfer_id, currency HAVING sum(amount) <> 0""",
    ),
    Check(
        "transfers_have_two_sides",
        "a transfer has at least two entries, and an entry its transfer, of the same moment",
        """SELECT coalesce(t.id, e.transfer_id), concat(coalesce(e.entries, 0), ' entries')
           FROM billing_transfer t FULL JOIN (
             SELECT transfer_id, count(*) AS entries, min(recorded_at) AS first, max(recorded_at) AS last
             FROM billing_entry GROUP BY transfer_id) e ON e.transfer_id = t.id
           WHERE t.id IS NULL OR e.entries IS NULL OR e.entries < 2
             OR (e.first, e.last) <> (t.recorded_at, t.recorded_at)""",
    ),
    Check(
        "corrections_name_what_they_correct",
        "a refund and a correction name the transfer that they reverse",
        """SELECT id, kind FROM billing_transfer WHERE kind IN ('refund', 'adjustment') AND reverses_id IS NULL""",
    ),
    Check(
        "accounts_have_their_owner",
        "wallets and entries are of their ledger account's currency, wallets of its owner too",
        """SELECT a.id, concat(a.kind, ' of ', a.company_id, ' in ', a.currency, '; wallet of ',
             w.company_id, ' in ', w.currency)
           FROM billing_ledgeraccount a FULL JOIN billing_wallet w ON w.ledger_account_id = a.id
           WHERE (a.kind IS NOT DISTINCT FROM 'wallet') <> (w.ledger_account_id IS NOT NULL)
             OR (a.kind = 'wallet' AND (a.company_id, a.currency) <> (w.company_id, w.currency))
           UNION ALL
           SELECT e.ledger_account_id, concat('entries in ', e.currency) FROM (
             SELECT ledger_account_id, currency FROM billing_entry GROUP BY 1, 2) e
             LEFT JOIN billing_ledgeraccount a ON a.id = e.ledger_account_id
           WHERE e.currency IS DISTINCT FROM a.currency""",
    ),
    Check(
        "balances_are_sums",
        "a wallet's balance is the sum of its entries",
        """SELECT w.ledger_account_id, concat(w.balance, ', entries sum to ', coalesce(e.total, 0))
           FROM billing_wallet w LEFT JOIN (
             SELECT ledger_account_id, sum(amount) AS total FROM billing_entry GROUP BY 1) e
             ON e.ledger_account_id = w.ledger_account_id
           WHERE w.balance <> coalesce(e.total, 0)""",
    ),
    Check(
        "running_balances_run",
        "the balance after each entry of a wallet is that before it plus its amount, and the last one is the wallet's",
        """SELECT id, concat('wallet ', wallet, ': ', coalesce(before, 0), ' plus ', amount, ' became ', after,
             CASE WHEN is_newest THEN concat(', the wallet has ', balance) END)
           FROM (SELECT e.id, w.ledger_account_id AS wallet, w.balance, e.amount, e.balance_after AS after,
               lag(e.balance_after) OVER by_id AS before, lead(e.id) OVER by_id IS NULL AS is_newest
             FROM billing_entry e JOIN billing_wallet w ON w.ledger_account_id = e.ledger_account_id
             WINDOW by_id AS (PARTITION BY e.ledger_account_id ORDER BY e.id)) chain
           WHERE after IS DISTINCT FROM coalesce(before, 0) + amount
             OR (is_newest AND after IS DISTINCT FROM balance)""",
    ),
    Check(
        "held_is_sum_of_holds",
        "what a wallet holds is the sum of its pending holds",
        """SELECT coalesce(w.ledger_account_id, h.wallet_id), concat(w.held, ' held, holds sum to ',
             coalesce(h.total, 0))
           FROM billing_wallet w FULL JOIN (
             SELECT wallet_id, sum(amount - posted_amount) AS total
             FROM billing_hold WHERE state = 'pending' GROUP BY 1) h
             ON h.wallet_id = w.ledger_account_id
           WHERE w.held IS DISTINCT FROM coalesce(h.total, 0)""",
    ),
    Check(
        "overruns_are_exact",
        "a wallet's overrun is how far it is past its limit",
        """SELECT ledger_account_id, concat(overrun, ', available ', balance + credit_limit - held) FROM billing_wallet
           WHERE overrun <> greatest(0, held - balance - credit_limit)""",
    ),
    Check(
        "folds_are_sums",
        "a folded balance is the sum of the entries up to its mark",
        """SELECT f.ledger_account_id, concat(f.balance, ' through ', f.through_entry_id, ', entries sum to ',
             coalesce(e.total, 0))
           FROM billing_fold f LEFT JOIN LATERAL (
             SELECT sum(amount) AS total FROM billing_entry
             WHERE ledger_account_id = f.ledger_account_id AND id <= f.through_entry_id) e ON true
           WHERE f.balance <> coalesce(e.total, 0)""",
    ),
    Check(
        "day_totals_are_sums",
        "the days of an account sum to its entries, as far as they are folded",
        """SELECT coalesce(d.ledger_account_id, e.ledger_account_id), concat(d.total, ' in ', d.entries,
             ' entries by day, ', e.total, ' in ', e.entries, ' entries')
           FROM (SELECT ledger_account_id, sum(received - given) AS total, sum(entries) AS entries FROM billing_daytotal
             GROUP BY 1) d
           FULL JOIN (SELECT ledger_account_id, sum(amount) AS total, count(*) AS entries FROM billing_entry
             WHERE id <= (SELECT folded_through FROM billing_foldmark) GROUP BY 1) e USING (ledger_account_id)
           WHERE (d.total, d.entries) IS DISTINCT FROM (e.total, e.entries)""",
    ),
)
