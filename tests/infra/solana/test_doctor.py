"""What ``cipherx doctor`` says of following the chain."""

import asyncpg

from infra.cli.checks import check_servers
from infra.settings import read_settings
from infra.solana.rpc import SolanaRpc
from infra.solana.status import FLEET, say
from infra.solana.watchdog import Watchdog
from tests.infra.solana.hopping import Hopping


async def test_it_tells_of_the_chain_the_histories_and_the_webhooks(
    simulation: Hopping, pool: asyncpg.Pool, rpc: SolanaRpc, fresh_database: str
) -> None:
    settings = read_settings({"DATABASE_URL": fresh_database})
    names = {finding.subject for finding in await check_servers(settings)}
    assert not names & {"Chain", "Histories", "Helius webhooks"}
    await Watchdog(pool, rpc).look()
    found = {"wanted": 9, "missing": 2, "surplus": 0, "twice": 0, "switched_off": 1}
    await say(pool, FLEET, found)
    findings = {finding.subject: finding for finding in await check_servers(settings)}
    assert findings["Chain"].ok
    assert findings["Histories"].ok
    assert findings["Helius webhooks"].ok is False
    assert "2 not heard" in findings["Helius webhooks"].found
