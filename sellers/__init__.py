"""Sellers, their connections and price lists."""
