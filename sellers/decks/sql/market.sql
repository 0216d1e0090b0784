-- Live rates on the market around a code: of each connection the one that prices it, and those below it. By code, then
-- connection; each connection gives no more than a page, found by its index.
SELECT m.id
FROM sellers_connection c
JOIN sellers_seller s ON s.company_id = c.seller_id AND s.is_active
CROSS JOIN LATERAL (
  (SELECT r.id, r.prefix FROM (
    SELECT id, prefix, forbidden FROM sellers_rate
    WHERE connection_id = c.id AND prefix = ANY (%(leading)s)
      AND effective_from <= %(at)s AND (effective_until IS NULL OR effective_until > %(at)s)
    ORDER BY prefix DESC LIMIT 1
  ) r WHERE NOT r.forbidden)
  UNION ALL
  (SELECT r.id, r.prefix FROM sellers_rate r
  WHERE r.connection_id = c.id AND r.prefix > %(code)s AND r.prefix < %(beyond)s
    AND (r.prefix, c.id) > (%(after_prefix)s, %(after_connection)s) AND r.prefix >= %(after_prefix)s
    AND r.effective_from <= %(at)s AND (r.effective_until IS NULL OR r.effective_until > %(at)s) AND NOT r.forbidden
  ORDER BY r.prefix LIMIT %(limit)s)
) m
WHERE c.status = 'active' AND c.service = %(service)s AND c.keyed_by = %(keyed_by)s
  AND (%(seller)s::bigint IS NULL OR c.seller_id = %(seller)s)
  AND (%(route_type)s = '' OR c.route_type = %(route_type)s)
  AND (m.prefix, c.id) > (%(after_prefix)s, %(after_connection)s)
ORDER BY m.prefix, c.id
LIMIT %(limit)s
