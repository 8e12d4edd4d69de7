"""Wires adapters to ports: the one module that knows which is which."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import asyncpg
from msgspec import Struct

from api.dependencies import Dependencies
from api.stream.hub import Hub
from commands.bus import command_bus
from commands.repository import LogRepository
from domain.account import Account
from infra.postgres.group_commit import LOST_CONNECTION, LogUnavailable
from infra.postgres.inbox import PostgresInbox
from infra.postgres.log import PostgresLog
from infra.postgres.person_keys import PostgresPersonKeys
from infra.postgres.pool import create_pool
from infra.postgres.views.api_key_query import PostgresApiKeyQuery
from infra.projecting.feed import LogFeed
from infra.projecting.read_models import read_models
from infra.projecting.views import reading_log
from infra.readiness import ServersHealth
from infra.redis.connection import redis_client
from infra.roles.needs import needed
from infra.security.access_tokens import AccessTokens
from infra.security.accounts import SealedAccounts
from infra.security.authenticator import CredentialAuthenticator
from infra.security.demo_account import Credentials, ensure_account
from infra.security.kept_secrets import with_secrets
from infra.security.key_hashes import KeyHashes
from infra.security.master_key import MasterKey
from infra.security.passwords import Passwords
from infra.settings import Settings
from infra.solana.completeness_query import PostgresCompletenessQuery
from infra.streaming.reading_log import ReadingLog
from infra.streaming.tail import Tail
from projections.queries import ApiKeyQuery, Checkpoints

__all__ = ["Credentials", "ensure_demo_account", "open_api"]

POOL_MAX: Final = 8
"""Of the 60 or so that a small Postgres takes, for each API process."""
OUTAGES: Final = (*LOST_CONNECTION, LogUnavailable, asyncpg.InsufficientResourcesError)


class Security(Struct, frozen=True):
    """What guards accounts."""

    accounts: SealedAccounts
    authenticator: CredentialAuthenticator


@asynccontextmanager
async def open_api(settings: Settings) -> AsyncIterator[Dependencies]:
    """Everything the API needs, for the length of the block."""
    settings = with_secrets(settings)
    database_url = needed(settings.database_url, "DATABASE_URL")
    nats_url = needed(settings.nats_url, "NATS_URL")
    redis = redis_client(needed(settings.redis_url, "REDIS_URL"))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(redis.aclose)
        pool = await create_pool(
            database_url, application_name="cipherx api", min_size=2, max_size=POOL_MAX
        )
        stack.push_async_callback(pool.close)
        log = await stack.enter_async_context(PostgresLog.open(pool, database_url))
        models = read_models(pool, redis)
        security = _security(settings, pool, log, models.api_keys, models.checkpoints, stack)
        tail = await stack.enter_async_context(Tail.following(nats_url, LogFeed(reading_log(pool))))
        hub = Hub(tail.feed, on_account_change=security.authenticator.forget)
        yield Dependencies(
            bus=command_bus(log),
            log=log,
            reader=ReadingLog(log),
            hub=hub,
            inbox=PostgresInbox(pool),
            wallets=models.wallets,
            trades=models.trades,
            prices=models.prices,
            trackings=models.trackings,
            checkpoints=models.checkpoints,
            authenticator=security.authenticator,
            completeness=PostgresCompletenessQuery(pool),
            accounts=security.accounts,
            health=ServersHealth(
                pool, redis, lambda: tail.client, models.checkpoints, lambda: hub.position
            ),
            outages=OUTAGES,
            webhook_secrets=settings.helius_webhook_secret,
            webhook_body_max_bytes=settings.webhook_body_max_bytes,
        )


async def ensure_demo_account(settings: Settings) -> Credentials:
    """The ready-made login of this data directory; the same one after every start."""
    settings = with_secrets(settings)
    database_url = needed(settings.database_url, "DATABASE_URL")
    async with AsyncExitStack() as stack:
        pool = await create_pool(database_url, application_name="cipherx prepare")
        stack.push_async_callback(pool.close)
        log = await stack.enter_async_context(PostgresLog.open(pool, database_url))
        keys = PostgresApiKeyQuery(pool)
        security = _security(settings, pool, log, keys, None, stack)
        return await ensure_account(security.accounts, settings.data_dir)


def _security(
    settings: Settings,
    pool: asyncpg.Pool,
    log: PostgresLog,
    holders: ApiKeyQuery,
    checkpoints: Checkpoints | None,
    stack: AsyncExitStack,
) -> Security:
    assert settings.master_key is not None, "with_secrets has made one"
    master = MasterKey(settings.master_key)
    persons, tokens = PostgresPersonKeys(pool, master), _tokens(settings)
    passwords, hashes = Passwords(), KeyHashes()
    stack.callback(passwords.close)
    stack.callback(hashes.close)
    accounts = SealedAccounts(
        command_bus(log), log, persons, master, tokens, passwords, hashes, checkpoints
    )
    authenticator = CredentialAuthenticator(
        tokens, holders, LogRepository(Account, log), persons, hashes, master.key_pepper
    )
    return Security(accounts, authenticator)


def _tokens(settings: Settings) -> AccessTokens:
    if settings.jwt_secret is not None:
        return AccessTokens.signed_by_secret(settings.jwt_secret, settings.jwt_expiry)
    assert settings.jwt_private_key is not None, "with_secrets has made one"
    return AccessTokens.signed_by_key(settings.jwt_private_key, settings.jwt_expiry)
