-- Begins the list's prices. A forbidden code has a price too: it is matched, and then refuses.
INSERT INTO sellers_rate (
  connection_id, prefix, country, description, rate_id, price_1, price_n, interval_1, interval_n, forbidden, change,
  effective_from, published_in_id)
SELECT %(connection)s, prefix, country, description, rate_id, price_1, price_n, interval_1, interval_n, forbidden, change,
  greatest(starts_at, %(now)s), %(upload)s
FROM sellers_stagedrate
WHERE upload_id = %(upload)s AND (change IN ('new', 'increase', 'decrease') OR change = 'withdrawn' AND forbidden)
ORDER BY prefix
