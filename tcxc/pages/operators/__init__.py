"""The operators' admin: Django's own, in our palette, with one search for every id; its writes are operations."""
