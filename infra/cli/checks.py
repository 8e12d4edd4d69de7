"""The doctor's questions, one function per server."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from infra.embedded.data_dir import FORMAT
from infra.settings import Settings
from infra.supervisor.reachable import listens

ANSWER_SECONDS_MAX: Final = 5.0
LAG_MAX: Final = 10_000
"""Events a consumer may be behind before it counts as a failure: seconds of catching up."""


class Finding(msgspec.Struct, frozen=True):
    """One answer: ``ok`` is None for what is not configured, which is no failure."""

    subject: str
    ok: bool | None
    found: str
    remedy: str = ""


Check = Callable[[Settings], Awaitable[list[Finding]]]


async def check_servers(settings: Settings) -> tuple[Finding, ...]:
    """Ask everything at once; every question is bounded in time and none raises."""
    checks: tuple[tuple[str, Check], ...] = (
        ("Data directory", _data_dir),
        ("Postgres", _postgres),
        ("NATS", _nats),
        ("Redis", _redis),
        ("Views", _views),
        ("Elasticsearch", _elasticsearch),
        ("InfluxDB", _influxdb),
        ("Solana RPC", _solana),
    )
    answers = await asyncio.gather(*(_bounded(name, check, settings) for name, check in checks))
    return tuple(finding for answer in answers for finding in answer)


async def _bounded(name: str, check: Check, settings: Settings) -> list[Finding]:
    try:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            return await check(settings)
    except TimeoutError:
        found = f"no answer within {ANSWER_SECONDS_MAX:g} s"
    except Exception as error:  # the doctor reports whatever is broken
        found = f"{type(error).__name__}: {error}"
    remedy = "Start it, or correct its URL (the settings above); with no URL, cipherx up runs one."
    return [Finding(name, ok=False, found=found, remedy=remedy)]


async def _data_dir(settings: Settings) -> list[Finding]:
    from infra.instance import running_instance

    instance = running_instance(settings.data_dir)
    if instance is None:
        remedy = "cipherx up starts one there."
        return [Finding("Instance", None, f"nothing runs in {settings.data_dir}", remedy)]
    found = f"process {instance.pid} runs in {settings.data_dir} (format {FORMAT})"
    findings = [Finding("Instance", ok=True, found=found)]
    for process in instance.processes:
        if process.pid is None or process.restarts:
            found = f"restarted {process.restarts} times, last end: {process.last_end}"
            remedy = f"Its lines in the output of cipherx up say why, or {settings.data_dir}/logs."
            running = process.pid is not None
            findings.append(Finding(f"Process {process.name}", running, found, remedy))
    return findings


async def _postgres(settings: Settings) -> list[Finding]:
    if settings.database_url is None:
        return [_not_configured("Postgres", "DATABASE_URL")]
    import asyncpg

    from infra.cli.database_checks import backlog, schema
    from infra.cli.follow_checks import following

    began = time.perf_counter()
    connection = await asyncpg.connect(settings.database_url, timeout=ANSWER_SECONDS_MAX)
    try:
        version = await connection.fetchval("SHOW server_version")
        found = f"version {version}, {_milliseconds(began)}"
        durable = await connection.fetchval("SHOW synchronous_commit")
        findings = [Finding("Postgres", ok=True, found=found)]
        if durable == "off" or await connection.fetchval("SHOW fsync") == "off":
            remedy = "Set fsync=on and synchronous_commit=on there."
            found = "acknowledged facts may be lost when power fails"
            findings.append(Finding("Postgres durability", ok=False, found=found, remedy=remedy))
        findings.append(await schema(connection))
        findings += await backlog(connection)
        findings += await following(connection)
        return findings
    finally:
        await connection.close()


async def _nats(settings: Settings) -> list[Finding]:
    if settings.nats_url is None:
        return [_not_configured("NATS", "NATS_URL")]
    import nats

    began = time.perf_counter()
    await listens(settings.nats_url)  # the client would go on trying, and print each try
    client = await nats.connect(settings.nats_url, allow_reconnect=False, error_cb=_quietly)
    try:
        stream = client.jetstream()
        account = await stream.account_info()
        found = f"JetStream, {account.streams} streams, {_milliseconds(began)}"
        findings = [Finding("NATS", ok=True, found=found)]
        for info in await stream.streams_info():
            for consumer in await stream.consumers_info(info.config.name or ""):
                pending = consumer.num_pending or 0
                subject = f"Consumer {info.config.name}/{consumer.name}"
                findings.append(lag(subject, pending))
        return findings
    finally:
        await client.close()


async def _redis(settings: Settings) -> list[Finding]:
    if settings.redis_url is None:
        return [_not_configured("Redis", "REDIS_URL")]
    import redis.asyncio

    async with redis.asyncio.from_url(settings.redis_url) as client:
        began = time.perf_counter()
        await client.ping()
        about = await client.info()
        policy = about.get("maxmemory_policy")
        found = f"version {about['redis_version']}, {_milliseconds(began)}"
        findings = [Finding("Redis", ok=True, found=found)]
        if policy != "noeviction":
            remedy = "Set maxmemory-policy noeviction: a view that lost a key is silently wrong."
            findings.append(Finding("Redis eviction", False, f"policy {policy}", remedy))
        return findings


async def _views(settings: Settings) -> list[Finding]:
    if settings.database_url is None or settings.redis_url is None:
        return []
    from infra.projecting.read_models import read_models
    from infra.projecting.stores import opened

    async with opened(settings, "cipherx-doctor") as stores:
        views = await read_models(stores.pool, stores.client).checkpoints.positions()
        # The head last: read first, a view could be ahead of it.
        head = await stores.pool.fetchval("SELECT position FROM log_head")
        return [lag(f"View {name}", head - at) for name, at in sorted(views.items())]


async def _elasticsearch(settings: Settings) -> list[Finding]:
    if settings.elasticsearch_url is None:
        return [_not_configured("Elasticsearch", "ELASTICSEARCH_URL", "Postgres serves search")]
    return [await _http("Elasticsearch", settings.elasticsearch_url)]


async def _influxdb(settings: Settings) -> list[Finding]:
    if settings.influxdb_url is None:
        return [_not_configured("InfluxDB", "INFLUXDB_URL", "Postgres serves time series")]
    return [await _http("InfluxDB", settings.influxdb_url.rstrip("/") + "/ping")]


async def _solana(settings: Settings) -> list[Finding]:
    if settings.solana_rpc_url is None:
        return [_not_configured("Solana RPC", "SOLANA_RPC_URL", "no live chain data")]
    body = {"jsonrpc": "2.0", "id": 1, "method": "getSlot"}
    return [await _http("Solana RPC", settings.solana_rpc_url, body)]


async def _http(subject: str, url: str, body: dict[str, object] | None = None) -> Finding:
    import aiohttp

    async with aiohttp.ClientSession() as session:
        began = time.perf_counter()
        method = "GET" if body is None else "POST"
        async with session.request(method, url, json=body) as answer:
            found = f"HTTP {answer.status}, {_milliseconds(began)}"
            remedy = "" if answer.ok else "Look at its own log; check credentials in the URL."
            return Finding(subject, answer.ok, found, remedy)


async def _quietly(_: Exception) -> None:
    """The error also rises from the call that met it."""


def lag(subject: str, behind: int) -> Finding:
    """How far a consumer is behind, judged."""
    remedy = "" if behind <= LAG_MAX else "Is its role running? cipherx status shows restarts."
    return Finding(subject, behind <= LAG_MAX, f"{behind} behind", remedy)


def _not_configured(subject: str, variable: str, instead: str = "") -> Finding:
    found = f"{variable} is not set" + (f": {instead}" if instead else "")
    return Finding(subject, None, found, "" if instead else "cipherx up runs an embedded one.")


def _milliseconds(began: float) -> str:
    return f"{(time.perf_counter() - began) * 1_000:.1f} ms"
