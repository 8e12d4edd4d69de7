"""A simulated chain inside a test: it answers within a second and makes blocks when told to."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
import pytest
from aiohttp import web

from infra.simulation.servers.settings import Settings
from infra.simulation.servers.simulation import Addresses, Simulation

WARM_UP_BLOCKS: Final = 50
"""Enough for a finalized history of a few seconds."""


class RunningSimulation:
    """What a test does with a simulation: call it, order faults, look at what it shows."""

    def __init__(self, box: Simulation, addresses: Addresses, http: aiohttp.ClientSession) -> None:
        self.box = box
        self.at = addresses
        self.http = http
        self._id = 0

    async def blocks(self, count: int = 1) -> int:
        """Make blocks now; the newest slot."""
        return await self.box.pace.produce(count)

    async def acts(self, wallet: str, times: int = 1) -> list[str]:
        """Make blocks until ``wallet`` acted ``times`` more and all is confirmed; oldest first."""
        options = {"commitment": "confirmed"}
        start = await self.rpc("getSlot", options)
        for _ in range(400):
            await self.blocks()
            listed = await self.rpc("getSignaturesForAddress", wallet, options)
            acted = [entry["signature"] for entry in listed if entry["slot"] > start]
            if len(acted) >= times:
                return acted[::-1]
        raise AssertionError(f"{wallet} did not act {times} times in 400 blocks")

    async def answer(self, method: str, *params: object) -> dict[str, Any]:
        """The whole JSON-RPC answer."""
        self._id += 1
        body = {"jsonrpc": "2.0", "id": self._id, "method": method, "params": list(params)}
        async with self.http.post(self.at.rpc, json=body) as reply:
            found: dict[str, Any] = await reply.json()
            return found

    async def rpc(self, method: str, *params: object) -> Any:  # JSON, whatever the method gives
        """The result of a call that is expected to succeed."""
        answer = await self.answer(method, *params)
        assert "error" not in answer, answer
        return answer["result"]

    async def refused(self, method: str, *params: object) -> tuple[int, str]:
        """Code and message of a call that is expected to be refused."""
        answer = await self.answer(method, *params)
        assert "error" in answer, answer
        return answer["error"]["code"], answer["error"]["message"]

    async def story(self, name: str) -> dict[str, Any]:
        """Put a story into the world: its mint, the wallets behind it, their funder."""
        return await self.order(f"stories/{name}", {})

    async def misbehave(self, flags: str) -> list[int]:
        """Arm faults; the ids to disarm them by."""
        armed = (await self.order("faults", {"flags": flags}))["armed"]
        return [fault["id"] for fault in armed]

    async def behave(self) -> None:
        """Disarm every fault."""
        async with self.http.delete(f"{self.at.control}/faults") as reply:
            assert reply.status == 200

    async def order(self, path: str, body: object) -> dict[str, Any]:
        """POST to the control API."""
        async with self.http.post(f"{self.at.control}/{path}", json=body) as reply:
            assert reply.status in (200, 201), await reply.text()
            found: dict[str, Any] = await reply.json()
            return found

    async def look(self, path: str) -> dict[str, Any]:
        """GET from the control API."""
        async with self.http.get(f"{self.at.control}/{path}") as reply:
            assert reply.status == 200, await reply.text()
            found: dict[str, Any] = await reply.json()
            return found

    async def helius(self, verb: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and body of a Helius call."""
        url = f"{self.at.helius}{path}{'&' if '?' in path else '?'}api-key={self.at.helius_api_key}"
        data = None if body is None else io.BytesIO(json.dumps(body).encode())
        async with self.http.request(verb, url, data=data) as reply:
            return reply.status, await reply.json() if await reply.read() else None

    async def transaction(self) -> dict[str, Any]:
        """Some finalized transaction, as getTransaction's ``json`` shows it."""
        slot = await self.rpc("getSlot")
        for candidate in range(slot, slot - 20, -1):
            block = await self.rpc("getBlock", candidate, {"maxSupportedTransactionVersion": 0})
            if block["transactions"]:
                return {**block["transactions"][0], "slot": candidate}
        raise AssertionError("no transaction in 20 finalized blocks")

    async def busiest(self) -> str:
        """The fee payer with the most transactions among the latest confirmed blocks."""
        confirmed = {"commitment": "confirmed"}
        slot = await self.rpc("getSlot", confirmed)
        seen: dict[str, int] = {}
        for candidate in await self.rpc("getBlocks", slot - 50, slot, confirmed):
            detail = {"maxSupportedTransactionVersion": 0, "transactionDetails": "accounts"}
            block = await self.rpc("getBlock", candidate, {**confirmed, **detail})
            for entry in block["transactions"]:
                payer = entry["transaction"]["accountKeys"][0]["pubkey"]
                seen[payer] = seen.get(payer, 0) + 1
        return max(seen, key=lambda address: seen[address])


class Receiver:
    """A webhook endpoint that keeps what it gets and answers what it is told to."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.delay_seconds = 0.0
        self.url = ""
        self._arrived = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        """One delivery."""
        body = await request.read()
        status, delay = self.status, self.delay_seconds
        self.requests.append((dict(request.headers), body))
        self._arrived.set()
        await asyncio.sleep(delay)
        return web.Response(status=status)

    async def wait_for(self, count: int, seconds: float = 5.0) -> None:
        """Until ``count`` requests have come."""
        async with asyncio.timeout(seconds):
            while len(self.requests) < count:
                self._arrived.clear()
                await self._arrived.wait()


@asynccontextmanager
async def started(warm_up_blocks: int = WARM_UP_BLOCKS) -> AsyncIterator[RunningSimulation]:
    """A chain of seed 1 on a free port, standing still until blocks are asked for."""
    box = Simulation(Settings(seed=1, speed=0, warm_up_blocks=warm_up_blocks))
    addresses = await box.start()
    try:
        async with aiohttp.ClientSession() as http:
            yield RunningSimulation(box, addresses, http)
    finally:
        await box.stop()


@pytest.fixture
async def simulation() -> AsyncIterator[RunningSimulation]:
    """A chain of one's own."""
    async with started() as running:
        yield running


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A webhook endpoint on a free port."""
    found = Receiver()
    application = web.Application()
    application.router.add_post("/hook", found.take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield found
    finally:
        await runner.cleanup()
