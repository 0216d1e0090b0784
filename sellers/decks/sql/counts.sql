-- What a staged list would change, and what is odd in it, counted.
SELECT
  count(*) FILTER (WHERE change = 'new') AS new,
  count(*) FILTER (WHERE change = 'increase') AS increase,
  count(*) FILTER (WHERE change = 'decrease') AS decrease,
  count(*) FILTER (WHERE change = 'withdrawn') AS withdrawn,
  count(*) FILTER (WHERE change = 'unchanged') AS unchanged,
  count(*) FILTER (WHERE "row" IS NULL) AS missing,
  count(*) FILTER (WHERE is_moved) AS moved,
  count(*) FILTER (WHERE is_renamed) AS renamed,
  count(*) FILTER (WHERE change IN ('increase', 'decrease') AND (
    price_1 > 3 * old_price_1 OR price_n > 3 * old_price_n OR 3 * price_1 < old_price_1 OR 3 * price_n < old_price_n
  )) AS outliers,
  count(*) FILTER (WHERE fallback_price_1 < old_price_1 OR fallback_price_n < old_price_n) AS falls_to_cheaper,
  count(*) FILTER (WHERE fallback_price_1 > old_price_1 OR fallback_price_n > old_price_n) AS falls_to_dearer,
  count(*) FILTER (WHERE price_1 = 0 AND NOT forbidden AND NOT discontinued) AS free_at_first,
  count(*) FILTER (WHERE price_n = 0 AND NOT forbidden AND NOT discontinued) AS free_afterwards,
  count(*) FILTER (WHERE forbidden AND discontinued AND "row" IS NOT NULL) AS both_flags,
  count(*) FILTER (WHERE change = 'unchanged' AND discontinued) AS nothing_to_end
FROM sellers_stagedrate
WHERE upload_id = %(upload)s
