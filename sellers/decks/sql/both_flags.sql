-- Rows that are forbidden and discontinued at once.
SELECT "row" FROM sellers_stagedrate
WHERE upload_id = %(upload)s AND forbidden AND discontinued AND "row" IS NOT NULL
ORDER BY "row"
LIMIT %(kept)s
