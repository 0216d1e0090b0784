DROP INDEX cdr_of_subscription;
DROP INDEX message_of_subscription;
