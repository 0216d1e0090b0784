"""Writes of companies, people and keys: each one function, one transaction, one audit row."""
