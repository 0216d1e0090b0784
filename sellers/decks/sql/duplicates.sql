-- Every row whose code stands in another row too, with the nearest such row, and how many there are in all.
WITH repeated AS (SELECT prefix FROM raw_rows GROUP BY prefix HAVING count(*) > 1)
SELECT "row", prefix, coalesce(lag("row") OVER by_code, lead("row") OVER by_code) AS other, count(*) OVER () AS total
FROM raw_rows JOIN repeated USING (prefix)
WINDOW by_code AS (PARTITION BY prefix ORDER BY "row")
ORDER BY "row"
LIMIT %(kept)s
