"""Wire formats that others defined: TCXC's own API, and what a stock Restcomm speaks to number providers."""
