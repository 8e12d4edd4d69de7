"""The role that keeps the views up to date."""

import asyncio
from collections.abc import Callable, Collection

from infra.nats.connection import connected
from infra.nats.event_consumer import EventConsumer
from infra.postgres.parking import PostgresParking
from infra.postgres.pool import create_pool
from infra.projecting.claims import Work, lead_each
from infra.projecting.feed import LogFeed
from infra.projecting.views import VIEWS, all_views, reading_log
from infra.projecting.watcher import ProjectionWatcher
from infra.redis.connection import redis_client
from infra.roles.needs import needed
from infra.settings import Settings
from projections.runner import Runner


async def run(settings: Settings, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Keep all views up to date until ``stop`` is set; safe to run several times."""
    await project(
        needed(settings.database_url, "DATABASE_URL"),
        needed(settings.nats_url, "NATS_URL"),
        needed(settings.redis_url, "REDIS_URL"),
        stop,
        ready,
    )


async def project(
    database_url: str,
    nats_url: str,
    redis_url: str,
    stop: asyncio.Event,
    ready: Callable[[], None],
    *,
    names: Collection[str] = VIEWS,
) -> None:
    """Keep the named views up to date, as far as no other process does."""
    client = redis_client(redis_url)
    pool = await create_pool(database_url, application_name="cipherx project")
    try:
        feed = LogFeed(reading_log(pool))
        parking = PostgresParking(pool)
        works: dict[str, Work] = {
            name: Runner(view.live, feed, parking, ProjectionWatcher(name)).run
            for name, view in all_views(pool, client).items()
            if name in names
        }
        ready()
        async with asyncio.TaskGroup() as group:  # what fails stops the rest, and rises
            group.create_task(_follow(nats_url, feed, stop), name="follow nats")
            group.create_task(feed.poll(stop), name="poll the log")
            group.create_task(lead_each(database_url, works, stop), name="lead")
    finally:
        await pool.close()
        await client.aclose()


async def _follow(nats_url: str, feed: LogFeed, stop: asyncio.Event) -> None:
    async with connected(nats_url, "project", stop) as client:
        if client is not None:
            await EventConsumer(client, feed.offer).run(stop)
