DROP FUNCTION calls_riding_on(bigint);
