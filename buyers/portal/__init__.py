"""The buyer portal: accounts, traffic and money of one company, for those of its people whose role allows it."""
