"""Exports of long lists: the floors above register what they can give, and a worker writes it to a file."""
