"""What the doctor reads from Postgres: schema and lag."""

import asyncpg

from infra.cli.checks import Finding, lag
from infra.postgres.migrate import migrations


async def schema(connection: "asyncpg.Connection[asyncpg.Record]") -> Finding:
    """Whether the database has the schema this program was written for."""
    newest = migrations()[-1].number
    if await connection.fetchval("SELECT to_regclass('schema_migrations')") is None:
        remedy = "cipherx up brings it up to date."
        return Finding("Schema", ok=False, found="none yet", remedy=remedy)
    found = await connection.fetchval("SELECT coalesce(max(number), 0) FROM schema_migrations")
    if found < newest:
        remedy = "cipherx up brings it up to date."
        return Finding(
            "Schema", ok=False, found=f"{found}, this program has {newest}", remedy=remedy
        )
    if found > newest:
        remedy = "Upgrade CipherX, or use another database."
        return Finding(
            "Schema", ok=False, found=f"{found}, this program has {newest}", remedy=remedy
        )
    return Finding("Schema", ok=True, found=str(found))


async def backlog(connection: "asyncpg.Connection[asyncpg.Record]") -> list[Finding]:
    """How far intake and relay are behind, and what is parked."""
    findings = []
    if await _has(connection, "inbox_checkpoint"):
        behind = await connection.fetchval(
            "SELECT (SELECT position FROM inbox_head) - (SELECT position FROM inbox_checkpoint)"
        )
        findings.append(lag("Intake", behind))
    if await _has(connection, "relay_checkpoint"):
        # The checkpoint first: the other way round it could be ahead of the head.
        published = await connection.fetchval("SELECT position FROM relay_checkpoint")
        head = await connection.fetchval("SELECT position FROM log_head")
        findings.append(lag("Relay", head - published))
        findings.insert(0, Finding("Log", ok=True, found=f"{head} events"))
    if await _has(connection, "parked_events"):
        parked = await connection.fetchval("SELECT count(*) FROM parked_events")
        remedy = "Its error column says why; correct that, then replay them." if parked else ""
        findings.append(Finding("Parked events", parked == 0, str(parked), remedy))
    return findings


async def _has(connection: "asyncpg.Connection[asyncpg.Record]", table: str) -> bool:
    return await connection.fetchval("SELECT to_regclass($1)", table) is not None
