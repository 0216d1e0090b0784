SELECT partition_by_month('authz_cdr');
CREATE INDEX cdr_of_buyer ON authz_cdr (buyer_id, recorded_at DESC, id DESC);
CREATE INDEX cdr_of_account ON authz_cdr (account_id, recorded_at DESC, id DESC);
CREATE INDEX cdr_of_seller ON authz_cdr (seller_id, recorded_at DESC, id DESC);
CREATE INDEX cdr_of_session ON authz_cdr (session_pk);

SELECT partition_by_month('authz_messagerecord');
CREATE INDEX message_of_buyer ON authz_messagerecord (buyer_id, recorded_at DESC, id DESC);
CREATE INDEX message_of_account ON authz_messagerecord (account_id, recorded_at DESC, id DESC);
CREATE INDEX message_of_seller ON authz_messagerecord (seller_id, recorded_at DESC, id DESC);
CREATE INDEX message_of_session ON authz_messagerecord (session_pk);

-- Every leading part of a number: the codes that can match it.
CREATE FUNCTION prefixes(number text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_agg(left(number, n)) FROM generate_series(1, length(number)) n
$$;

ALTER TABLE authz_session SET (fillfactor = 80);
ALTER TABLE buyers_account SET (fillfactor = 70);
