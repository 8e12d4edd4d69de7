"""Helius over HTTP."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
from aiohttp import web

from infra.simulation.servers.faults import Faults
from infra.simulation.servers.helius.account import (
    ENHANCED_CREDITS,
    MANAGEMENT_CREDITS,
    HeliusAccount,
)
from infra.simulation.servers.helius.deliveries import Deliveries
from infra.simulation.servers.helius.enhanced import EnhancedTransactions, Filters
from infra.simulation.servers.helius.errors import HeliusError, bad_request
from infra.simulation.servers.helius.webhooks import (
    LISTED_ADDRESSES_MAX,
    WebhookOrder,
    Webhooks,
)
from infra.simulation.servers.production import Step
from infra.simulation.servers.rate import Milliseconds
from infra.simulation.servers.replies import answer, read
from infra.simulation.servers.rpc.node import Node

_T = TypeVar("_T")
Handler = Callable[[web.Request], Awaitable[web.Response]]


class _Toggle(msgspec.Struct):
    active: bool


class _Signatures(msgspec.Struct):
    transactions: list[str]


class _Settings(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What ``POST /control/helius`` may set."""

    watched_addresses_max: int | None = None
    requests_a_second: int | None = None
    credits_max: int | None = None


class HeliusServer:
    """Webhook management, deliveries and the enhanced transactions API."""

    def __init__(self, node: Node, faults: Faults, seed: int, clock: Milliseconds) -> None:
        self.account = HeliusAccount(faults, clock)
        self._webhooks = Webhooks(seed)
        self._deliveries = Deliveries(self._webhooks, self.account, faults)
        self._enhanced = EnhancedTransactions(node)

    def routes(self) -> list[web.RouteDef]:
        """What the application serves for it."""
        one = "/v0/webhooks/{webhook_id}"
        return [
            web.get("/v0/webhooks", self._paid(self._list, MANAGEMENT_CREDITS)),
            web.post("/v0/webhooks", self._paid(self._create, MANAGEMENT_CREDITS)),
            web.get(one, self._paid(self._get, MANAGEMENT_CREDITS)),
            web.put(one, self._paid(self._replace, MANAGEMENT_CREDITS)),
            web.patch(one, self._paid(self._toggle, MANAGEMENT_CREDITS)),
            web.delete(one, self._paid(self._delete, MANAGEMENT_CREDITS)),
            web.post("/v0/transactions", self._paid(self._parse, ENHANCED_CREDITS)),
            web.post("/v0/transactions/", self._paid(self._parse, ENHANCED_CREDITS)),
            web.get(
                "/v0/addresses/{address}/transactions", self._paid(self._page, ENHANCED_CREDITS)
            ),
            web.post("/control/helius", self._set),
            web.get("/control/helius/deliveries", self._delivered),
            web.get("/control/helius/credits", self._credits),
        ]

    async def start(self) -> None:
        """Be ready to deliver."""
        await self._deliveries.start()

    async def stop(self) -> None:
        """Stop delivering."""
        await self._deliveries.stop()

    def publish(self, step: Step) -> None:
        """Deliver what a step confirmed."""
        self._deliveries.publish(step)

    def _paid(self, handler: Handler, cost: int) -> Handler:
        async def paid(request: web.Request) -> web.Response:
            try:
                self.account.admit(request, cost)
                return await handler(request)
            except HeliusError as refused:
                headers = {"Retry-After": "1"} if refused.status == 429 else None
                return answer(refused.shown(), refused.status, headers)

        return paid

    async def _list(self, _: web.Request) -> web.Response:
        return answer([w.shown(LISTED_ADDRESSES_MAX) for w in self._webhooks.all()])

    async def _create(self, request: web.Request) -> web.Response:
        order = await _body(request, WebhookOrder)
        return answer(self._webhooks.create(order).shown())

    async def _get(self, request: web.Request) -> web.Response:
        return answer(self._webhooks.get(request.match_info["webhook_id"]).shown())

    async def _replace(self, request: web.Request) -> web.Response:
        order = await _body(request, WebhookOrder)
        return answer(self._webhooks.replace(request.match_info["webhook_id"], order).shown())

    async def _toggle(self, request: web.Request) -> web.Response:
        webhook_id = request.match_info["webhook_id"]
        active = (await _body(request, _Toggle)).active
        return answer(self._webhooks.switch(webhook_id, active=active).shown())

    async def _delete(self, request: web.Request) -> web.Response:
        self._webhooks.delete(request.match_info["webhook_id"])
        return web.Response(status=200)

    async def _parse(self, request: web.Request) -> web.Response:
        signatures = (await _body(request, _Signatures)).transactions
        commitment = request.query.get("commitment", "finalized")
        return answer(self._enhanced.parse(signatures, commitment))

    async def _page(self, request: web.Request) -> web.Response:
        query = {name: value for name, value in request.query.items() if name != "api-key"}
        try:
            filters = msgspec.convert(query, Filters, strict=False)
        except msgspec.ValidationError as wrong:
            raise bad_request(str(wrong)) from wrong
        return answer(self._enhanced.page(request.match_info["address"], filters))

    async def _set(self, request: web.Request) -> web.Response:
        settings = await read(request, _Settings)
        if settings.watched_addresses_max is not None:
            self._webhooks.set_watched_max(settings.watched_addresses_max)
        if settings.requests_a_second is not None:
            self.account.set_rate(settings.requests_a_second)
        if settings.credits_max is not None:
            self.account.credits_max = settings.credits_max
        return answer(settings)

    async def _delivered(self, request: web.Request) -> web.Response:
        return answer({"deliveries": self._deliveries.log(request.query.get("webhookId"))})

    async def _credits(self, _: web.Request) -> web.Response:
        return answer({"used": self.account.credits_used, "max": self.account.credits_max})


async def _body(request: web.Request, shape: type[_T]) -> _T:
    try:
        return msgspec.json.decode(await request.read(), type=shape)
    except msgspec.DecodeError as wrong:
        raise bad_request(str(wrong)) from wrong
