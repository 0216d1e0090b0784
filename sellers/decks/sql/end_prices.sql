-- Ends the price in force when the list's own begins.
UPDATE sellers_rate r
SET effective_until = greatest(s.starts_at, %(now)s), ended_in_id = %(upload)s
FROM sellers_stagedrate s
WHERE s.upload_id = %(upload)s AND s.change IN ('new', 'increase', 'decrease', 'withdrawn')
  AND r.connection_id = %(connection)s AND r.prefix = s.prefix
  AND r.effective_from < greatest(s.starts_at, %(now)s)
  AND (r.effective_until IS NULL OR r.effective_until > greatest(s.starts_at, %(now)s))
