DROP TRIGGER hold_resolved_once ON billing_hold;
CREATE TRIGGER hold_resolved_once BEFORE UPDATE ON billing_hold
  FOR EACH ROW WHEN (OLD.state <> 'pending') EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE FUNCTION entries_sum_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unbalanced bigint;
  stray record;
BEGIN
  SELECT transfer_id INTO unbalanced FROM added GROUP BY transfer_id, currency HAVING sum(amount) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the entries of transfer % do not sum to zero', unbalanced
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  SELECT a.transfer_id, t.id AS transfer, a.ledger_account_id, a.currency INTO stray FROM added a
    LEFT JOIN billing_transfer t ON t.id = a.transfer_id
    LEFT JOIN billing_ledgeraccount l ON l.id = a.ledger_account_id AND l.currency = a.currency
    WHERE t.id IS NULL OR l.id IS NULL LIMIT 1;
  IF FOUND THEN
    IF stray.transfer IS NULL THEN
      RAISE EXCEPTION 'entry_of_a_transfer: there is no transfer %', stray.transfer_id
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'entry_of_a_transfer';
    END IF;
    RAISE EXCEPTION 'entry_in_the_account_s_currency: there is no account % in %', stray.ledger_account_id, stray.currency
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'entry_in_the_account_s_currency';
  END IF;
  RETURN NULL;
END $$;
