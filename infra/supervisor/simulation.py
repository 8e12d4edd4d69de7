"""When the simulated chain stands in for the real one, and what the children are then told."""

import asyncio
import contextlib
import ipaddress
from collections import Counter
from collections.abc import Callable
from typing import Final

import msgspec

from infra.embedded.ports import LOOPBACK, free_port
from infra.instance import Instance
from infra.settings import Settings
from infra.supervisor.environment import ANY_ADDRESS
from infra.supervisor.roles import Role

ROLE: Final = Role("simulation", "infra.roles.simulation")
WALLET_SECONDS_MAX: Final = 20.0
"""Trades are there within two seconds; nobody waits longer for a prettier first screen."""
LOOK_SECONDS: Final = 0.3
TRADES_MIN: Final = 5
CALL_SECONDS_MAX: Final = 2.0
LOG_BYTES_MAX: Final = 4 * 1024 * 1024


def stands_in(settings: Settings, say: Callable[[str], None]) -> bool:
    """Whether nothing real is configured.

    The webhook's secret counts too: with it real deliveries may come, and they must never be
    filed as simulated.
    """
    if settings.helius_api_key or settings.solana_rpc_url or settings.helius_webhook_secret:
        return False
    if not _reaches(settings.host):
        say(f"no simulated chain: it delivers on loopback, and the API listens on {settings.host}")
        return False
    return True


def simulated_environ() -> dict[str, str]:
    """Variables that lead the children to the simulation, on a port that it keeps."""
    port = free_port()
    http = f"http://{LOOPBACK}:{port}"
    return {
        "CIPHERX_SOURCE": "simulated",
        "SOLANA_RPC_URL": http,
        "SOLANA_WS_URL": f"ws://{LOOPBACK}:{port}",
        "CIPHERX_HELIUS_URL": http,
        "HELIUS_API_KEY": "simulated-helius-key",
    }


async def trading_wallet(instance: Instance) -> str | None:
    """A wallet that trades now, the busiest of the first few; None when there is none in time."""
    start: int | None = None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(WALLET_SECONDS_MAX):
            while True:
                with contextlib.suppress(OSError, msgspec.MsgspecError):  # slow: ask again
                    if start is None:
                        start = await asyncio.to_thread(_head, instance)
                    seen = (await asyncio.to_thread(_trades, instance, start)).events
                    if len(seen) >= TRADES_MIN:
                        traders = Counter(event.data.trade.trader for event in seen)
                        return traders.most_common(1)[0][0]
                await asyncio.sleep(LOOK_SECONDS)
    return None  # the first screen then shows a wallet that anybody knows


class _Trade(msgspec.Struct, frozen=True):
    trader: str


class _Recorded(msgspec.Struct, frozen=True):
    trade: _Trade


class _Event(msgspec.Struct, frozen=True):
    data: _Recorded


class _Page(msgspec.Struct, frozen=True):
    events: list[_Event]


class _Head(msgspec.Struct, frozen=True):
    head: int


def _head(instance: Instance) -> int:
    return msgspec.json.decode(_audited(instance, "limit=1"), type=_Head).head


def _trades(instance: Instance, after: int) -> _Page:
    query = f"type=trade.recorded&limit=50&from={after}"
    return msgspec.json.decode(_audited(instance, query), type=_Page)


def _audited(instance: Instance, query: str) -> bytes:
    """A page of our own audit log."""
    import urllib.request  # what takes megabytes is not for an instance that is not simulated

    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{instance.rest}/audit/events?{query}",
        headers={"Authorization": f"Bearer {instance.api_key}"},
    )
    with urllib.request.urlopen(request, timeout=CALL_SECONDS_MAX) as answer:  # noqa: S310
        return bytes(answer.read(LOG_BYTES_MAX))


def _reaches(host: str) -> bool:
    """Whether loopback leads to who listens on ``host``."""
    if host in ANY_ADDRESS or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
