"""Adapters to Redis-protocol servers (Valkey is the embedded one): views and their queries."""
