"""The REST resources of money: ledgers, and operators' credits and debits."""
