"""What the children are told, and what the outside is told of them."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from infra.embedded import Need, ServerUrls
from infra.instance import Addresses, Instance
from infra.settings import DEFAULT_PORT, Settings
from infra.supervisor.development import missing_secrets
from infra.supervisor.prepare import Prepared

ANY_ADDRESS: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
"""Listening on all interfaces, we show the one that surely works from here."""


def missing_servers(settings: Settings) -> frozenset[Need]:
    """The servers that no URL names, so that they must be embedded."""
    named: dict[Need, str | None] = {
        "postgres": settings.database_url,
        "nats": settings.nats_url,
        "redis": settings.redis_url,
    }
    return frozenset(need for need, url in named.items() if url is None)


def children_environ(
    settings: Settings, environ: Mapping[str, str], urls: ServerUrls, port: int
) -> dict[str, str]:
    """Ours, with the options, addresses and secrets that were decided here."""
    decided = {
        **missing_secrets(settings),
        "CIPHERX_DATA_DIR": str(settings.data_dir),
        "CIPHERX_HOST": settings.host,
        "CIPHERX_PORT": str(port),
    }
    embedded = {
        "DATABASE_URL": urls.database_url,
        "NATS_URL": urls.nats_url,
        "REDIS_URL": urls.redis_url,
    }
    return {**environ, **decided, **{name: url for name, url in embedded.items() if url}}


def describe(settings: Settings, prepared: Prepared) -> Instance:
    """The instance that runs with the children's ``settings``."""
    host = ANY_ADDRESS.get(settings.host, settings.host)
    host = f"[{host}]" if ":" in host else host
    at = Addresses(f"{host}:{settings.port or DEFAULT_PORT}")
    return Instance(
        pid=os.getpid(),
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        data_dir=str(settings.data_dir),
        api=at.http(),
        rest=at.http("/v1"),
        stream=at.ws("/v1/stream"),
        graphql=at.http("/v1/graphql"),
        openapi=at.http("/schema"),
        health=at.http("/health/ready"),
        metrics=at.http("/metrics"),
        webhook=at.http("/webhooks/helius"),
        webhook_secret=settings.helius_webhook_secret[0],
        database_url=settings.database_url or "",
        nats_url=settings.nats_url or "",
        redis_url=settings.redis_url or "",
        email=prepared.email,
        password=prepared.password,
        api_key=prepared.api_key,
    )
