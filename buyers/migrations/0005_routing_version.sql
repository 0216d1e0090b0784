-- Engines keep destination rules and interconnects in memory by the version of their account, which therefore moves
-- with every change of them, whoever makes it, and in the same transaction.
CREATE FUNCTION routing_has_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE buyers_account SET routing_version = routing_version + 1
  WHERE id IN (SELECT account_id FROM moved ORDER BY account_id);
  RETURN NULL;
END $$;
CREATE TRIGGER rules_were_added AFTER INSERT ON buyers_destinationrule REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION routing_has_moved();
CREATE TRIGGER rules_were_changed AFTER UPDATE ON buyers_destinationrule REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION routing_has_moved();
CREATE TRIGGER rules_were_removed AFTER DELETE ON buyers_destinationrule REFERENCING OLD TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION routing_has_moved();
CREATE TRIGGER interconnects_were_added AFTER INSERT ON buyers_interconnect REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION routing_has_moved();
CREATE TRIGGER interconnects_were_changed AFTER UPDATE ON buyers_interconnect REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION routing_has_moved();
CREATE TRIGGER interconnects_were_removed AFTER DELETE ON buyers_interconnect REFERENCING OLD TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION routing_has_moved();
-- Neither ever changes hands.
CREATE TRIGGER rule_keeps_its_account BEFORE UPDATE ON buyers_destinationrule
  FOR EACH ROW WHEN (OLD.account_id <> NEW.account_id) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER interconnect_keeps_its_parties BEFORE UPDATE ON buyers_interconnect
  FOR EACH ROW WHEN (OLD.account_id <> NEW.account_id OR OLD.connection_id <> NEW.connection_id)
  EXECUTE FUNCTION refuse_change();
CREATE TRIGGER routing_version_only_grows BEFORE UPDATE OF routing_version ON buyers_account
  FOR EACH ROW WHEN (NEW.routing_version < OLD.routing_version) EXECUTE FUNCTION version_only_grows();
