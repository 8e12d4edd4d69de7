"""The paying side of Helius: an API key, credits and a rate limit."""

from typing import Final

from aiohttp import web

from infra.simulation.servers.faults import FaultKind, Faults, Service
from infra.simulation.servers.helius.errors import HeliusError
from infra.simulation.servers.rate import Milliseconds, RateLimit

API_KEY: Final = "simulated-helius-key"
MANAGEMENT_CREDITS: Final = 100
ENHANCED_CREDITS: Final = 100
EVENT_CREDITS: Final = 1
REQUESTS_A_SECOND: Final = 10
"""The free plan's; ``POST /control/helius`` sets another."""


class HeliusAccount:
    """Who may call, how often, and what it has cost."""

    def __init__(self, faults: Faults, clock: Milliseconds, api_key: str = API_KEY) -> None:
        self.api_key = api_key
        self.credits_used = 0
        self.credits_max: int | None = None
        self._faults = faults
        self._clock = clock
        self._calls = 0
        self.set_rate(REQUESTS_A_SECOND)

    def set_rate(self, requests_a_second: int) -> None:
        """Allow another rate from now on."""
        rate = max(requests_a_second, 1)
        self._limit = RateLimit(max(1_000 // rate, 1), rate, self._clock)

    def admit(self, request: web.Request, cost: int) -> None:
        """Charge one call; raises HeliusError 401 without the key, 429 beyond rate or credits."""
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.api_key not in (request.query.get("api-key"), bearer):
            raise HeliusError(401, "Unauthorized")
        self._calls += 1
        key = f"helius/{self._calls}"
        struck = self._faults.strikes(FaultKind.RATE_LIMIT, key, Service.HELIUS)
        if struck is not None or self._limit.take(self.api_key) > 0:
            raise HeliusError(429, "rate limited")
        if self.credits_max is not None and self.credits_used + cost > self.credits_max:
            raise HeliusError(429, "max usage reached")
        self.credits_used += cost

    def charge_event(self) -> None:
        """One event was sent, whatever became of it."""
        self.credits_used += EVENT_CREDITS
