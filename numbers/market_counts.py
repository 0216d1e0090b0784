"""Upkeep of the market's counts: triggers append what changed, and this sums it up, so that reading stays short."""

from django.db import connection

_SORT = "currency, seller_id, country, type, voice, sms, fax, video"
_SUM_UP = f"""
WITH gone AS (DELETE FROM numbers_marketcount RETURNING *), kept AS (
  INSERT INTO numbers_marketcount ({_SORT}, change)
  SELECT {_SORT}, sum(change) FROM gone GROUP BY {_SORT} HAVING sum(change) <> 0 RETURNING id
) SELECT (SELECT count(*) FROM gone) - (SELECT count(*) FROM kept)
"""  # noqa: S608 (names are ours)


def sum_up() -> int:
    """Keep one row for each sort of numbers. Returns how many rows became fewer."""
    with connection.cursor() as cursor:
        cursor.execute(_SUM_UP)
        (fewer,) = cursor.fetchone()
        return int(fewer)
