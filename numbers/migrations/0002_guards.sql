-- Digits inside a number, however far in.
CREATE INDEX number_for_sale_by_digits ON numbers_number USING gin (number gin_trgm_ops) WHERE state = 'for_sale';

-- What is kept for ever: the history and every charge.
CREATE TRIGGER collection_append_only BEFORE UPDATE OR DELETE ON numbers_collection
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER collection_never_emptied BEFORE TRUNCATE ON numbers_collection EXECUTE FUNCTION refuse_change();
CREATE TRIGGER number_event_append_only BEFORE UPDATE OR DELETE ON numbers_numberevent
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER number_event_never_emptied BEFORE TRUNCATE ON numbers_numberevent EXECUTE FUNCTION refuse_change();

-- A number is one row for ever.
CREATE TRIGGER number_kept BEFORE DELETE ON numbers_number FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER number_never_emptied BEFORE TRUNCATE ON numbers_number EXECUTE FUNCTION refuse_change();
CREATE TRIGGER number_stays_itself BEFORE UPDATE ON numbers_number
  FOR EACH ROW WHEN (OLD.number <> NEW.number) EXECUTE FUNCTION refuse_change();

-- A subscription is of one number, buyer and seller, from one day on; its end is final.
CREATE TRIGGER subscription_kept BEFORE DELETE ON numbers_subscription
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER subscription_never_emptied BEFORE TRUNCATE ON numbers_subscription EXECUTE FUNCTION refuse_change();
CREATE TRIGGER subscription_stays_itself BEFORE UPDATE ON numbers_subscription
  FOR EACH ROW WHEN (
    OLD.number_id <> NEW.number_id OR OLD.buyer_id <> NEW.buyer_id OR OLD.seller_id <> NEW.seller_id
    OR OLD.currency <> NEW.currency OR OLD.first_day <> NEW.first_day OR OLD.time_zone <> NEW.time_zone
    OR OLD.period > NEW.period OR (OLD.state = 'released' AND NEW.state <> 'released')
  ) EXECUTE FUNCTION refuse_change();

-- How many of each sort are for sale: appended by whoever brings or takes numbers, so that none waits for another.
CREATE FUNCTION count_new_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO numbers_marketcount (currency, seller_id, country, type, voice, sms, fax, video, change)
  SELECT currency, seller_id, country, type, voice, sms, fax, video, count(*) FROM added
  WHERE state = 'for_sale' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
  RETURN NULL;
END $$;
CREATE TRIGGER count_new_numbers AFTER INSERT ON numbers_number REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION count_new_numbers();

CREATE FUNCTION count_changed_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO numbers_marketcount (currency, seller_id, country, type, voice, sms, fax, video, change)
  SELECT currency, seller_id, country, type, voice, sms, fax, video, sum(change) FROM (
    SELECT currency, seller_id, country, type, voice, sms, fax, video, 1 AS change FROM after_it WHERE state = 'for_sale'
    UNION ALL
    SELECT currency, seller_id, country, type, voice, sms, fax, video, -1 FROM before_it WHERE state = 'for_sale'
  ) both_sides GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(change) <> 0;
  RETURN NULL;
END $$;
CREATE TRIGGER count_changed_numbers AFTER UPDATE ON numbers_number
  REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
  FOR EACH STATEMENT EXECUTE FUNCTION count_changed_numbers();
