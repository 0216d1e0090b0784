"""What buyers are told by mail: changed prices, and money that runs low."""
