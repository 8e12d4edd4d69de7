"""What a Solana transaction did: raw bytes in, trades and transfers out, with no I/O."""
