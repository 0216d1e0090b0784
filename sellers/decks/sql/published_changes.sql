-- What one publication changed, code by code: prices it began, and prices it ended with none to follow. What later ones
-- took back is told from its copy. The old price is the live one; where the new one repeats that, the announced one that
-- was taken back.
WITH first_copy AS (
  SELECT DISTINCT ON (rate_pk) * FROM sellers_overwrittenrate
  WHERE connection_id = %(connection)s AND published_in_id = %(upload)s
  ORDER BY rate_pk, id
), began AS (
  SELECT prefix, description, price_1, price_n, interval_1, interval_n, forbidden, change, effective_from
  FROM sellers_rate
  WHERE connection_id = %(connection)s AND published_in_id = %(upload)s
  UNION ALL
  SELECT prefix, description, price_1, price_n, interval_1, interval_n, forbidden, change, effective_from
  FROM first_copy c
  WHERE NOT EXISTS (SELECT FROM sellers_rate r WHERE r.id = c.rate_pk)
), before AS (
  SELECT prefix, description, price_1, price_n, interval_1, interval_n, forbidden
  FROM sellers_rate
  WHERE connection_id = %(connection)s AND published_in_id <> %(upload)s
    AND effective_from < %(published_at)s AND (effective_until IS NULL OR effective_until >= %(published_at)s)
), taken_back AS (
  SELECT DISTINCT ON (prefix) *
  FROM sellers_overwrittenrate
  WHERE connection_id = %(connection)s AND overwritten_in_id = %(upload)s
  ORDER BY prefix, effective_from DESC
), ends AS (
  SELECT prefix, effective_until AS ended_at FROM sellers_rate
  WHERE connection_id = %(connection)s AND ended_in_id = %(upload)s
  UNION ALL
  SELECT prefix, effective_until FROM sellers_overwrittenrate
  WHERE connection_id = %(connection)s AND ended_in_id = %(upload)s
  UNION ALL
  SELECT prefix, greatest(effective_from, %(published_at)s) FROM taken_back
), withdrawn AS (
  SELECT prefix, min(ended_at) AS ended_at FROM ends e
  WHERE NOT EXISTS (SELECT FROM began b WHERE b.prefix = e.prefix)
  GROUP BY prefix
)
SELECT b.prefix, b.description, b.change, b.effective_from, b.forbidden,
  CASE WHEN b.change = 'new' THEN NULL WHEN r.is_repeat THEN t.price_1 ELSE o.price_1 END,
  CASE WHEN b.change = 'new' THEN NULL WHEN r.is_repeat THEN t.price_n ELSE o.price_n END,
  CASE WHEN b.change = 'new' THEN NULL WHEN r.is_repeat THEN t.interval_1 ELSE o.interval_1 END,
  CASE WHEN b.change = 'new' THEN NULL WHEN r.is_repeat THEN t.interval_n ELSE o.interval_n END,
  b.price_1, b.price_n, b.interval_1, b.interval_n
FROM began b
LEFT JOIN before o ON o.prefix = b.prefix AND NOT o.forbidden
LEFT JOIN taken_back t ON t.prefix = b.prefix
CROSS JOIN LATERAL (
  SELECT b.change IN ('increase', 'decrease') AND t.prefix IS NOT NULL AND
    (b.price_1, b.price_n, b.interval_1, b.interval_n) IS NOT DISTINCT FROM
    (o.price_1, o.price_n, o.interval_1, o.interval_n) AS is_repeat
) r
UNION ALL
SELECT w.prefix, coalesce(o.description, t.description), 'withdrawn', w.ended_at, false,
  o.price_1, o.price_n, o.interval_1, o.interval_n, NULL, NULL, NULL, NULL
FROM withdrawn w
LEFT JOIN before o ON o.prefix = w.prefix AND NOT o.forbidden
LEFT JOIN taken_back t ON t.prefix = w.prefix
ORDER BY 1
