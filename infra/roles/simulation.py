"""The role that plays Solana and Helius while nothing real is configured: all of it is made up."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import msgspec
import structlog

from infra.embedded.credentials import write_private
from infra.roles.needs import needed
from infra.settings import DEFAULT_PORT, Settings
from infra.simulation.servers import settings as simulated
from infra.simulation.servers.simulation import Addresses, Simulation
from infra.simulation.world.programs.ids import PROGRAMS
from infra.supervisor.environment import ANY_ADDRESS

FILE: Final = "simulation.json"
TPS: Final = 20
WARM_UP_BLOCKS: Final = 80
"""A history of half a minute that is there from the start, some of it finalized."""
LOOK_SECONDS: Final = 2.0
"""How soon a webhook that was switched off, since we were away for a while, is on again."""
CALL_SECONDS_MAX: Final = 5.0
logger = structlog.get_logger(__name__)


async def run(settings: Settings, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Make a market and deliver all of it to our webhook until ``stop`` is set."""
    port = urlsplit(needed(settings.solana_rpc_url, "SOLANA_RPC_URL")).port
    secret = needed(next(iter(settings.helius_webhook_secret), None), "HELIUS_WEBHOOK_SECRET")
    seed = next_seed(settings.data_dir)
    begins = int(time.time()) - WARM_UP_BLOCKS * simulated.SLOT_MS // 1_000
    simulation = Simulation(
        simulated.Settings(
            seed=seed,
            tps=TPS,
            port=port or 0,
            genesis_time=begins,
            warm_up_blocks=WARM_UP_BLOCKS,
        )
    )
    try:
        addresses = await simulation.start()
        timeout = aiohttp.ClientTimeout(total=CALL_SECONDS_MAX)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            webhook = AllTransactions(http, addresses)
            await webhook.register(webhook_url(settings), secret)
            ready()
            logger.warning("SIMULATED chain: nothing here is real", seed=seed, tps=TPS)
            while not await _stopped(stop):
                await webhook.keep_on()
    finally:
        await simulation.stop()


class AllTransactions:
    """A raw webhook that is told of every transaction, managed through Helius's own API."""

    def __init__(self, http: aiohttp.ClientSession, addresses: Addresses) -> None:
        self._http = http
        self._url = f"{addresses.helius}/v0/webhooks"
        self._key = {"api-key": addresses.helius_api_key}
        self._id = ""

    async def register(self, url: str, secret: str) -> None:
        """Have everything delivered to ``url`` with ``secret`` as its Authorization."""
        order = {
            "webhookURL": url,
            "webhookType": "raw",
            "transactionTypes": ["ANY"],
            "authHeader": secret,
            # Each transaction calls a program, and there are no others on this chain.
            "accountAddresses": [program.address for program in PROGRAMS],
        }
        async with self._http.post(self._url, params=self._key, json=order) as answer:
            answer.raise_for_status()
            self._id = (await answer.json())["webhookID"]

    async def keep_on(self) -> None:
        """Switch it on again when nearly all of its deliveries had failed."""
        at = f"{self._url}/{self._id}"
        async with self._http.get(at, params=self._key) as answer:
            answer.raise_for_status()
            if (await answer.json())["active"]:
                return
        logger.warning("the webhook was switched off after failing; switching it on")
        async with self._http.patch(at, params=self._key, json={"active": True}) as answer:
            answer.raise_for_status()


class Started(msgspec.Struct, frozen=True):
    """The chain that was started last in a data directory."""

    seed: int


def next_seed(data_dir: Path) -> int:
    """The seed of a chain that this data directory has not seen.

    A seed gives the same keys and signatures each time: started again with it, the new chain
    would be taken for redeliveries of the old one. The first is 1, so that every first start
    tells the same story.
    """
    path = data_dir / FILE
    try:
        last = msgspec.json.decode(path.read_bytes(), type=Started).seed
    except FileNotFoundError:
        last = 0
    write_private(path, msgspec.json.encode(Started(last + 1)))
    return last + 1


def webhook_url(settings: Settings) -> str:
    """Our own webhook as seen from this machine."""
    host = ANY_ADDRESS.get(settings.host, settings.host)
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{settings.port or DEFAULT_PORT}/webhooks/helius"


async def _stopped(stop: asyncio.Event) -> bool:
    try:
        await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
    except TimeoutError:
        return False
    return True
