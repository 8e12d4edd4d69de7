"""Several endpoints as one: the best one first, another when it fails or lags."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Final

import aiohttp
import msgspec
import structlog
from msgspec import Raw

from infra.solana import wire
from infra.solana.endpoint import FIRST_REST_SECONDS, Endpoint
from infra.solana.errors import (
    INTERNAL,
    MIN_CONTEXT_SLOT,
    NODE_UNHEALTHY,
    TOO_MANY_REQUESTS,
    EndpointFailed,
    RpcBehind,
    RpcRefused,
    RpcUnavailable,
)

TRIES_MAX: Final = 6
"""Over all endpoints, for one request."""
WAIT_SECONDS_MAX: Final = 30.0
"""How long one request waits for endpoints that rest before it gives up."""
LAG_SLOTS_MAX: Final = 50
"""An endpoint further behind the best one is asked only when there is no other: 20 s."""

Call = tuple[str, Sequence[object]]
"""Method and parameters."""
Result = Raw | RpcRefused
logger = structlog.get_logger(__name__)


class Endpoints:
    """Every endpoint we have; requests go to the one that answers soonest."""

    def __init__(
        self,
        urls: Sequence[str],
        rate: float,
        http: aiohttp.ClientSession,
        rest_seconds: float = FIRST_REST_SECONDS,
    ) -> None:
        assert urls, "no endpoint"
        self.all: Final = [Endpoint(url, rate, http, rest_seconds) for url in urls]
        names = [endpoint.name for endpoint in self.all]
        for place, endpoint in enumerate(self.all, 1):
            if names.count(endpoint.name) > 1:  # one provider under two keys
                endpoint.name += f"#{place}"
        self._last_id = 0

    @property
    def best_slot(self) -> int:
        """The newest finalized slot that any endpoint has told of."""
        return max(endpoint.slot for endpoint in self.all)

    def lagging(self) -> list[Endpoint]:
        """Those too far behind the best one."""
        return [e for e in self.all if self.best_slot - e.slot > LAG_SLOTS_MAX]

    async def ask(
        self, calls: Sequence[Call], *, avoid: Collection[str] = ()
    ) -> tuple[Sequence[Result], Endpoint]:
        """The results in order and who gave them, from one endpoint.

        ``avoid`` names endpoints to ask only when there is no other. Raises RpcUnavailable,
        or RpcBehind when a ``minContextSlot`` was out of reach.
        """
        behind, tried = 0, list(avoid)
        deadline = asyncio.get_running_loop().time() + WAIT_SECONDS_MAX
        reason = "no endpoint"
        for _ in range(TRIES_MAX):
            endpoint = self._next(tried)
            if asyncio.get_running_loop().time() + endpoint.wait_seconds > deadline:
                break
            await asyncio.sleep(endpoint.rest_seconds)
            tried.append(endpoint.name)
            try:
                return await self._ask(endpoint, calls), endpoint
            except RpcBehind as why:
                behind, reason = behind + 1, str(why)
                if behind >= len(self.all):
                    raise
            except EndpointFailed as why:
                reason = f"{endpoint.name}: {why}"
                logger.debug("endpoint failed", endpoint=endpoint.name, reason=str(why))
        raise RpcUnavailable(reason)

    async def ask_one(self, endpoint: Endpoint, call: Call) -> Result:
        """One call to exactly that endpoint; raises EndpointFailed or RpcBehind."""
        if endpoint.rest_seconds > 0:
            raise EndpointFailed("resting")
        return (await self._ask(endpoint, [call]))[0]

    def _next(self, tried: Sequence[str]) -> Endpoint:
        """Least tried first, then not lagging, then soonest free."""
        lagging = self.lagging()
        return min(
            self.all, key=lambda e: (tried.count(e.name), e in lagging, round(e.wait_seconds, 1))
        )

    async def _ask(self, endpoint: Endpoint, calls: Sequence[Call]) -> Sequence[Result]:
        first = self._last_id + 1
        self._last_id += len(calls)
        requests = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            for number, (method, params) in enumerate(calls, first)
        ]
        body = wire.encode(requests if len(requests) > 1 else requests[0])
        found = _answers(await endpoint.post(body, len(calls)), first)
        return [
            _result(endpoint, method, found.get(number))
            for number, (method, _) in enumerate(calls, first)
        ]


def _answers(body: bytes, first: int) -> dict[int, wire.Answer]:
    try:
        if body.lstrip()[:1] == b"[":
            return {a.id: a for a in wire.answers.decode(body) if a.id is not None}
        one = wire.answer.decode(body)
    except msgspec.MsgspecError as unreadable:
        raise EndpointFailed(f"unreadable answer: {unreadable}") from unreadable
    # A batch refused as a whole comes back as one error without an id.
    return {first if one.id is None else one.id: one}


def _result(endpoint: Endpoint, method: str, answer: wire.Answer | None) -> Result:
    if answer is None:
        raise EndpointFailed("an answer of the batch is missing")
    error = answer.error
    if error is None:
        return answer.result
    if error.code in (MIN_CONTEXT_SLOT, NODE_UNHEALTHY):
        raise RpcBehind(f"{endpoint.name}: {error.message}")
    if error.code == TOO_MANY_REQUESTS or error.code in INTERNAL:
        endpoint.rest(None)
        raise EndpointFailed(f"{error.code} {error.message}")
    return RpcRefused(method, error.code, error.message)
