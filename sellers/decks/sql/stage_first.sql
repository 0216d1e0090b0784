-- Writes each row of a file with what it would change on a connection that has no prices yet, where there is nothing to
-- compare it with: as `stage` would, at two thirds of its cost.
INSERT INTO sellers_stagedrate (
  upload_id, "row", prefix, requested_at, forbidden, discontinued, change, starts_at,
  price_1, price_n, interval_1, interval_n, country, description, rate_id, is_moved, is_renamed, fallback_prefix)
SELECT %(upload)s, "row", prefix, requested_at, forbidden, discontinued,
  CASE WHEN forbidden THEN 'withdrawn' WHEN discontinued THEN 'unchanged' ELSE 'new' END AS change,
  CASE WHEN NOT forbidden AND requested_at > %(uploaded_at)s THEN requested_at END,
  price_1, price_n, interval_1, interval_n, country, description, rate_id, false, false, ''
FROM raw_rows CROSS JOIN LATERAL (
  SELECT CASE WHEN effective_from <> 'ASAP' THEN (effective_from || '+00')::timestamptz END AS requested_at
) w
ORDER BY change, prefix
