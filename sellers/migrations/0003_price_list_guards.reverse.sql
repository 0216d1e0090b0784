DROP TRIGGER rate_price_is_final ON sellers_rate;
DROP TRIGGER connection_keeps_its_rates ON sellers_connection;
DROP FUNCTION connection_keeps_its_rates();
DROP TRIGGER rates_have_their_connection ON sellers_rate;
DROP FUNCTION rates_have_their_connection();
DROP FUNCTION shorter_codes(text, boolean);
ALTER TABLE sellers_stagedrate SET LOGGED;
