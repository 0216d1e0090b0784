-- Whether any code stands in several rows.
SELECT count(DISTINCT prefix) < count(*) FROM raw_rows
