"""Helius's webhook management: the few calls we make, what they cost, and waiting when told to."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from typing import Final, Self

import aiohttp
import msgspec
from msgspec import Struct

from infra.solana import metrics
from infra.solana.endpoint import retry_after
from infra.solana.errors import TOO_MANY_REQUESTS

CALL_CREDITS: Final = 100
ANSWER_SECONDS_MAX: Final = 60.0
"""A webhook of 95,000 addresses is a body of 4.5 MB."""
TRIES_MAX: Final = 5
FIRST_PAUSE_SECONDS: Final = 1.0
PAUSE_SECONDS_MAX: Final = 30.0
DAY_SECONDS: Final = 86_400


class HeliusFailed(Exception):
    """The call did not succeed; what is registered is not known for sure."""


class BudgetSpent(HeliusFailed):
    """Today's credits are used up; nothing was sent."""


class Webhook(Struct, frozen=True, rename="camel"):
    """A registration, as far as we look at it."""

    webhook_id: str = msgspec.field(name="webhookID")
    webhook_url: str = msgspec.field(name="webhookURL")
    account_addresses: list[str] = []
    webhook_type: str = ""
    active: bool = True


class Order(Struct, frozen=True, rename="camel"):
    """The whole of a registration: a PUT replaces everything."""

    webhook_url: str = msgspec.field(name="webhookURL")
    account_addresses: list[str]
    auth_header: str
    transaction_types: tuple[str, ...] = ("ANY",)
    webhook_type: str = "raw"
    txn_status: str = "all"
    encoding: str = "jsonParsed"


class Budget:
    """Credits our management calls may cost in a day."""

    def __init__(self, credits_a_day: int, clock: Callable[[], float] = time.time) -> None:
        self._most = credits_a_day
        self._clock = clock
        self._day, self.spent = 0, 0

    def spend(self, cost: int) -> None:
        """Count a call before it is made; raises BudgetSpent when it would be too much."""
        today = int(self._clock() // DAY_SECONDS)
        if today != self._day:
            self._day, self.spent = today, 0
        if self.spent + cost > self._most:
            raise BudgetSpent(f"{self.spent} of {self._most} credits are used today")
        self.spent += cost
        metrics.FLEET_CREDITS.set(self.spent)


class HeliusWebhooks:
    """The management API of one account."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        base_url: str,
        api_key: str,
        budget: Budget,
        pause_seconds: float = FIRST_PAUSE_SECONDS,
    ) -> None:
        self._http = http
        self._base = base_url.rstrip("/") + "/v0/webhooks"
        self._key = api_key
        self._budget = budget
        self._pause = pause_seconds

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        base_url: str,
        api_key: str,
        budget: Budget,
        *,
        pause_seconds: float = FIRST_PAUSE_SECONDS,
    ) -> AsyncIterator[Self]:
        """A client for the length of the block."""
        async with aiohttp.ClientSession() as http:
            yield cls(http, base_url, api_key, budget, pause_seconds)

    async def listed(self) -> list[Webhook]:
        """Every registration; its addresses are cut short, so only ask it which there are."""
        return msgspec.json.decode(await self._call("GET", ""), type=list[Webhook])

    async def get(self, webhook_id: str) -> Webhook:
        """One registration with all its addresses."""
        return msgspec.json.decode(await self._call("GET", f"/{webhook_id}"), type=Webhook)

    async def create(self, order: Order) -> Webhook:
        """Register; not tried again when the answer is lost, or there would be two."""
        body = await self._call("POST", "", order, tries=1)
        return msgspec.json.decode(body, type=Webhook)

    async def replace(self, webhook_id: str, order: Order) -> None:
        """Make the registration exactly this."""
        await self._call("PUT", f"/{webhook_id}", order)

    async def enable(self, webhook_id: str) -> None:
        """Switch deliveries on again."""
        await self._call("PATCH", f"/{webhook_id}", {"active": True})

    async def delete(self, webhook_id: str) -> None:
        """Forget the registration."""
        await self._call("DELETE", f"/{webhook_id}", accepted=(200, 204, 404))

    async def _call(
        self,
        verb: str,
        path: str,
        body: object = None,
        *,
        tries: int = TRIES_MAX,
        accepted: Collection[int] = (200, 201),
    ) -> bytes:
        data = None if body is None else msgspec.json.encode(body)
        why = ""
        for attempt in range(TRIES_MAX):
            self._budget.spend(CALL_CREDITS)
            pause: float | None = None
            try:
                status, answer, pause = await self._send(verb, path, data)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                why = type(error).__name__
                if attempt + 1 >= tries:
                    break
            else:
                if status in accepted:
                    return answer
                why = f"HTTP {status}"
                if status != TOO_MANY_REQUESTS and (status < 500 or attempt + 1 >= tries):
                    break
            await asyncio.sleep(self._pause * 2**attempt if pause is None else pause)
        raise HeliusFailed(f"{verb} /v0/webhooks{path}: {why}")

    async def _send(
        self, verb: str, path: str, data: bytes | None
    ) -> tuple[int, bytes, float | None]:
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS_MAX)
        async with self._http.request(
            verb,
            self._base + path,
            params={"api-key": self._key},
            data=None if data is None else aiohttp.BytesPayload(data),
            headers={"Content-Type": "application/json"},
            timeout=timeout,
            allow_redirects=False,
        ) as reply:
            pause = None
            if reply.status == TOO_MANY_REQUESTS:
                asked = retry_after(reply.headers.get("Retry-After"))
                pause = None if asked is None else min(asked, PAUSE_SECONDS_MAX)
            return reply.status, await reply.read(), pause
