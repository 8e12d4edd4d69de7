"""Webhook deliveries: one second to acknowledge, three more tries, then lost for good."""

import asyncio
import contextlib
from collections import deque
from enum import StrEnum
from typing import Final

import aiohttp
import msgspec

from infra.simulation.servers.faults import FaultKind, Faults, Service
from infra.simulation.servers.helius.account import HeliusAccount
from infra.simulation.servers.helius.errors import HeliusError
from infra.simulation.servers.helius.matching import Matching
from infra.simulation.servers.helius.webhooks import Webhook, Webhooks
from infra.simulation.servers.production import Step
from infra.simulation.servers.replies import JsonObject, encoded

EVENTS_PER_DELIVERY: Final = 10
ACK_SECONDS_MAX: Final = 1.0
RETRIES_MAX: Final = 3
RETRY_SECONDS: Final = 1.0
UNDER_WAY_MAX: Final = 2_000
"""Deliveries being tried or waiting; beyond it new ones are lost, as with a receiver that hangs."""
CONNECTIONS_MAX: Final = 16
LOG_KEPT: Final = 10_000
JUDGED: Final = 20
"""How many of a webhook's latest deliveries decide whether it is switched off."""
FAILED_PERCENT_MAX: Final = 95


class Outcome(StrEnum):
    """What became of a delivery."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    LOST = "lost"
    DROPPED = "dropped"
    CANCELLED = "cancelled"


class Delivery(msgspec.Struct, frozen=True, rename="camel"):
    """One delivery as the log shows it."""

    webhook_id: str
    number: int
    signatures: list[str]
    outcome: Outcome
    tries: int


class Deliveries:
    """Sends what webhooks want once it is confirmed; faults strike by webhook and signature."""

    def __init__(self, webhooks: Webhooks, account: HeliusAccount, faults: Faults) -> None:
        self._webhooks = webhooks
        self._matching = Matching(webhooks)
        self._account = account
        self._faults = faults
        self._session: aiohttp.ClientSession | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._held: list[tuple[int, Webhook, list[JsonObject]]] = []
        self._number = 0
        self._verdicts: dict[str, deque[bool]] = {}
        self._log: deque[Delivery] = deque(maxlen=LOG_KEPT)

    async def start(self) -> None:
        """Open the connections deliveries go out on."""
        connector = aiohttp.TCPConnector(limit=CONNECTIONS_MAX)
        self._session = aiohttp.ClientSession(connector=connector)

    async def stop(self) -> None:
        """Give up what is under way."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def log(self, webhook_id: str | None = None) -> list[Delivery]:
        """What became of deliveries, oldest first."""
        return [d for d in self._log if webhook_id in (None, d.webhook_id)]

    def publish(self, step: Step) -> None:
        """Deliver what a step confirmed."""
        for block in step.confirmed:
            for webhook, events in self._matching.wanted(block):
                for first in range(0, len(events), EVENTS_PER_DELIVERY):
                    self._offer(webhook, events[first : first + EVENTS_PER_DELIVERY])

    def _offer(self, webhook: Webhook, events: list[JsonObject]) -> None:
        """Send a delivery now, later, twice or never, as the faults have it."""
        self._number += 1
        key = f"{webhook.id}/{_signatures(events)[0]}"
        if self._struck(FaultKind.WEBHOOK_OFF, key):
            self._webhooks.switch(webhook.id, active=False)
        if not self._is_active(webhook.id):
            return
        for _ in events:
            self._account.charge_event()
        if self._struck(FaultKind.DROP, key):
            self._note(webhook, events, Outcome.DROPPED, 0)
            return
        if fault := self._faults.strikes(FaultKind.REORDER, key, Service.HELIUS):
            self._held.append((self._number + fault.amount, webhook, events))
            return
        self._launch(webhook, events, key)
        if fault := self._faults.strikes(FaultKind.REPEAT, key, Service.HELIUS):
            for _ in range(fault.amount):
                self._launch(webhook, events, key)
        self._release()

    def _release(self) -> None:
        """Send the deliveries that have waited for enough later ones."""
        due = [held for held in self._held if held[0] <= self._number]
        self._held = [held for held in self._held if held[0] > self._number]
        for _, webhook, events in due:
            self._launch(webhook, events, f"{webhook.id}/{_signatures(events)[0]}")

    def _launch(self, webhook: Webhook, events: list[JsonObject], key: str) -> None:
        if len(self._under_way) >= UNDER_WAY_MAX:
            self._note(webhook, events, Outcome.LOST, 0)
            return
        task = asyncio.create_task(self._deliver(webhook, events, key))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _deliver(self, webhook: Webhook, events: list[JsonObject], key: str) -> None:
        body, headers = encoded(events), {"Content-Type": "application/json"}
        if webhook.auth_header:
            headers["Authorization"] = webhook.auth_header
        if self._struck(FaultKind.WRONG_AUTH, key):
            headers["Authorization"] = "not-what-was-agreed"
        if self._struck(FaultKind.CORRUPT, key):
            body = self._corrupted(body, key)
        if fault := self._faults.strikes(FaultKind.DELAY, key, Service.HELIUS):
            await asyncio.sleep(fault.amount / 1_000)
        outcome, tries = Outcome.LOST, 0
        while tries <= RETRIES_MAX and outcome is Outcome.LOST:
            if tries:
                await asyncio.sleep(RETRY_SECONDS)
            if not self._is_active(webhook.id):
                outcome = Outcome.CANCELLED
                break
            tries += 1
            outcome = await self._try(webhook.url, body, headers)
        self._note(webhook, events, outcome, tries)
        self._judge(webhook.id, failed=outcome is not Outcome.ACKNOWLEDGED)

    async def _try(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        if self._session is None:
            return Outcome.LOST
        try:
            async with (
                asyncio.timeout(ACK_SECONDS_MAX),
                self._session.post(url, data=body, headers=headers, allow_redirects=False) as reply,
            ):
                if reply.status == 200:
                    return Outcome.ACKNOWLEDGED
                return Outcome.REFUSED if reply.status == 403 else Outcome.LOST
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Outcome.LOST

    def _judge(self, webhook_id: str, *, failed: bool) -> None:
        """Switch a webhook off when nearly all of its latest deliveries failed."""
        verdicts = self._verdicts.setdefault(webhook_id, deque(maxlen=JUDGED))
        verdicts.append(failed)
        if len(verdicts) == JUDGED and sum(verdicts) * 100 >= JUDGED * FAILED_PERCENT_MAX:
            verdicts.clear()
            with contextlib.suppress(HeliusError):  # deleted meanwhile
                self._webhooks.switch(webhook_id, active=False)

    def _is_active(self, webhook_id: str) -> bool:
        try:
            return self._webhooks.get(webhook_id).active
        except HeliusError:
            return False

    def _corrupted(self, body: bytes, key: str) -> bytes:
        cut = bytearray(body[: len(body) * 3 // 4])
        cut[self._faults.random(key) % len(cut)] ^= 0x55
        return bytes(cut)

    def _struck(self, kind: FaultKind, key: str) -> bool:
        return self._faults.strikes(kind, key, Service.HELIUS) is not None

    def _note(
        self, webhook: Webhook, events: list[JsonObject], outcome: Outcome, tries: int
    ) -> None:
        signatures = _signatures(events)
        self._log.append(Delivery(webhook.id, self._number, signatures, outcome, tries))


def _signatures(events: list[JsonObject]) -> list[str]:
    found = []
    for event in events:
        transaction = event.get("transaction")
        raw = transaction["signatures"][0] if isinstance(transaction, dict) else None
        found.append(str(event.get("signature") or raw))
    return found
