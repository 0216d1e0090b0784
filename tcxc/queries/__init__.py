"""Reads of companies, people and keys."""
