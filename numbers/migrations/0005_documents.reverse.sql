DROP TRIGGER document_look_append_only ON numbers_documentlook;
DROP TRIGGER document_look_never_emptied ON numbers_documentlook;
DROP TRIGGER document_kept ON numbers_document;
DROP TRIGGER document_stays_itself ON numbers_document;
DROP TRIGGER verdict_kept ON numbers_verdict;
