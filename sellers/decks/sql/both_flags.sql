-- Rows that are forbidden and discontinued at once.
SELECT "row", count(*) OVER () AS total FROM raw_rows WHERE forbidden AND discontinued ORDER BY "row" LIMIT %(kept)s
