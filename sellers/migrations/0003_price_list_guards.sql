-- What is staged can be made again from the file, so it need not survive a crash.
ALTER TABLE sellers_stagedrate SET UNLOGGED;

-- The shorter codes that a code falls back to: every leading part of a prefix; of a network, its country's MCC.
CREATE FUNCTION shorter_codes(code text, by_network boolean) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN by_network AND length(code) > 3 THEN ARRAY[left(code, 3)]
    WHEN by_network THEN '{}'
    ELSE (SELECT coalesce(array_agg(left(code, n)), '{}') FROM generate_series(1, length(code) - 1) n)
  END
$$;

-- Rates come and go by the hundred thousand, so one look at all of them stands for a foreign key looked up for each.
CREATE FUNCTION rates_have_their_connection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT connection_id FROM inserted) i
    WHERE NOT EXISTS (SELECT FROM sellers_connection c WHERE c.id = i.connection_id)
  ) THEN
    RAISE EXCEPTION 'rates of a connection that does not exist' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER rates_have_their_connection AFTER INSERT ON sellers_rate
  REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rates_have_their_connection();

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
