"""One RPC endpoint: its rate, its rests, and the newest slot it has shown."""

import asyncio
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from infra.solana.errors import TOO_MANY_REQUESTS, EndpointFailed
from infra.solana.token_bucket import TokenBucket

ANSWER_SECONDS_MAX: Final = 20.0
"""A thousand signatures, or ten transactions, take an archive node some seconds."""
ANSWER_BYTES_MAX: Final = 32 * 2**20
"""A full block by signatures has half a megabyte, ten large transactions a few."""
FIRST_REST_SECONDS: Final = 0.5
REST_SECONDS_MAX: Final = 30.0
_JSON: Final = {"Content-Type": "application/json"}


class Endpoint:
    """Sends requests to one node, no faster than allowed, and not while it rests."""

    def __init__(
        self,
        url: str,
        rate: float,
        http: aiohttp.ClientSession,
        rest_seconds: float = FIRST_REST_SECONDS,
    ) -> None:
        self._url = url
        self._first_rest = rest_seconds
        self._http = http
        self._clock = asyncio.get_running_loop().time
        self._bucket = TokenBucket(rate, self._clock)
        self._rests_until = 0.0
        self._failures = 0
        self.name = _shown(url)
        self.slot = 0
        """The newest finalized slot it has told of."""

    @property
    def rest_seconds(self) -> float:
        """How long it is to be left alone yet."""
        return max(0.0, self._rests_until - self._clock())

    @property
    def wait_seconds(self) -> float:
        """How long a request that comes now would wait."""
        return max(self.rest_seconds, self._bucket.wait_seconds)

    async def post(self, body: bytes, calls: int) -> bytes:
        """The answer's body; raises EndpointFailed, and rests then."""
        await self._bucket.take(calls)
        try:
            answer = await self._post(body)
        except EndpointFailed as failed:
            self.rest(failed.rest_seconds)
            raise
        self._failures = 0
        return answer

    def rest(self, seconds: float | None) -> None:
        """Leave it alone that long, or longer with each failure in a row."""
        if seconds is None:
            seconds = self._first_rest * 2 ** min(self._failures, 8)
        self._failures += 1
        self._rests_until = self._clock() + min(seconds, REST_SECONDS_MAX)

    async def _post(self, body: bytes) -> bytes:
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS_MAX)
        try:
            async with self._http.post(
                self._url, data=body, headers=_JSON, timeout=timeout, allow_redirects=False
            ) as reply:
                if reply.status == TOO_MANY_REQUESTS:
                    raise EndpointFailed("429", retry_after(reply.headers.get("Retry-After")))
                if reply.status != 200:
                    raise EndpointFailed(f"HTTP {reply.status}")
                return await _bounded(reply)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise EndpointFailed(type(error).__name__) from error


def retry_after(header: str | None) -> float | None:
    """The seconds a 429 asks for; a date or nonsense counts as nothing said."""
    try:
        return None if header is None else max(0.0, float(header))
    except ValueError:
        return None


async def _bounded(reply: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in reply.content.iter_any():
        body += chunk
        if len(body) > ANSWER_BYTES_MAX:
            raise EndpointFailed(f"answer over {ANSWER_BYTES_MAX} bytes")
    return bytes(body)


def _shown(url: str) -> str:
    """The endpoint without what may be a key: fit for evidence and logs."""
    parts = urlsplit(url)
    return parts.hostname + (f":{parts.port}" if parts.port else "") if parts.hostname else "?"
