"""The live chain: nodes over RPC, wake-ups over WebSocket, Helius's webhooks."""
