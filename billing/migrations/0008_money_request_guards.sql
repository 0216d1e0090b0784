-- A request is decided once, and says for ever who asked for what.
CREATE TRIGGER money_request_decided_once BEFORE UPDATE ON billing_moneyrequest
  FOR EACH ROW WHEN (
    OLD.state <> 'pending'
    OR (OLD.kind, OLD.wallet_id, OLD.amount, OLD.key, OLD.made_by_id)
      IS DISTINCT FROM (NEW.kind, NEW.wallet_id, NEW.amount, NEW.key, NEW.made_by_id))
  EXECUTE FUNCTION refuse_change();
CREATE TRIGGER money_request_kept BEFORE DELETE ON billing_moneyrequest
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
