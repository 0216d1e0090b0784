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
