-- Keeps what the list takes back: prices that never began, and ends that are moved.
INSERT INTO sellers_overwrittenrate (
  rate_pk, connection_id, prefix, country, description, rate_id, price_1, price_n, interval_1, interval_n, forbidden, change,
  effective_from, effective_until, published_in_id, ended_in_id, overwritten_in_id)
SELECT r.id, r.connection_id, r.prefix, r.country, r.description, r.rate_id,
  r.price_1, r.price_n, r.interval_1, r.interval_n, r.forbidden, r.change,
  r.effective_from, r.effective_until, r.published_in_id, r.ended_in_id, %(upload)s
FROM sellers_stagedrate s CROSS JOIN LATERAL (
  SELECT * FROM sellers_rate
  WHERE connection_id = %(connection)s AND prefix = s.prefix
    AND (effective_until IS NULL OR effective_until > greatest(s.starts_at, %(now)s))
    AND (effective_from >= greatest(s.starts_at, %(now)s) OR effective_until IS NOT NULL)
  OFFSET 0  -- found by index, whatever the planner thinks of the tables' sizes
) r
WHERE s.upload_id = %(upload)s AND s.change IN ('new', 'increase', 'decrease', 'withdrawn')
