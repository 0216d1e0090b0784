-- Nobody empties what is kept for ever, and a wallet is never deleted.
CREATE TRIGGER transfer_never_emptied BEFORE TRUNCATE ON billing_transfer EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entry_never_emptied BEFORE TRUNCATE ON billing_entry EXECUTE FUNCTION refuse_change();
CREATE TRIGGER hold_never_emptied BEFORE TRUNCATE ON billing_hold EXECUTE FUNCTION refuse_change();
CREATE TRIGGER wallet_never_emptied BEFORE TRUNCATE ON billing_wallet EXECUTE FUNCTION refuse_change();
CREATE TRIGGER wallet_kept BEFORE DELETE ON billing_wallet FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A ledger account has one kind, one owner and one currency for ever; what stands on it is of that owner and currency.
CREATE TRIGGER ledger_account_kept BEFORE UPDATE OR DELETE ON billing_ledgeraccount
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE billing_ledgeraccount
  ADD CONSTRAINT ledger_account_currency UNIQUE (id, currency),
  ADD CONSTRAINT ledger_account_owner UNIQUE (id, company_id, currency);
ALTER TABLE billing_entry
  DROP CONSTRAINT billing_entry_ledger_account_id_fkey,
  ADD CONSTRAINT entry_in_the_account_s_currency FOREIGN KEY (ledger_account_id, currency)
    REFERENCES billing_ledgeraccount (id, currency);
ALTER TABLE billing_wallet
  ADD CONSTRAINT wallet_of_the_account_s_owner FOREIGN KEY (ledger_account_id, company_id, currency)
    REFERENCES billing_ledgeraccount (id, company_id, currency);

-- Days are counted over and over: room on the page for it.
ALTER TABLE billing_daytotal SET (fillfactor = 80);

-- The entries of a transfer sum to zero in each currency. They are written by one statement, so it is asked once a
-- statement, of all its rows, and not once a row at COMMIT: a batch of hundreds of charges costs one question.
DROP TRIGGER entries_sum_to_zero ON billing_entry;
CREATE OR REPLACE FUNCTION entries_sum_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unbalanced bigint;
BEGIN
  SELECT transfer_id INTO unbalanced FROM added GROUP BY transfer_id, currency HAVING sum(amount) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the entries of transfer % do not sum to zero', unbalanced
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER entries_sum_to_zero AFTER INSERT ON billing_entry REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION entries_sum_to_zero();
