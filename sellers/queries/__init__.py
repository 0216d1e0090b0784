"""Reads of sellers, connections, price lists and rates; each says what it starts from, so that nobody sees too much."""
