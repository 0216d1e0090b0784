-- Rows that discontinue a code which has no price to end.
SELECT "row", prefix FROM sellers_stagedrate
WHERE upload_id = %(upload)s AND change = 'unchanged' AND discontinued
ORDER BY "row"
LIMIT %(kept)s
