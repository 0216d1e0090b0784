-- A pending hold may be posted in parts and renewed; what it has posted is never taken back.
DROP TRIGGER hold_resolved_once ON billing_hold;
CREATE TRIGGER hold_resolved_once BEFORE UPDATE ON billing_hold
  FOR EACH ROW WHEN (OLD.state <> 'pending' OR NEW.posted_amount < OLD.posted_amount) EXECUTE FUNCTION refuse_change();

-- The same questions as before, asked once a transfer and once an account instead of once a row.
CREATE OR REPLACE FUNCTION entries_sum_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wrong record;
BEGIN
  SELECT g.* INTO wrong
    FROM (SELECT transfer_id, currency, sum(amount) AS total FROM added GROUP BY transfer_id, currency) g
    LEFT JOIN billing_transfer t ON t.id = g.transfer_id
    WHERE t.id IS NULL OR g.total <> 0 LIMIT 1;
  IF FOUND AND wrong.total <> 0 THEN
    RAISE EXCEPTION 'the entries of transfer % do not sum to zero', wrong.transfer_id
      USING ERRCODE = 'integrity_constraint_violation';
  ELSIF FOUND THEN
    RAISE EXCEPTION 'entry_of_a_transfer: there is no transfer %', wrong.transfer_id
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'entry_of_a_transfer';
  END IF;
  SELECT g.* INTO wrong FROM (SELECT DISTINCT ledger_account_id, currency FROM added) g
    LEFT JOIN billing_ledgeraccount l ON l.id = g.ledger_account_id AND l.currency = g.currency
    WHERE l.id IS NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'entry_in_the_account_s_currency: there is no account % in %', wrong.ledger_account_id, wrong.currency
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'entry_in_the_account_s_currency';
  END IF;
  RETURN NULL;
END $$;
