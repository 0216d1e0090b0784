"""Price lists (rate decks): read, checked row by row, compared with the live prices, published, exported, restored."""
