DROP TRIGGER entries_sum_to_zero ON billing_entry;
DROP FUNCTION entries_sum_to_zero();
DROP TRIGGER hold_kept ON billing_hold;
DROP TRIGGER hold_resolved_once ON billing_hold;
DROP TRIGGER entry_append_only ON billing_entry;
DROP TRIGGER transfer_append_only ON billing_transfer;
