-- How many calls ride on a connection now. Whoever asks is the only one to do so until its transaction ends: callers
-- who share a connection share no wallet whose lock would keep them apart, and the connection's own row is locked for
-- seconds while a price list is published. A function that is VOLATILE sees what was committed while it waited.
CREATE FUNCTION calls_riding_on(connection bigint) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock('authz_session'::regclass::oid::int, connection::int);
  RETURN (SELECT count(*) FROM authz_session s WHERE s.connection_id = connection AND s.state = 'live');
END $$;
