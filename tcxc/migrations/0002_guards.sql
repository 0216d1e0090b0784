CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: its rows are written once', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON tcxc_auditevent
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Makes the partitions of a table for the months around now; those that exist are left alone.
CREATE FUNCTION ensure_month_partitions(parent regclass, months_back integer, months_ahead integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  month_start timestamptz;
  partition_name text;
BEGIN
  FOR n IN -months_back .. months_ahead LOOP
    month_start := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    month_start := ((month_start AT TIME ZONE 'UTC') + make_interval(months => n)) AT TIME ZONE 'UTC';
    partition_name := parent::text || to_char(month_start AT TIME ZONE 'UTC', '"_y"YYYY"m"MM');
    IF to_regclass(partition_name) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', partition_name, parent,
        month_start, ((month_start AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC');
    END IF;
  END LOOP;
END $$;

-- Turns an empty plain table into one partitioned by month of recorded_at, with ids from a sequence of its own.
CREATE FUNCTION partition_by_month(plain regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name text := plain::text;
BEGIN
  EXECUTE format('ALTER TABLE %I RENAME TO %I', name, name || '_plain');
  EXECUTE format('CREATE SEQUENCE %I', name || '_ids');
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING CONSTRAINTS) PARTITION BY RANGE (recorded_at)', name, name || '_plain');
  EXECUTE format('DROP TABLE %I CASCADE', name || '_plain');
  EXECUTE format('ALTER TABLE %I ALTER id SET DEFAULT nextval(%L), ADD PRIMARY KEY (id, recorded_at)', name, name || '_ids');
  EXECUTE format('ALTER SEQUENCE %I OWNED BY %I.id', name || '_ids', name);
  EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', name || '_other', name);
  PERFORM ensure_month_partitions(name::regclass, 1, 3);
END $$;
