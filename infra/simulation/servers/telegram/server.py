"""The Bot API over HTTP, and the people one speaks for over the control API."""

import asyncio
import contextlib
import hmac
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import aiohttp
import msgspec
from aiohttp import web

from infra.simulation.servers.faults import FaultKind, Faults, Service
from infra.simulation.servers.rate import Milliseconds
from infra.simulation.servers.replies import JsonObject, answer, read
from infra.simulation.servers.telegram.bot_api import BotApi
from infra.simulation.servers.telegram.chats import Chats
from infra.simulation.servers.telegram.errors import Refused, TooManyRequests
from infra.simulation.servers.telegram.limits import Pace, SendLimits
from infra.simulation.servers.telegram.parameters import parameters
from infra.simulation.servers.telegram.people import (
    Founding,
    Naming,
    NotPossible,
    People,
    Pressing,
    Typing,
)
from infra.simulation.servers.telegram.presses import Presses
from infra.simulation.servers.telegram.updates import Updates
from infra.simulation.servers.telegram.webhook import Webhook

TOKEN: Final = "7000000001:AAsimulated-cipherx-bot-token-000000"  # noqa: S105 - known on purpose


class TelegramServer:
    """One bot's Telegram: ``/bot<token>/<method>`` and ``/control/telegram/…``."""

    def __init__(
        self, faults: Faults, clock: Milliseconds, now: Callable[[], int], token: str = TOKEN
    ) -> None:
        self.token = token
        self._faults = faults
        self._chats = Chats()
        self._updates = Updates()
        self._presses = Presses()
        self._webhook = Webhook(self._updates, now)
        self._limits = SendLimits(clock)
        self._api = BotApi(
            self._chats, self._updates, self._webhook, self._presses, self._limits, now
        )
        self.people = People(self._chats, self._updates, self._presses, now)
        self._calls: dict[str, int] = {}
        self._session: aiohttp.ClientSession | None = None
        self._pusher: asyncio.Task[None] | None = None

    def routes(self) -> list[web.RouteDef]:
        """What the application serves for it."""
        control = "/control/telegram"
        return [
            web.route("*", "/bot{token}/{method}", self._call),
            web.post(f"{control}/people", self._name),
            web.post(f"{control}/type", self._type),
            web.post(f"{control}/press", self._press),
            web.post(f"{control}/block", self._block),
            web.post(f"{control}/unblock", self._block),
            web.post(f"{control}/groups", self._found),
            web.post(f"{control}/kick", self._kick),
            web.post(f"{control}/limits", self._pace),
            web.get(f"{control}/sent", self._sent),
            web.get(f"{control}/presses", self._pressed),
            web.get(f"{control}/calls", self._called),
        ]

    async def start(self) -> None:
        """Be ready to push updates."""
        self._session = aiohttp.ClientSession()
        self._pusher = asyncio.create_task(self._webhook.run(self._session))

    async def stop(self) -> None:
        """Stop pushing."""
        if self._pusher is not None:
            self._pusher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pusher
        if self._session is not None:
            await self._session.close()

    async def _call(self, request: web.Request) -> web.Response:
        if not hmac.compare_digest(request.match_info["token"].encode(), self.token.encode()):
            return _refusal(Refused(401, "Unauthorized"))
        name = request.match_info["method"].lower()
        method = self._api.methods.get(name)
        if method is None:
            return _refusal(Refused(404, "Not Found: method not found"))
        self._calls[name] = self._calls.get(name, 0) + 1
        try:
            key = f"telegram/{name}/{self._calls[name]}"
            if fault := self._faults.strikes(FaultKind.RATE_LIMIT, key, Service.TELEGRAM):
                raise TooManyRequests(fault.amount)
            return answer({"ok": True, "result": await method(await parameters(request))})
        except Refused as refused:
            return _refusal(refused)

    async def _name(self, request: web.Request) -> web.Response:
        return answer(self.people.name(await read(request, Naming)))

    async def _type(self, request: web.Request) -> web.Response:
        return _tried(self.people.type, await read(request, Typing))

    async def _press(self, request: web.Request) -> web.Response:
        return _tried(self.people.press, await read(request, Pressing))

    async def _block(self, request: web.Request) -> web.Response:
        user_id = (await read(request, dict[str, int])).get("user_id", 0)
        blocked = request.path.endswith("/block")
        return answer(self.people.block(user_id, blocked=blocked))

    async def _found(self, request: web.Request) -> web.Response:
        return _tried(self.people.found, await read(request, Founding))

    async def _kick(self, request: web.Request) -> web.Response:
        body = await read(request, dict[str, int])
        chat_id, by = body.get("chat_id", 0), body.get("by", 0)
        return _tried(lambda _: self.people.kick(chat_id, by=by), None)

    async def _pace(self, request: web.Request) -> web.Response:
        self._limits.set(await read(request, Pace))
        return answer(self._limits.pace)

    async def _sent(self, request: web.Request) -> web.Response:
        chat = _whole_number(request.query, "chat_id")
        after = _whole_number(request.query, "after") or 0
        said = [m for m in self._chats.said(chat) if m.message_id > after]
        return answer({"messages": said, "commands": self._api.commands})

    async def _pressed(self, _: web.Request) -> web.Response:
        return answer({"presses": self._presses.all()})

    async def _called(self, _: web.Request) -> web.Response:
        return answer({"calls": self._calls, "pendingUpdates": len(self._updates)})


_T = TypeVar("_T")


def _tried(act: Callable[[_T], msgspec.Struct], order: _T) -> web.Response:
    try:
        return answer(act(order))
    except NotPossible as why:
        return answer({"error": str(why)}, 409)


def _refusal(refused: Refused) -> web.Response:
    body: JsonObject = {
        "ok": False,
        "error_code": refused.code,
        "description": refused.description,
    }
    headers = {}
    if refused.retry_after is not None:
        body["parameters"] = {"retry_after": refused.retry_after}
        headers["Retry-After"] = str(refused.retry_after)
    return answer(body, refused.code, headers)


def _whole_number(query: Mapping[str, str], name: str) -> int | None:
    try:
        return int(query[name])
    except (KeyError, ValueError):
        return None
