"""Liveness, readiness, and what Prometheus reads; open to all, since they name nobody."""

from collections.abc import Sequence

import msgspec
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Response

from api import metrics
from api.auth import OPEN
from api.encoding import JsonAnswer, Shown
from api.ports import Health, Readiness
from api.source import LIVE


class Alive(Shown, frozen=True):
    """The process answers."""

    status: str


def health_routes(health: Health, source: str = LIVE) -> Sequence[HTTPRouteHandler]:
    """``/health/live``, ``/health/ready`` and ``/metrics``."""

    @get("/health/live", opt=OPEN, tags=["Health"], summary="Whether this process answers")
    async def live() -> Alive:
        return Alive("alive")

    @get(
        "/health/ready",
        opt=OPEN,
        tags=["Health"],
        summary="Whether what it depends on answers, and how far each consumer is behind",
        responses={503: ResponseSpec(Readiness, description="Something does not answer")},
    )
    async def ready() -> Response[Readiness]:
        readiness = msgspec.structs.replace(await health.readiness(), source=source)
        return JsonAnswer(readiness, status_code=200 if readiness.ready else 503)

    @get(
        "/metrics",
        opt=OPEN,
        tags=["Health"],
        summary="Metrics as Prometheus text",
        media_type=metrics.CONTENT_TYPE,
    )
    async def measured() -> bytes:
        metrics.note_readiness(await health.readiness())
        return metrics.exposition()

    return live, ready, measured
