"""The protocols a simulated chain speaks: Solana RPC, Helius, Telegram and SMTP, on loopback."""
