"""What the doctor reads of the roles that follow the chain."""

import asyncpg

from domain.coverage.freshness import TIP_SECONDS_MAX
from infra.cli.checks import Finding
from infra.solana.status import FLEET, last_seen, said


async def following(connection: "asyncpg.Connection[asyncpg.Record]") -> list[Finding]:
    """Whether the chain moves for us, all wanted wallets are registered, and histories whole."""
    if await connection.fetchval("SELECT to_regclass('follow_status')") is None:
        return []
    findings = []
    chain = await last_seen(connection)
    if chain is not None:
        moves = chain.still_seconds <= TIP_SECONDS_MAX
        found = f"finalized slot {chain.tip}, last moved {chain.still_seconds:.0f} s ago"
        remedy = "" if moves else "Does cipherx follow run? Does the node at SOLANA_RPC_URL answer?"
        findings.append(Finding("Chain", moves, found, remedy))
        findings.append(await _histories(connection))
    fleet = await said(connection, FLEET)
    if fleet is not None:
        findings.append(_fleet(fleet[0]))
    return findings


async def _histories(connection: "asyncpg.Connection[asyncpg.Record]") -> Finding:
    unknown, holes = await connection.fetchrow(
        "SELECT (SELECT count(*) FROM wallet_coverage WHERE reason IS NOT NULL"
        " AND wallet IN (SELECT wallet FROM watched_wallets)),"
        " (SELECT count(*) FROM coverage_holes WHERE closed_at IS NULL)"
    )
    remedy = "" if not unknown else "GET /v1/wallets/ADDRESS/completeness says why, by wallet."
    found = f"{unknown} wallets not known whole, {holes} transactions cannot be had yet"
    return Finding("Histories", unknown == 0, found, remedy)


def _fleet(said: dict[str, int]) -> Finding:
    found = (
        f"{said['wanted']} wanted, {said['missing']} not heard, "
        f"{said['surplus']} too many, {said['switched_off']} webhooks switched off"
    )
    whole = said["missing"] == 0
    remedy = "" if whole else "The lines of follow say why it could not be repaired."
    return Finding("Helius webhooks", whole, found, remedy)
