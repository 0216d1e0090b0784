-- A connection's list as it stood before one of its publications: of each code the latest word.
-- A rate is as it was when the first of that publication and later ones overwrote it, else as it is; an end that one of
-- these gave it is left off. Codes that were on their way out are not in the list.
WITH publication AS (
  SELECT id, version FROM sellers_pricelistupload WHERE connection_id = %(connection)s AND status = 'published'
), overwritten AS (
  SELECT DISTINCT ON (o.rate_pk) o.*
  FROM sellers_overwrittenrate o JOIN publication p ON p.id = o.overwritten_in_id
  WHERE o.connection_id = %(connection)s AND p.version >= %(version)s
  ORDER BY o.rate_pk, p.version
), known AS (
  SELECT prefix, country, description, rate_id, price_1, price_n, interval_1, interval_n, forbidden,
    effective_from, effective_until, published_in_id, ended_in_id
  FROM overwritten
  UNION ALL
  SELECT prefix, country, description, rate_id, price_1, price_n, interval_1, interval_n, forbidden,
    effective_from, effective_until, published_in_id, ended_in_id
  FROM sellers_rate r
  WHERE connection_id = %(connection)s AND NOT EXISTS (SELECT FROM overwritten o WHERE o.rate_pk = r.id)
)
SELECT k.country, k.description, k.prefix, k.effective_from, k.rate_id, k.forbidden,
  k.price_1, k.price_n, k.interval_1, k.interval_n
FROM known k
JOIN publication began ON began.id = k.published_in_id AND began.version < %(version)s
LEFT JOIN publication ended ON ended.id = k.ended_in_id
WHERE k.effective_until IS NULL OR ended.version >= %(version)s
ORDER BY k.prefix
