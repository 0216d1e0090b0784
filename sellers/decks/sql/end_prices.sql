-- Ends the price in force when the list's own begins.
UPDATE sellers_rate r
SET effective_until = ended.at, ended_in_id = %(upload)s
FROM (
  SELECT found.id, greatest(s.starts_at, %(now)s) AS at
  FROM sellers_stagedrate s CROSS JOIN LATERAL (
    SELECT id FROM sellers_rate
    WHERE connection_id = %(connection)s AND prefix = s.prefix AND effective_from < greatest(s.starts_at, %(now)s)
      AND (effective_until IS NULL OR effective_until > greatest(s.starts_at, %(now)s))
    OFFSET 0  -- found by index, whatever the planner thinks of the tables' sizes
  ) found
  WHERE s.upload_id = %(upload)s AND s.change IN ('new', 'increase', 'decrease', 'withdrawn')
) ended
WHERE r.id = ended.id
