CREATE INDEX cdr_of_subscription ON authz_cdr (subscription_id, recorded_at DESC, id DESC)
  WHERE subscription_id IS NOT NULL;
CREATE INDEX message_of_subscription ON authz_messagerecord (subscription_id, recorded_at DESC, id DESC)
  WHERE subscription_id IS NOT NULL;
