"""The AAA engine: it takes a batch of requests and decides it in one database transaction."""
