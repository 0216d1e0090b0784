"""Authentication, authorization and accounting of calls and messages."""
