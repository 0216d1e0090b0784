-- The rows of a file on their way in, for this session alone. Effective from is kept twice: as a time, which is empty for
-- ASAP, and as it was written, so that a row can be copied without taking its cells apart.
CREATE TEMPORARY TABLE raw_rows (
  "row" integer NOT NULL,
  requested_at timestamptz,
  country text NOT NULL,
  description text NOT NULL,
  prefix text COLLATE "C" NOT NULL,
  effective_from text NOT NULL,
  rate_id text NOT NULL,
  forbidden boolean NOT NULL,
  discontinued boolean NOT NULL,
  price_1 numeric(16, 8) NOT NULL,
  price_n numeric(16, 8) NOT NULL,
  interval_1 integer NOT NULL,
  interval_n integer NOT NULL
)
