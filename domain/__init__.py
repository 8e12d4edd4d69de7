"""What is true: the rules of wallets, trades and signals, with no I/O."""
