"""Buyers, their accounts, limits, links and interconnects."""
