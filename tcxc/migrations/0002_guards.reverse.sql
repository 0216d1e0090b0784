DROP FUNCTION partition_by_month(regclass);
DROP FUNCTION ensure_month_partitions(regclass, integer, integer);
DROP TRIGGER audit_append_only ON tcxc_auditevent;
DROP FUNCTION refuse_change();
