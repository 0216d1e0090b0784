DROP TRIGGER company_time_zone_known ON tcxc_company;
DROP FUNCTION refuse_unknown_time_zone();
