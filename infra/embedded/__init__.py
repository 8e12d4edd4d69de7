"""Postgres, NATS and Valkey from wheels, as children of ours inside one data directory."""

from infra.embedded.servers import EmbeddedServers, Need, ServerUrls

__all__ = ["EmbeddedServers", "Need", "ServerUrls"]
