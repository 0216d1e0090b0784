-- Compares the rows of a file with the prices of their connection, and writes each with what it would change.
--
-- Each row looks up its code by index, whatever the planner thinks of the tables' sizes, which may just have changed a
-- hundredfold: first the live price of the code; then, for the few codes of which more is announced, what the code would have
-- from the row's moment on, if the row were not there (`ahead`). A row takes effect at `starts_at`, or, when that is empty, at
-- the moment of publishing. It changes nothing when the code has its price from then on without end; else the live price
-- tells its kind. OFFSET 0 has the planner work out each step once.
WITH met AS (
  SELECT r.*,
    CASE WHEN w.requested_at > %(uploaded_at)s THEN w.requested_at END AS dated, w.requested_at,
    l.forbidden IS NOT DISTINCT FROM false AS has_price,
    l.forbidden IS NOT DISTINCT FROM true AS was_forbidden,
    l.country AS old_country, l.description AS old_description, l.rate_id AS old_rate_id,
    l.price_1 AS old_price_1, l.price_n AS old_price_n, l.interval_1 AS old_interval_1, l.interval_n AS old_interval_n,
    r.price_1 > l.price_1 OR r.price_n > l.price_n OR r.interval_1 > l.interval_1 OR r.interval_n > l.interval_n
      AS rises,
    r.price_1 < l.price_1 OR r.price_n < l.price_n OR r.interval_1 < l.interval_1 OR r.interval_n < l.interval_n
      AS falls,
    -- Something is announced for the code, beyond the price that it has.
    CASE
      WHEN l.forbidden IS NOT NULL THEN l.effective_until IS NOT NULL
      ELSE EXISTS (
        SELECT FROM sellers_rate p
        WHERE p.connection_id = %(connection)s AND p.prefix = r.prefix AND p.effective_from > %(now)s)
    END AS is_pending
  FROM raw_rows r
  CROSS JOIN LATERAL (
    SELECT CASE WHEN r.effective_from <> 'ASAP' THEN (r.effective_from || '+00')::timestamptz END AS requested_at
  ) w
  LEFT JOIN LATERAL (
    SELECT * FROM sellers_rate
    WHERE connection_id = %(connection)s AND prefix = r.prefix
      AND effective_from <= %(now)s AND (effective_until IS NULL OR effective_until > %(now)s)
    LIMIT 1
  ) l ON true
  OFFSET 0
), timed AS (
  SELECT *,
    CASE
      WHEN forbidden THEN NULL
      WHEN discontinued OR dated IS NOT NULL THEN dated
      WHEN has_price AND rises THEN %(week_later)s
    END AS starts_at
  FROM met
), weighed AS (
  SELECT *,
    CASE WHEN is_pending THEN (
      SELECT jsonb_build_object(
        'is_none', count(*) = 0,
        'ends', bool_or(a.then_none),
        'is_same', bool_or(a.effective_from <= greatest(t.starts_at, %(now)s)) AND NOT bool_or(a.then_none)
          AND NOT bool_or(a.forbidden OR a.price_1 <> t.price_1 OR a.price_n <> t.price_n
            OR a.interval_1 <> t.interval_1 OR a.interval_n <> t.interval_n),
        'is_cheaper', bool_or(a.price_1 < t.price_1 OR a.price_n < t.price_n
          OR a.interval_1 < t.interval_1 OR a.interval_n < t.interval_n),
        'last', (array_agg(to_jsonb(a) ORDER BY a.effective_from DESC))[1])
      FROM (
        SELECT *, lead(effective_from) OVER (ORDER BY effective_from) IS DISTINCT FROM effective_until AS then_none
        FROM sellers_rate
        WHERE connection_id = %(connection)s AND prefix = t.prefix
          AND (effective_until IS NULL OR effective_until > %(now)s)
      ) a
      WHERE a.effective_until IS NULL OR a.effective_until > greatest(t.starts_at, %(now)s)
    ) END AS ahead
  FROM timed t
  OFFSET 0
), judged AS (
  SELECT *,
    CASE
      WHEN forbidden AND was_forbidden AND NOT is_pending THEN 'unchanged'
      WHEN forbidden THEN 'withdrawn'
      WHEN discontinued AND is_pending THEN CASE WHEN ahead @> '{"is_none": true}' THEN 'unchanged' ELSE 'withdrawn' END
      WHEN discontinued THEN CASE WHEN has_price OR was_forbidden THEN 'withdrawn' ELSE 'unchanged' END
      WHEN ahead @> '{"is_same": true}' THEN 'unchanged'
      WHEN NOT has_price THEN 'new'
      WHEN rises THEN 'increase'
      WHEN falls THEN 'decrease'
      WHEN NOT is_pending THEN 'unchanged'
      WHEN ahead @> '{"is_none": true}' OR ahead @> '{"ends": true}' THEN 'new'
      WHEN ahead @> '{"is_cheaper": true}' THEN 'increase'
      ELSE 'decrease'
    END AS change
  FROM weighed
  OFFSET 0
), described AS (
  -- The texts of a code where the file leaves them empty; and its old price: the live one, or, where the row repeats that,
  -- the announced one which the row takes back.
  SELECT *,
    coalesce(ahead #>> '{last,country}', old_country, '') AS known_country,
    coalesce(ahead #>> '{last,description}', old_description, '') AS known_description,
    coalesce(ahead #>> '{last,rate_id}', old_rate_id, '') AS known_rate_id,
    change = 'new' OR NOT has_price AS is_fresh,
    is_pending AND NOT (rises OR falls) AND change IN ('increase', 'decrease') AS takes_back
  FROM judged
), missing AS (
  -- In mode `replace`, the codes that the file does not name, except those that are on their way out already.
  SELECT o.*, l.price_1 AS old_price_1, l.price_n AS old_price_n,
    l.interval_1 AS old_interval_1, l.interval_n AS old_interval_n
  FROM sellers_rate o LEFT JOIN LATERAL (
    SELECT * FROM sellers_rate
    WHERE connection_id = %(connection)s AND prefix = o.prefix AND NOT forbidden
      AND effective_from <= %(now)s AND (effective_until IS NULL OR effective_until > %(now)s)
    LIMIT 1
  ) l ON true
  WHERE %(is_replace)s AND o.connection_id = %(connection)s AND o.effective_until IS NULL
    AND NOT EXISTS (SELECT FROM raw_rows r WHERE r.prefix = o.prefix)
), staged AS (
  SELECT "row", prefix, requested_at, forbidden, discontinued, change, starts_at,
    price_1, price_n, interval_1, interval_n,
    coalesce(nullif(country, ''), known_country) AS country,
    coalesce(nullif(description, ''), known_description) AS description,
    coalesce(nullif(rate_id, ''), known_rate_id) AS rate_id,
    coalesce(change = 'increase' AND dated IS NULL AND starts_at > %(now)s, false) AS is_moved,
    change = 'unchanged' AND NOT discontinued AND (
      country NOT IN ('', known_country) OR description NOT IN ('', known_description)
      OR rate_id NOT IN ('', known_rate_id)) AS is_renamed,
    CASE WHEN is_fresh THEN NULL WHEN takes_back THEN (ahead #>> '{last,price_1}')::numeric ELSE old_price_1 END AS old_price_1,
    CASE WHEN is_fresh THEN NULL WHEN takes_back THEN (ahead #>> '{last,price_n}')::numeric ELSE old_price_n END AS old_price_n,
    CASE WHEN is_fresh THEN NULL WHEN takes_back THEN (ahead #>> '{last,interval_1}')::integer ELSE old_interval_1 END AS old_interval_1,
    CASE WHEN is_fresh THEN NULL WHEN takes_back THEN (ahead #>> '{last,interval_n}')::integer ELSE old_interval_n END AS old_interval_n
  FROM described
  UNION ALL
  SELECT NULL, prefix, NULL, false, true, 'withdrawn', NULL,
    price_1, price_n, interval_1, interval_n, country, description, rate_id, false, false,
    old_price_1, old_price_n, old_interval_1, old_interval_n
  FROM missing
)
INSERT INTO sellers_stagedrate (
  upload_id, "row", prefix, requested_at, forbidden, discontinued, change, starts_at,
  price_1, price_n, interval_1, interval_n, country, description, rate_id, is_moved, is_renamed,
  old_price_1, old_price_n, old_interval_1, old_interval_n, fallback_prefix)
SELECT %(upload)s, "row", prefix, requested_at, forbidden, discontinued, change, starts_at,
  price_1, price_n, interval_1, interval_n, country, description, rate_id, is_moved, is_renamed,
  old_price_1, old_price_n, old_interval_1, old_interval_n, ''
FROM staged
ORDER BY change, prefix
