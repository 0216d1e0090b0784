DROP TRIGGER rate_price_is_final ON sellers_rate;
DROP TRIGGER connection_keeps_its_rates ON sellers_connection;
DROP FUNCTION connection_keeps_its_rates();
DROP FUNCTION shorter_codes(text, boolean);
ALTER TABLE sellers_stagedrate
  ADD CONSTRAINT sellers_stagedrate_row_check CHECK ("row" >= 0),
  ADD CONSTRAINT sellers_stagedrate_interval_1_check CHECK (interval_1 >= 0),
  ADD CONSTRAINT sellers_stagedrate_interval_n_check CHECK (interval_n >= 0),
  ADD CONSTRAINT sellers_stagedrate_old_interval_1_check CHECK (old_interval_1 >= 0),
  ADD CONSTRAINT sellers_stagedrate_old_interval_n_check CHECK (old_interval_n >= 0);
ALTER TABLE sellers_stagedrate SET LOGGED;
