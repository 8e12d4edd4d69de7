"""The simulated chain: a world that trades, and servers that speak Solana's protocols for it."""
