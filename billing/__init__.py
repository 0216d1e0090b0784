"""Money: wallets, the ledger and its one writer."""
