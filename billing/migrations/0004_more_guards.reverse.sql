DROP TRIGGER entries_sum_to_zero ON billing_entry;
CREATE OR REPLACE FUNCTION entries_sum_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
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
ALTER TABLE billing_daytotal RESET (fillfactor);
ALTER TABLE billing_wallet DROP CONSTRAINT wallet_of_the_account_s_owner;
ALTER TABLE billing_entry
  DROP CONSTRAINT entry_in_the_account_s_currency,
  ADD CONSTRAINT billing_entry_ledger_account_id_fkey FOREIGN KEY (ledger_account_id) REFERENCES billing_ledgeraccount (id);
ALTER TABLE billing_ledgeraccount DROP CONSTRAINT ledger_account_owner, DROP CONSTRAINT ledger_account_currency;
DROP TRIGGER ledger_account_kept ON billing_ledgeraccount;
DROP TRIGGER wallet_kept ON billing_wallet;
DROP TRIGGER wallet_never_emptied ON billing_wallet;
DROP TRIGGER hold_never_emptied ON billing_hold;
DROP TRIGGER entry_never_emptied ON billing_entry;
DROP TRIGGER transfer_never_emptied ON billing_transfer;
