"""The role that follows the live chain: histories, finality, Helius's webhooks."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Final

import structlog

from infra.roles.needs import needed
from infra.settings import Settings

FOLLOW_LOCK: Final = 0x6369_7068_6572_7804
FINALITY_LOCK: Final = 0x6369_7068_6572_7805
FLEET_LOCK: Final = 0x6369_7068_6572_7806
POOL_MAX: Final = 4
DRAIN_SECONDS: Final = 10.0
"""What is under way is given that long to end by itself."""
logger = structlog.get_logger(__name__)


async def run(settings: Settings, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Follow until ``stop`` is set; further processes stand by. Idles when nothing is named."""
    database_url = needed(settings.database_url, "DATABASE_URL")
    ready()
    lacking = missing(settings)
    for part, variables in lacking.items():
        logger.info(f"not following {part}", set=" and ".join(variables))
    if len(lacking) == len(PARTS):
        await stop.wait()
        return
    await _follow(settings, database_url, stop)


PARTS: Final = ("the chain", "Helius's webhooks")


def missing(settings: Settings) -> dict[str, list[str]]:
    """The parts that cannot run, and the variables to set for each."""
    wanted: dict[str, dict[str, object]] = {
        PARTS[0]: {"SOLANA_RPC_URL": settings.solana_rpc_url},
        PARTS[1]: {
            "HELIUS_API_KEY": settings.helius_api_key,
            "HELIUS_WEBHOOK_URL": settings.helius_webhook_url,
            "HELIUS_WEBHOOK_SECRET": settings.helius_webhook_secret,
        },
    }
    lacking = {
        part: [name for name, value in variables.items() if not value]
        for part, variables in wanted.items()
    }
    return {part: names for part, names in lacking.items() if names}


async def _follow(settings: Settings, database_url: str, stop: asyncio.Event) -> None:
    # Only now: what these take would weigh on a role that idles.
    import asyncpg

    from infra.postgres.leadership import lead
    from infra.postgres.pool import create_pool
    from infra.solana.fleet import Target
    from infra.solana.follow import follow_history, keep_fleet, settle
    from infra.solana.helius import Budget, HeliusWebhooks
    from infra.solana.rpc import SolanaRpc

    async with AsyncExitStack() as stack:
        pool = await create_pool(database_url, application_name="cipherx follow", max_size=POOL_MAX)
        stack.push_async_callback(pool.close)
        leading = []
        if settings.solana_rpc_url is not None:
            urls = [settings.solana_rpc_url, *settings.solana_rpc_fallback_urls]
            rpc = await stack.enter_async_context(SolanaRpc.open(urls, settings.solana_rpc_rate))

            async def history(connection: asyncpg.Connection) -> None:
                await follow_history(connection, pool, rpc, settings.solana_ws_url, stop)

            async def finality(connection: asyncpg.Connection) -> None:
                await settle(connection, pool, rpc, stop)

            leading.append(lead(database_url, "follow", FOLLOW_LOCK, history, stop))
            leading.append(lead(database_url, "finality", FINALITY_LOCK, finality, stop))
        if PARTS[1] not in missing(settings):
            assert settings.helius_api_key is not None
            assert settings.helius_webhook_url is not None
            helius = await stack.enter_async_context(
                HeliusWebhooks.open(
                    settings.helius_url,
                    settings.helius_api_key,
                    Budget(settings.helius_credits_a_day),
                )
            )
            # The first secret is the one in use; the second is being rotated in.
            target = Target(settings.helius_webhook_url, settings.helius_webhook_secret[0])

            async def webhooks(connection: asyncpg.Connection) -> None:
                await keep_fleet(connection, helius, target, stop)

            leading.append(lead(database_url, "fleet", FLEET_LOCK, webhooks, stop))
        async with asyncio.TaskGroup() as group:
            parts = [group.create_task(part) for part in leading]
            await stop.wait()
            # A look may be waiting for a node; nothing it has kept is lost by ending it.
            _, late = await asyncio.wait(parts, timeout=DRAIN_SECONDS)
            for part in late:
                part.cancel()
