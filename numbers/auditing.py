"""What numbers promise, each as a query that finds what breaks it: they equal the ledger, and each other."""

from billing.auditing import Check

CHECKS = (
    Check(
        "numbers_equal_the_ledger",
        "each fee of a number is what its one transfer took from a wallet, and no such transfer is without its fee",
        """SELECT coalesce(c.id, t.id), concat('collected ', c.amount, '; the ledger has ', t.amount)
           FROM (SELECT id, amount, transfer_id FROM numbers_collection WHERE amount > 0) c
           FULL JOIN (
             SELECT t.id, -sum(e.amount) AS amount FROM billing_transfer t
               JOIN billing_entry e ON e.transfer_id = t.id
               JOIN billing_wallet w ON w.ledger_account_id = e.ledger_account_id
             WHERE t.kind IN ('number_setup', 'number_month') GROUP BY t.id) t ON t.id = c.transfer_id
           WHERE c.amount IS DISTINCT FROM t.amount""",
    ),
    Check(
        "sold_numbers_have_an_owner",
        "a number is sold exactly while one subscription to it is open",
        """SELECT n.id, concat(n.state, ', open subscriptions: ', count(s.id))
           FROM numbers_number n LEFT JOIN numbers_subscription s ON s.number_id = n.id AND s.state <> 'released'
           GROUP BY n.id HAVING count(s.id) <> CASE n.state WHEN 'sold' THEN 1 ELSE 0 END""",
    ),
    Check(
        "months_follow_each_other",
        "every month of a subscription was collected once, each beginning where the one before it ended",
        """WITH months AS (
             SELECT subscription_id, count(*) AS collected, min(period_start) AS first, max(period_end) AS last,
               bool_and(follows) AS whole
             FROM (SELECT subscription_id, period_start, period_end,
                 coalesce(period_start = lag(period_end) OVER (
                   PARTITION BY subscription_id ORDER BY period_start), true) AS follows
               FROM numbers_collection WHERE kind = 'month') each_month GROUP BY subscription_id)
           SELECT s.id, concat('period ', s.period, ', collected: ', coalesce(m.collected, 0))
           FROM numbers_subscription s LEFT JOIN months m ON m.subscription_id = s.id
           WHERE (m.collected, m.first, m.last, m.whole)
             IS DISTINCT FROM (s.period::bigint, s.bought_at, s.period_end, true)""",
    ),
    Check(
        "market_counts_are_true",
        "the market counts what is for sale",
        """SELECT coalesce(counted.sort, there.sort), concat('counted ', counted.amount, ', there are ', there.amount)
           FROM (SELECT concat_ws(' ', currency, seller_id, country, type, voice, sms, fax, video) AS sort,
               sum(change) AS amount FROM numbers_marketcount GROUP BY 1 HAVING sum(change) <> 0) counted
           FULL JOIN (SELECT concat_ws(' ', currency, seller_id, country, type, voice, sms, fax, video) AS sort,
               count(*) AS amount FROM numbers_number WHERE state = 'for_sale' GROUP BY 1) there USING (sort)
           WHERE counted.amount IS DISTINCT FROM there.amount""",
    ),
)
