"""Updates pushed to the bot's own address, one at a time, until it takes them."""

import asyncio
import re
from collections.abc import Callable
from typing import Final

import aiohttp
from yarl import URL

from infra.simulation.servers.addresses import is_loopback
from infra.simulation.servers.replies import JsonObject, encoded
from infra.simulation.servers.telegram.errors import BadRequest
from infra.simulation.servers.telegram.updates import Updates

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
SECRET_RULE: Final = re.compile(r"[A-Za-z0-9_-]{0,256}")
PUSH_SECONDS_MAX: Final = 10
BACKOFF_SECONDS: Final = (1, 2, 4, 8, 16)
"""Between tries of the same update; the last one repeats."""


class Webhook:
    """Pushes updates in order while an address is set."""

    def __init__(self, updates: Updates, now: Callable[[], int]) -> None:
        self._updates = updates
        self._now = now
        self._secret = ""
        self._changed = asyncio.Event()
        self._last_error: tuple[int, str] | None = None
        self.url = ""

    def set(self, url: str, secret: str) -> None:
        """Push to ``url`` from now on, or no longer when it is empty; raises BadRequest."""
        if not SECRET_RULE.fullmatch(secret):
            raise BadRequest("secret token contains unallowed characters")
        if url and not _acceptable(url):
            raise BadRequest("bad webhook: An HTTPS URL must be provided for webhook")
        self.url, self._secret, self._last_error = url, secret, None
        self._changed.set()

    def shown(self) -> JsonObject:
        """As a ``WebhookInfo`` object."""
        shown: JsonObject = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
        }
        if self._last_error is not None:
            shown["last_error_date"], shown["last_error_message"] = self._last_error
        return shown

    async def run(self, session: aiohttp.ClientSession) -> None:
        """Push for ever; cancel to stop."""
        failures = 0
        while True:
            if not self.url:
                self._changed.clear()
                await self._changed.wait()
                continue
            await self._updates.arrival()
            if await self._push(session):
                failures = 0
                continue
            await self._pause(BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS) - 1)])
            failures += 1

    async def _push(self, session: aiohttp.ClientSession) -> bool:
        update = self._updates.first()
        if update is None or not self.url:
            return True
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers[SECRET_HEADER] = self._secret
        timeout = aiohttp.ClientTimeout(total=PUSH_SECONDS_MAX)
        try:
            async with session.post(
                self.url,
                data=encoded(update),
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as answer:
                wrong = None if answer.status // 100 == 2 else answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            self._last_error = (self._now(), "Connection refused")
            return False
        if wrong is not None:
            reason = f"Wrong response from the webhook: {wrong}"
            self._last_error = (self._now(), reason)
            return False
        update_id = update["update_id"]
        if isinstance(update_id, int):
            self._updates.confirm(update_id + 1)
        return True

    async def _pause(self, seconds: int) -> None:
        self._changed.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return


def _acceptable(url: str) -> bool:
    """Telegram takes HTTPS alone; this one also takes plain HTTP, and only on this machine."""
    try:
        parsed = URL(url)
    except ValueError:
        return False
    return parsed.scheme in ("http", "https") and is_loopback(parsed)
