-- Of the few records that were corrected: the job that adds up traffic looks for them.
CREATE INDEX cdr_corrected ON authz_cdr (adjusted_at) WHERE adjusted_at IS NOT NULL;
CREATE INDEX message_corrected ON authz_messagerecord (adjusted_at) WHERE adjusted_at IS NOT NULL;
