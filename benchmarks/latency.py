"""Latency: a webhook's POST to the message on a WebSocket, through the whole stack."""

import asyncio
import contextlib
import re
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Final

import aiohttp

from benchmarks.harness import Figure, at_most, run_alone
from benchmarks.stack import running_stack
from infra.instance import Instance
from tests.support.made_transactions import address, signature, swap

DELIVERY_SECONDS: Final = 0.02
"""Time between two deliveries; at a higher rate each holds more transactions."""
RATE: Final = 50
"""Transactions a second for the promised latency: one in each delivery."""
WARM_UP_SECONDS: Final = 5.0
RATE_SECONDS: Final = 20.0
STEP_SECONDS: Final = 6.0
"""How long each higher rate is held: a queue that grows shows within it."""
RATES: Final = (50, 100, 200, 300, 400, 500, 600, 800, 1_000, 1_250, 1_500, 2_000, 2_500, 3_000)
LATE_SECONDS_MAX: Final = 10.0
"""How long the last messages may take; a rate that needs longer is not sustained."""
GROWTH_MAX: Final = 1.5
GROWTH_SECONDS: Final = 0.05
"""Lag grows when the last third's median is above the first's times the one plus the other."""
P50_MS_MAX: Final = 25
P99_MS_MAX: Final = 100
WALLET: Final = address("latency")
Load = tuple[Sequence[str], bytes]
"""A delivery's signatures and its body."""

_SIGNATURE: Final = re.compile(r'"signature":"(\w+)"')


async def measure() -> Sequence[Figure]:
    """The promised rate first, then higher ones until the lag grows."""
    with tempfile.TemporaryDirectory(prefix="cipherx-bench-") as folder:
        async with (
            running_stack(Path(folder) / "data") as instance,
            _Client.connected(instance) as client,
        ):
            await client.run(RATE, WARM_UP_SECONDS)
            latencies = [1_000 * one for one in await client.run(RATE, RATE_SECONDS)]
            sustained = await _highest(client)
    p99 = quantiles(latencies, n=100)[98]
    what = f"webhook to WebSocket at {RATE}/s"
    return [
        at_most(f"{what}, p50", median(latencies), P50_MS_MAX, "ms"),
        at_most(f"{what}, p99", p99, P99_MS_MAX, "ms"),
        Figure("highest rate sustained without growing lag", f"{sustained:,}/s"),
    ]


async def _highest(client: "_Client") -> int:
    sustained = 0
    for rate in RATES:
        latencies = await client.run(rate, STEP_SECONDS)
        third = len(latencies) // 3
        first, last = median(latencies[:third]), median(latencies[-third:])
        missing = round(rate * STEP_SECONDS) - len(latencies)
        if missing > 0 or last > first * GROWTH_MAX + GROWTH_SECONDS:
            break
        sustained = rate
    return sustained


class _Client:
    """Delivers transactions of one wallet and hears of them on the stream."""

    def __init__(self, instance: Instance, session: aiohttp.ClientSession) -> None:
        self._instance = instance
        self._session = session
        self._next = 0
        self._posted: dict[str, float] = {}
        """When the transactions not yet heard of were due to be posted."""
        self._latencies: list[float] = []
        self._heard = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def connected(cls, instance: Instance) -> AsyncIterator["_Client"]:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(instance.stream) as stream,
        ):
            await stream.send_json({"type": "auth", "token": instance.api_key})
            await stream.send_json({"type": "subscribe", "channels": [f"wallet:{WALLET}"]})
            client = cls(instance, session)
            listening = asyncio.create_task(client._listen(stream))
            try:
                yield client
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)

    async def run(self, rate: int, seconds: float) -> Sequence[float]:
        """Seconds from when a transaction was due to its message, in order of arrival.

        Deliveries go out on time whether or not earlier ones are answered: a slow answer does
        not slow the load down, which would hide it.
        """
        count = round(rate * DELIVERY_SECONDS)
        loads = [self._load(count) for _ in range(round(seconds / DELIVERY_SECONDS))]
        self._posted.clear()
        self._latencies.clear()
        started = time.perf_counter()
        async with asyncio.TaskGroup() as deliveries:
            for number, load in enumerate(loads):
                due = started + number * DELIVERY_SECONDS
                await asyncio.sleep(due - time.perf_counter())
                deliveries.create_task(self._deliver(load, due))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LATE_SECONDS_MAX):
                await self._all_heard()
        return list(self._latencies)

    def _load(self, count: int) -> Load:
        numbers = range(self._next, self._next + count)
        self._next += count
        body = b"[" + b",".join(swap(number, wallet=WALLET) for number in numbers) + b"]"
        return [signature(number) for number in numbers], body

    async def _deliver(self, load: Load, due: float) -> None:
        signatures, body = load
        self._posted.update((name, due) for name in signatures)
        headers = {"Authorization": self._instance.webhook_secret}
        async with self._session.post(self._instance.webhook, headers=headers, data=body) as answer:
            assert answer.status == 200, await answer.text()

    async def _all_heard(self) -> None:
        while self._posted:
            self._heard.clear()
            await self._heard.wait()

    async def _listen(self, stream: aiohttp.ClientWebSocketResponse) -> None:
        async for message in stream:
            now = time.perf_counter()
            for name in set(_SIGNATURE.findall(message.data)):
                posted = self._posted.pop(name, None)
                if posted is not None:
                    self._latencies.append(now - posted)
            self._heard.set()


def main() -> None:
    """Print the table."""
    run_alone(measure)


if __name__ == "__main__":
    main()
