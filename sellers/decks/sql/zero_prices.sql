-- Active rows that charge nothing at first, or nothing afterwards.
SELECT "row", price_1 = 0 AS first, price_n = 0 AS after,
  sum((price_1 = 0)::integer + (price_n = 0)::integer) OVER () AS total
FROM raw_rows
WHERE (price_1 = 0 OR price_n = 0) AND NOT forbidden AND NOT discontinued
ORDER BY "row"
LIMIT %(kept)s
