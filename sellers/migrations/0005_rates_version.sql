-- Engines keep rates in memory by the version of their connection, which therefore moves with every change of them,
-- whoever makes it, and in the same transaction. A rate never leaves its connection (rate_price_is_final).
CREATE FUNCTION rates_have_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE sellers_connection SET rates_version = rates_version + 1
  WHERE id IN (SELECT DISTINCT connection_id FROM moved);
  RETURN NULL;
END $$;
CREATE TRIGGER rates_were_added AFTER INSERT ON sellers_rate REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION rates_have_moved();
CREATE TRIGGER rates_were_changed AFTER UPDATE ON sellers_rate REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION rates_have_moved();
CREATE TRIGGER rates_were_removed AFTER DELETE ON sellers_rate REFERENCING OLD TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION rates_have_moved();
-- Were it set back, a later change would give it a value that stands for other rates in somebody's memory.
CREATE FUNCTION version_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a version of % only grows: save the fields that change, not all of them', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER rates_version_only_grows BEFORE UPDATE OF rates_version ON sellers_connection
  FOR EACH ROW WHEN (NEW.rates_version < OLD.rates_version) EXECUTE FUNCTION version_only_grows();
