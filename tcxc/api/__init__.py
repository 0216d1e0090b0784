"""The conventions that every REST resource keeps: keys, scopes, problems, pages and idempotency."""
