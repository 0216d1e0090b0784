"""Phone numbers in the REST API."""
