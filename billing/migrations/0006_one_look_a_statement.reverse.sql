DROP TRIGGER hold_keeps_its_wallet ON billing_hold;
DROP TRIGGER holds_have_their_wallet ON billing_hold;
DROP FUNCTION holds_have_their_wallet();
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
ALTER TABLE billing_entry
  ADD CONSTRAINT billing_entry_transfer_id_fkey FOREIGN KEY (transfer_id) REFERENCES billing_transfer (id),
  ADD CONSTRAINT entry_in_the_account_s_currency FOREIGN KEY (ledger_account_id, currency)
    REFERENCES billing_ledgeraccount (id, currency);
