"""Clients that never give up, and remember what was acknowledged to them."""

import asyncio
import json
import random
from collections.abc import Callable
from typing import Final

import aiohttp

from infra.instance import Instance
from tests.support.made_transactions import address, signature, swap

CLIENTS: Final = 4
DELIVERY_ENTRIES_MAX: Final = 5
REPEATS_PART: Final = 0.2
"""How many deliveries are sent again after they were acknowledged."""
TRACKS_PART: Final = 0.2
RETRY_SECONDS: Final = 0.05
REQUEST_SECONDS_MAX: Final = 10.0


class Load:
    """Posts transactions and commands until stopped; each until it is acknowledged."""

    def __init__(self, instance: Callable[[], Instance], seed: int) -> None:
        self._instance = instance
        self._random = random.Random(seed)
        self._next = 0
        self._stopping = False
        self.signatures: set[str] = set()
        """Of transactions whose delivery was answered 200."""
        self.trackings: set[str] = set()
        """Ids of trackings that were answered 201."""
        self.acknowledged = 0

    async def run(self) -> None:
        """Keep the clients busy until ``stop``, then finish what was begun."""
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(REQUEST_SECONDS_MAX)) as session,
            asyncio.TaskGroup() as clients,
        ):
            for _ in range(CLIENTS):
                clients.create_task(self._client(session))

    def stop(self) -> None:
        """Let every client finish its request and end."""
        self._stopping = True

    async def beyond(self, count: int) -> None:
        """Wait until more than ``count`` requests were acknowledged."""
        while self.acknowledged <= count:
            await asyncio.sleep(0.01)

    async def _client(self, session: aiohttp.ClientSession) -> None:
        while not self._stopping:
            if self._random.random() < TRACKS_PART:
                await self._track(session)
            else:
                await self._deliver(session)

    async def _deliver(self, session: aiohttp.ClientSession) -> None:
        first = self._next
        self._next += self._random.randint(1, DELIVERY_ENTRIES_MAX)
        numbers = range(first, self._next)
        body = b"[" + b",".join(swap(number) for number in numbers) + b"]"
        for _ in range(2 if self._random.random() < REPEATS_PART else 1):
            await self._until(
                session,
                200,
                lambda at: (at.webhook, {"Authorization": at.webhook_secret}, body),
            )
            self.signatures.update(signature(number) for number in numbers)

    async def _track(self, session: aiohttp.ClientSession) -> None:
        wallet = address("tracked", self._random.randrange(10**9))
        body = json.dumps({"address": wallet}).encode()
        answer = await self._until(
            session,
            201,
            lambda at: (
                f"{at.rest}/wallets/track",
                {"Authorization": f"Bearer {at.api_key}", "Content-Type": "application/json"},
                body,
            ),
        )
        self.trackings.add(json.loads(answer)["trackingId"])

    async def _until(
        self,
        session: aiohttp.ClientSession,
        status: int,
        request: Callable[[Instance], tuple[str, dict[str, str], bytes]],
    ) -> bytes:
        while True:
            try:
                url, headers, body = request(self._instance())
                async with session.post(url, headers=headers, data=body) as response:
                    answer = await response.read()
                    assert response.status == status or response.status >= 500, answer
                    if response.status == status:
                        self.acknowledged += 1
                        return answer
            except (aiohttp.ClientError, TimeoutError):
                pass  # unknown outcome: ask again, as the sender does
            await asyncio.sleep(RETRY_SECONDS)
