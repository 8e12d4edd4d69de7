"""What Helius delivers to us."""

import hmac
from collections.abc import Sequence
from typing import Any, Final

from litestar import Request, post
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType

from api import metrics
from api.auth import OPEN
from api.encoding import Shown
from api.ports import Overloaded, Unauthenticated
from api.source import LIVE
from commands.ports import Inbox, Receipt

SOURCE: Final = "helius-webhook"
"""What real deliveries are filed under."""


class Received(Shown, frozen=True):
    """What became of a delivery: ``received = accepted + duplicate + quarantined``."""

    received: int
    accepted: int
    duplicate: int
    quarantined: int


class NotConfigured(Overloaded):
    """Nobody can be told apart from Helius yet."""


class _Delivery(Operation):
    """Documents a body that we read as bytes."""

    def __post_init__(self) -> None:
        entries = Schema(
            type=OpenAPIType.ARRAY,
            items=Schema(type=OpenAPIType.OBJECT),
            description="Raw or enhanced transactions, as Helius posts them",
        )
        self.request_body = RequestBody(
            content={"application/json": OpenAPIMediaType(schema=entries)}, required=True
        )


def webhook_routes(
    inbox: Inbox, secrets: Sequence[str], body_max_bytes: int, source: str = LIVE
) -> Sequence[HTTPRouteHandler]:
    """``POST /webhooks/helius``; two secrets are good while one replaces the other."""
    accepted = [secret.encode() for secret in secrets]
    filed_under = SOURCE if source == LIVE else source

    @post(
        "/webhooks/helius",
        opt=OPEN,
        status_code=200,
        request_max_body_size=body_max_bytes,
        operation_class=_Delivery,
        tags=["Webhooks"],
        summary="Take transactions in; the answer means that they are kept",
    )
    async def helius(request: Request[Any, Any, Any]) -> Received:
        _require_helius(request, accepted)
        body = await request.body()
        with metrics.WEBHOOK_SECONDS.time():
            receipt = await inbox.receive(body, filed_under)
        _count(receipt)
        return Received(receipt.received, receipt.accepted, receipt.duplicate, receipt.quarantined)

    return (helius,)


def _require_helius(request: Request[Any, Any, Any], accepted: Sequence[bytes]) -> None:
    if not accepted:
        raise NotConfigured(
            "HELIUS_WEBHOOK_SECRET is not set here: set it to the Authorization value that the "
            "webhook sends, then deliver again"
        )
    given = request.headers.get("authorization", "").encode("latin-1", "replace")
    # Each is compared, whatever the others say: the time taken tells nothing.
    if not any([hmac.compare_digest(given, secret) for secret in accepted]):  # noqa: C419
        raise Unauthenticated("the Authorization header is not the webhook's secret")


def _count(receipt: Receipt) -> None:
    for outcome in ("accepted", "duplicate", "quarantined"):
        metrics.WEBHOOK_ENTRIES.labels(outcome).inc(getattr(receipt, outcome))
