"""Writes of sellers, connections and price lists: each one function, one transaction, one audit row."""
