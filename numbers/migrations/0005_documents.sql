-- Who opened which file, for ever.
CREATE TRIGGER document_look_append_only BEFORE UPDATE OR DELETE ON numbers_documentlook
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER document_look_never_emptied BEFORE TRUNCATE ON numbers_documentlook EXECUTE FUNCTION refuse_change();

-- A document is one file of one buyer; what was said of it stays when the file is gone, and the file does not come back.
CREATE TRIGGER document_kept BEFORE DELETE ON numbers_document FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER document_stays_itself BEFORE UPDATE ON numbers_document
  FOR EACH ROW WHEN (
    OLD.buyer_id <> NEW.buyer_id OR OLD.kind <> NEW.kind OR OLD.name <> NEW.name OR OLD.digest <> NEW.digest
    OR OLD.purged_at <> NEW.purged_at OR (OLD.purged_at IS NOT NULL AND NEW.purged_at IS NULL)
  ) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER verdict_kept BEFORE DELETE ON numbers_verdict FOR EACH ROW EXECUTE FUNCTION refuse_change();
