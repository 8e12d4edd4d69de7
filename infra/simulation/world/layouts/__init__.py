"""Account bytes as the real programs store them."""
