SELECT partition_by_month('billing_entry');
ALTER TABLE billing_entry
  ADD FOREIGN KEY (transfer_id) REFERENCES billing_transfer (id),
  ADD FOREIGN KEY (ledger_account_id) REFERENCES billing_ledgeraccount (id);
CREATE INDEX entry_of_transfer ON billing_entry (transfer_id);
CREATE INDEX entry_of_account ON billing_entry (ledger_account_id, id DESC);

-- Append only.
CREATE TRIGGER transfer_append_only BEFORE UPDATE OR DELETE ON billing_transfer
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON billing_entry
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A hold is resolved once, and never deleted.
CREATE TRIGGER hold_resolved_once BEFORE UPDATE ON billing_hold
  FOR EACH ROW WHEN (OLD.state <> 'pending') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER hold_kept BEFORE DELETE ON billing_hold
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The entries of a transfer that were recorded at one moment sum to zero in each currency. All entries of a transfer
-- share their moment, and any that come later must balance among themselves, so the whole always sums to zero.
CREATE FUNCTION entries_sum_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM billing_entry
    WHERE transfer_id = NEW.transfer_id AND recorded_at = NEW.recorded_at
    GROUP BY currency HAVING sum(amount) <> 0
  ) THEN
    RAISE EXCEPTION 'the entries of transfer % do not sum to zero', NEW.transfer_id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entries_sum_to_zero AFTER INSERT ON billing_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entries_sum_to_zero();

-- Rows that are rewritten at every decision keep room on their page for it.
ALTER TABLE billing_wallet SET (fillfactor = 50);
ALTER TABLE billing_hold SET (fillfactor = 80);
