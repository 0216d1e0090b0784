-- Every entry has its transfer, and an account of its currency. Neither can be changed or deleted (their triggers refuse
-- it), so all that is left to ask is whether they are there when the entry comes; that is asked once a statement, in the
-- look that sums to zero, and not once a row by foreign keys, which lock each parent row besides.
ALTER TABLE billing_entry
  DROP CONSTRAINT billing_entry_transfer_id_fkey,
  DROP CONSTRAINT entry_in_the_account_s_currency;
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

-- A wallet is never deleted either, and whoever writes a hold has it locked.
CREATE FUNCTION holds_have_their_wallet() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  missing bigint;
BEGIN
  SELECT a.wallet_id INTO missing FROM added a LEFT JOIN billing_wallet w ON w.ledger_account_id = a.wallet_id
    WHERE w.ledger_account_id IS NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'hold_of_a_wallet: there is no wallet %', missing
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'hold_of_a_wallet';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER holds_have_their_wallet AFTER INSERT ON billing_hold REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION holds_have_their_wallet();
CREATE TRIGGER hold_keeps_its_wallet BEFORE UPDATE OF wallet_id ON billing_hold
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
