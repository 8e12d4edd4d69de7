"""Adapters to NATS: the stream of events, who fills it, and who reads from it."""
