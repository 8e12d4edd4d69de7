"""A Solana in a box: a market of agents whose every step is a transaction true to format."""
