"""The control API: faults, blocks on request, the truth. No part of CipherX calls it."""

from typing import Final

import msgspec
from aiohttp import web

from infra.simulation.servers.fault_flags import fault_orders
from infra.simulation.servers.faults import MEANING, FaultNotAllowed, FaultOrder, Faults
from infra.simulation.servers.mail.sink import MailSink
from infra.simulation.servers.pace import Pace
from infra.simulation.servers.production import Production
from infra.simulation.servers.replies import answer, read
from infra.simulation.servers.truth import TruthKeeper

BLOCKS_MAX: Final = 10_000
"""Blocks one request may produce."""


class _Blocks(msgspec.Struct, forbid_unknown_fields=True):
    count: int = 1


class _Speed(msgspec.Struct, forbid_unknown_fields=True):
    speed: int


class _Refusals(msgspec.Struct, forbid_unknown_fields=True):
    recipients: list[str]


class Control:
    """What a test or a person may order while the simulation runs."""

    def __init__(
        self,
        faults: Faults,
        production: Production,
        pace: Pace,
        mail: MailSink,
        truth: TruthKeeper,
    ) -> None:
        self._keeper = truth
        self._faults = faults
        self._production = production
        self._pace = pace
        self._mail = mail

    def routes(self) -> list[web.RouteDef]:
        """What the application serves for it."""
        return [
            web.get("/control/faults", self._armed),
            web.post("/control/faults", self._arm),
            web.delete("/control/faults", self._disarm_all),
            web.delete(r"/control/faults/{fault_id:\d+}", self._disarm),
            web.get("/control/faults/struck", self._struck),
            web.post("/control/blocks", self._produce),
            web.post("/control/speed", self._speed),
            web.get("/control/dropped", self._dropped),
            web.get("/control/truth", self._truth),
            web.get("/control/mail", self._mails),
            web.post("/control/mail/refuse", self._refuse),
        ]

    async def _armed(self, _: web.Request) -> web.Response:
        return answer({"armed": self._faults.armed(), "kinds": MEANING})

    async def _arm(self, request: web.Request) -> web.Response:
        body = await read(request, dict[str, object])
        try:
            orders = _orders(body)
            return answer({"armed": [self._faults.arm(order) for order in orders]}, 201)
        except (FaultNotAllowed, msgspec.ValidationError) as why:
            return answer({"error": str(why)}, 400)

    async def _disarm_all(self, _: web.Request) -> web.Response:
        self._faults.disarm_all()
        return answer({"armed": []})

    async def _disarm(self, request: web.Request) -> web.Response:
        found = self._faults.disarm(int(request.match_info["fault_id"]))
        return answer({"armed": self._faults.armed()}, 200 if found else 404)

    async def _struck(self, _: web.Request) -> web.Response:
        return answer({"struck": self._faults.struck()})

    async def _produce(self, request: web.Request) -> web.Response:
        count = (await read(request, _Blocks)).count
        if not 1 <= count <= BLOCKS_MAX:
            return answer({"error": f"count {count}: must be from 1 to {BLOCKS_MAX}"}, 400)
        return answer({"slot": await self._pace.produce(count)})

    async def _speed(self, request: web.Request) -> web.Response:
        speed = (await read(request, _Speed)).speed
        if speed < 0:
            return answer({"error": f"speed {speed}: must not be negative"}, 400)
        self._pace.set_speed(speed)
        return answer({"speed": speed})

    async def _dropped(self, _: web.Request) -> web.Response:
        return answer({"dropped": list(self._production.dropped)})

    async def _truth(self, _: web.Request) -> web.Response:
        return answer(self._keeper.truth())

    async def _mails(self, request: web.Request) -> web.Response:
        return answer({"mails": self._mail.mails(request.query.get("recipient"))})

    async def _refuse(self, request: web.Request) -> web.Response:
        self._mail.refuse = set((await read(request, _Refusals)).recipients)
        return answer({"refused": sorted(self._mail.refuse)})


def _orders(body: dict[str, object]) -> list[FaultOrder]:
    """Faults as flags, or one with its fields."""
    flags = body.get("flags")
    return fault_orders(flags) if isinstance(flags, str) else [msgspec.convert(body, FaultOrder)]
