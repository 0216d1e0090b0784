-- Days are counted in a company's time zone by SQL too: a name that PostgreSQL does not know would stop that later.
CREATE FUNCTION refuse_unknown_time_zone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM now() AT TIME ZONE NEW.time_zone;
  RETURN NEW;
END $$;
CREATE TRIGGER company_time_zone_known BEFORE INSERT OR UPDATE OF time_zone ON tcxc_company
  FOR EACH ROW EXECUTE FUNCTION refuse_unknown_time_zone();
