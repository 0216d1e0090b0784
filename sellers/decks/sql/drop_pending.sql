-- Drops prices that would have begun when the list's own begin, or later.
DELETE FROM sellers_rate WHERE id IN (
  SELECT r.id
  FROM sellers_stagedrate s CROSS JOIN LATERAL (
    SELECT id FROM sellers_rate
    WHERE connection_id = %(connection)s AND prefix = s.prefix AND effective_from >= greatest(s.starts_at, %(now)s)
    OFFSET 0  -- found by index, whatever the planner thinks of the tables' sizes
  ) r
  WHERE s.upload_id = %(upload)s AND s.change IN ('new', 'increase', 'decrease', 'withdrawn')
)
