-- Gives codes whose price stays the texts of the list.
UPDATE sellers_rate r
SET country = s.country, description = s.description, rate_id = s.rate_id
FROM sellers_stagedrate s
WHERE s.upload_id = %(upload)s AND s.change = 'unchanged' AND s.is_renamed
  AND r.connection_id = %(connection)s AND r.prefix = s.prefix AND r.effective_until IS NULL
