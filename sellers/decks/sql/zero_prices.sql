-- Active rows that charge nothing at first, or nothing afterwards.
SELECT "row", price_1 = 0, price_n = 0
FROM sellers_stagedrate
WHERE upload_id = %(upload)s AND (price_1 = 0 OR price_n = 0) AND NOT forbidden AND NOT discontinued
ORDER BY "row"
LIMIT %(kept)s
