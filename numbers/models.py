"""Numbers on the market, who has subscribed to them, their renewals and documents."""
