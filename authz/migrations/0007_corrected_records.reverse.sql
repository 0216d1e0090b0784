DROP INDEX cdr_corrected;
DROP INDEX message_corrected;
