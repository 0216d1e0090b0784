-- For each withdrawn code, the longest shorter code once the list is published: as the file has it, if it starts at once,
-- else as it is live. Leading parts sort by length. A forbidden one gives no price: it refuses.
WITH found AS (
  SELECT w.prefix, f.prefix AS shorter, f.forbidden, f.price_1, f.price_n
  FROM sellers_stagedrate w CROSS JOIN LATERAL (
    SELECT s.prefix, s.forbidden, s.price_1, s.price_n
    FROM sellers_stagedrate s
    WHERE s.upload_id = %(upload)s AND s.change IN ('new', 'increase', 'decrease', 'withdrawn')
      AND s.prefix = ANY (shorter_codes(w.prefix, %(by_network)s))
      AND s.starts_at IS NULL AND (s.forbidden OR s.change <> 'withdrawn')
    UNION ALL
    SELECT r.prefix, r.forbidden, r.price_1, r.price_n
    FROM sellers_rate r
    WHERE r.connection_id = %(connection)s AND r.prefix = ANY (shorter_codes(w.prefix, %(by_network)s))
      AND r.effective_from <= %(now)s AND (r.effective_until IS NULL OR r.effective_until > %(now)s)
      AND NOT EXISTS (
        SELECT FROM sellers_stagedrate x
        WHERE x.upload_id = %(upload)s AND x.change IN ('new', 'increase', 'decrease', 'withdrawn')
          AND x.prefix = r.prefix AND x.starts_at IS NULL)
    ORDER BY prefix DESC
    LIMIT 1
  ) f
  WHERE w.upload_id = %(upload)s AND w.change = 'withdrawn' AND NOT w.forbidden
)
UPDATE sellers_stagedrate w
SET fallback_prefix = found.shorter,
  fallback_price_1 = CASE WHEN NOT found.forbidden THEN found.price_1 END,
  fallback_price_n = CASE WHEN NOT found.forbidden THEN found.price_n END
FROM found
WHERE w.upload_id = %(upload)s AND w.change = 'withdrawn' AND w.prefix = found.prefix
