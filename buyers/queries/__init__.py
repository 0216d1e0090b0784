"""Reads of buyers, accounts, links and interconnects. Each starts from what a buyer or a seller may see."""
