"""Makes the committed data files (`tcxc/data/`) out of open numbering data."""
