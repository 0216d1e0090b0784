-- What is staged can be made again from the file, so it need not survive a crash.
ALTER TABLE sellers_stagedrate SET UNLOGGED;
-- Its rows come from others that were checked one by one.
ALTER TABLE sellers_stagedrate
  DROP CONSTRAINT sellers_stagedrate_row_check,
  DROP CONSTRAINT sellers_stagedrate_interval_1_check,
  DROP CONSTRAINT sellers_stagedrate_interval_n_check,
  DROP CONSTRAINT sellers_stagedrate_old_interval_1_check,
  DROP CONSTRAINT sellers_stagedrate_old_interval_n_check;

-- The shorter codes that a code falls back to: every leading part of a prefix; of a network, its country's MCC.
CREATE FUNCTION shorter_codes(code text, by_network boolean) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN by_network AND length(code) > 3 THEN ARRAY[left(code, 3)]
    WHEN by_network THEN '{}'
    ELSE (SELECT coalesce(array_agg(left(code, n)), '{}') FROM generate_series(1, length(code) - 1) n)
  END
$$;

-- Rates are written by the hundred thousand, by publications that hold their connection locked, so no foreign key is
-- looked up for each of them; the other half of that key is kept here.
CREATE FUNCTION connection_keeps_its_rates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM sellers_rate WHERE connection_id = OLD.id) THEN
    RAISE EXCEPTION 'connection % has rates', OLD.id USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER connection_keeps_its_rates BEFORE DELETE ON sellers_connection
  FOR EACH ROW EXECUTE FUNCTION connection_keeps_its_rates();

-- A published price is never rewritten: it ends, and another begins. Only its end and its texts change.
CREATE TRIGGER rate_price_is_final BEFORE UPDATE ON sellers_rate
  FOR EACH ROW WHEN (
    OLD.price_1 <> NEW.price_1 OR OLD.price_n <> NEW.price_n
    OR OLD.interval_1 <> NEW.interval_1 OR OLD.interval_n <> NEW.interval_n
    OR OLD.forbidden <> NEW.forbidden OR OLD.effective_from <> NEW.effective_from
    OR OLD.prefix <> NEW.prefix OR OLD.connection_id <> NEW.connection_id OR OLD.published_in_id <> NEW.published_in_id
  ) EXECUTE FUNCTION refuse_change();
