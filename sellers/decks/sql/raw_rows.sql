-- The rows of a file on their way in, for this session alone, in the order of its columns.
CREATE TEMPORARY TABLE raw_rows (
  "row" integer NOT NULL,
  country text NOT NULL,
  description text NOT NULL,
  prefix text COLLATE "C" NOT NULL,
  effective_from text NOT NULL,  -- ASAP, or a time in UTC
  rate_id text NOT NULL,
  forbidden boolean NOT NULL,
  discontinued boolean NOT NULL,
  price_1 numeric(16, 8) NOT NULL,
  price_n numeric(16, 8) NOT NULL,
  interval_1 integer NOT NULL,
  interval_n integer NOT NULL
)
