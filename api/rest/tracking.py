"""The caller's own trackings: which wallets they follow."""

from collections.abc import Sequence
from typing import Annotated, Any, Final
from uuid import UUID, uuid4

from litestar import Request, delete, get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from litestar.response import Response
from msgspec import Meta, Struct

from api.documented import problems
from api.encoding import Shown
from api.etag import expected_version, versioned
from api.pagination import LIMIT_MAX, Cursor, Pagination
from api.parameters import WALLET_EXAMPLE, CursorText, Limit, TrackingId
from api.ports import Identity
from api.read_your_writes import applied
from api.request_id import correlation_id
from api.rest.alert_wishes import USUAL, AlertWishes
from api.rest.tracking_shown import TrackingShown, show_subscription, show_tracking
from commands.bus import CommandBus
from commands.messages import ChangeTracking, TrackWallet, UntrackWallet
from commands.ports import EventLog
from commands.repository import LogRepository
from domain.errors import NotFound, StaleVersion
from domain.values import wallet_address
from domain.wallet_subscription import WalletSubscription
from projections.queries import Checkpoints, TrackingQuery
from projections.trackings import Trackings

MERGE_TRIES_MAX: Final = 3
"""Only the owner changes a tracking; three of their clients at the same instant are many."""
_cursor: Final = Cursor(str)
_Request = Request[Identity, Any, Any]


class TrackRequest(Struct, frozen=True):
    """Which wallet to follow, and what to be told."""

    address: Annotated[str, Meta(examples=[WALLET_EXAMPLE])]
    alerts: AlertWishes = AlertWishes()


class Tracked(Shown, frozen=True):
    """The published answer. ``webhook`` is where alerts are posted, null until there is one."""

    success: bool
    tracking_id: UUID
    webhook: str | None


class ChangeRequest(Struct, frozen=True):
    """What to change; the rest stays."""

    alerts: AlertWishes = AlertWishes()
    paused: bool | None = None


class TrackingsShown(Shown, frozen=True):
    """One page, oldest first."""

    trackings: Sequence[TrackingShown]
    pagination: Pagination


def tracking_routes(
    bus: CommandBus, log: EventLog, trackings: TrackingQuery, checkpoints: Checkpoints
) -> Sequence[HTTPRouteHandler]:
    """``/wallets/track`` and ``/wallets/track/{trackingId}``."""
    subscriptions = LogRepository(WalletSubscription, log)

    async def own(tracking_id: UUID, caller: Identity) -> WalletSubscription:
        """The caller's own; raises NotFound, for somebody else's or a closed one alike."""
        found = await subscriptions.find(tracking_id)
        if found is None or found.subscriber_id != caller.account_id or found.is_closed:
            raise NotFound("tracking", str(tracking_id))
        return found

    @post(
        "/wallets/track",
        tags=["Tracking"],
        summary="Follow a wallet; repeating it answers the same tracking",
        responses=problems(400),
    )
    async def track(request: _Request, data: JSONBody[TrackRequest]) -> Response[Tracked]:
        wallet = wallet_address(data.address)
        position = await bus.send(
            TrackWallet(
                **_sent_by(request),
                subscriber_id=request.user.account_id,
                wallet=wallet,
                preferences=data.alerts.over(USUAL),
            )
        )
        await applied(checkpoints, Trackings.name, position)
        stream = WalletSubscription.create_id(request.user.account_id, wallet)
        subscription = await own(stream, request.user)
        return versioned(Tracked(True, stream, None), subscription.version, 201)

    @get(
        "/wallets/track",
        tags=["Tracking"],
        summary="The caller's trackings",
        responses=problems(400),
    )
    async def listed(
        request: _Request, cursor: CursorText = None, limit: Limit = LIMIT_MAX
    ) -> TrackingsShown:
        after = _cursor.read(cursor)
        found = await trackings.trackings_of(request.user.account_id)
        keyed = [(f"{each.opened_at.isoformat()}{each.tracking_id.hex}", each) for each in found]
        rest = [(key, each) for key, each in keyed if after is None or key > after]
        part, more = rest[:limit], len(rest) > limit
        following = _cursor.write(part[-1][0]) if more else None
        return TrackingsShown(
            [show_tracking(each) for _, each in part],
            Pagination(limit, more, following, total=len(found)),
        )

    @get(
        "/wallets/track/{tracking_id:uuid}",
        tags=["Tracking"],
        summary="One of the caller's trackings, with its version as ETag",
        responses=problems(404),
    )
    async def one(request: _Request, tracking_id: TrackingId) -> Response[TrackingShown]:
        subscription = await own(tracking_id, request.user)
        return versioned(show_subscription(subscription), subscription.version)

    @patch(
        "/wallets/track/{tracking_id:uuid}",
        tags=["Tracking"],
        summary="Change what the caller is told; If-Match guards against changing unseen changes",
        responses=problems(400, 404, 412),
    )
    async def change(
        request: _Request, tracking_id: TrackingId, data: JSONBody[ChangeRequest]
    ) -> Response[TrackingShown]:
        expected = expected_version(request)
        for attempt in range(1, MERGE_TRIES_MAX + 1):
            present = await own(tracking_id, request.user)
            try:
                position = await bus.send(
                    ChangeTracking(
                        **_sent_by(request),
                        subscriber_id=request.user.account_id,
                        tracking_id=tracking_id,
                        preferences=data.alerts.over(present.preferences),
                        paused=data.paused,
                        expected_version=present.version if expected is None else expected,
                    )
                )
                break
            except StaleVersion:  # merged with what is no longer there
                if expected is not None or attempt == MERGE_TRIES_MAX:
                    raise
        await applied(checkpoints, Trackings.name, position)
        changed = await own(tracking_id, request.user)
        return versioned(show_subscription(changed), changed.version)

    @delete(
        "/wallets/track/{tracking_id:uuid}",
        tags=["Tracking"],
        summary="Stop following; repeating changes nothing",
        responses=problems(404),
    )
    async def untrack(request: _Request, tracking_id: TrackingId) -> None:
        position = await bus.send(
            UntrackWallet(
                **_sent_by(request),
                subscriber_id=request.user.account_id,
                tracking_id=tracking_id,
            )
        )
        await applied(checkpoints, Trackings.name, position)

    return track, listed, one, change, untrack


def _sent_by(request: _Request) -> dict[str, Any]:
    """The fields of a command that say where it comes from."""
    return {
        "message_id": uuid4(),
        "correlation_id": correlation_id(request.scope),
        "actor": request.user.actor,
    }
