DROP TRIGGER rates_were_added ON sellers_rate;
DROP TRIGGER rates_were_changed ON sellers_rate;
DROP TRIGGER rates_were_removed ON sellers_rate;
DROP FUNCTION rates_have_moved();
DROP TRIGGER rates_version_only_grows ON sellers_connection;
DROP FUNCTION version_only_grows();
