"""Files that strangers send: looked at, made harmless, and kept encrypted."""
