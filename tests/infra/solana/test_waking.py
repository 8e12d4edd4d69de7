"""Wake-ups over WebSocket, and the glance that follows one."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from domain.values import WalletAddress
from infra.solana.fetching import Fetching
from infra.solana.glancing import Glancing
from infra.solana.received import Received
from infra.solana.rpc import SolanaRpc
from infra.solana.waking import WakeUps
from tests.infra.solana.hopping import Hopping


@pytest.fixture
async def wallet(simulation: Hopping) -> WalletAddress:
    """One that acts often."""
    await simulation.blocks(40)
    return WalletAddress(simulation.payers(1)[0])


@pytest.fixture
def glancing(rpc: SolanaRpc, received: Received) -> Glancing:
    """Glances at once."""
    return Glancing(rpc, received, Fetching(rpc, received, pause_seconds=0.001), 0.0)


class Woken:
    """Who was woken."""

    def __init__(self, simulation: Hopping) -> None:
        self._simulation = simulation
        self.wallets: list[WalletAddress] = []
        self.watched: list[WalletAddress] = []

    async def all_watched(self) -> Sequence[WalletAddress]:
        """Who is to wake us."""
        return self.watched

    async def until(self, count: int) -> None:
        """Make blocks until somebody was woken."""
        async with asyncio.timeout(20):
            while len(self.wallets) < count:
                await self._simulation.blocks(1)
                await asyncio.sleep(0.005)

    @asynccontextmanager
    async def waking(self) -> AsyncIterator[None]:
        """Connected for the length of the block."""
        stop = asyncio.Event()
        wake_ups = WakeUps(
            self._simulation.at.websocket, self.all_watched, self.wallets.append, 0.01
        )
        running = asyncio.create_task(wake_ups.run(stop))
        try:
            yield
        finally:
            stop.set()
            await running


async def test_a_watched_wallet_that_acts_wakes_us(
    simulation: Hopping, wallet: WalletAddress
) -> None:
    woken = Woken(simulation)
    woken.watched = [wallet]
    async with woken.waking():
        await woken.until(1)
    assert set(woken.wallets) == {wallet}


async def test_a_wallet_watched_later_is_subscribed_to_and_one_let_go_is_not_heard_again(
    simulation: Hopping, wallet: WalletAddress
) -> None:
    woken = Woken(simulation)
    async with woken.waking():
        woken.watched = [wallet]
        await woken.until(1)
        woken.watched = []
        await asyncio.sleep(0.1)
        woken.wallets.clear()
        await simulation.blocks(20)
        await asyncio.sleep(0.05)
        assert woken.wallets == []


async def test_a_glance_fetches_what_is_confirmed_and_not_yet_in(
    simulation: Hopping, wallet: WalletAddress, glancing: Glancing, received: Received
) -> None:
    glancing.wake(wallet)
    glancing.wake(wallet)
    assert await glancing.glance(asyncio.Event()) > 0
    glancing.wake(wallet)
    assert await glancing.glance(asyncio.Event()) == 0
    newest = await simulation.rpc(
        "getSignaturesForAddress", wallet, {"commitment": "confirmed", "limit": 1}
    )
    assert await received.places([newest[0]["signature"]])


async def test_a_glance_that_fails_leaves_it_to_the_round(
    simulation: Hopping, wallet: WalletAddress, glancing: Glancing
) -> None:
    await simulation.misbehave("outage,service=rpc")
    glancing.wake(wallet)
    assert await glancing.glance(asyncio.Event()) == 0
