-- Drops prices that would have begun when the list's own begin, or later.
DELETE FROM sellers_rate r USING sellers_stagedrate s
WHERE s.upload_id = %(upload)s AND s.change IN ('new', 'increase', 'decrease', 'withdrawn')
  AND r.connection_id = %(connection)s AND r.prefix = s.prefix
  AND r.effective_from >= greatest(s.starts_at, %(now)s)
