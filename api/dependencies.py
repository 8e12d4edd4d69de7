"""Everything the API is given: ports, and the few settings that are its own."""

from collections.abc import Sequence

from msgspec import Struct, field

from api.ports import Accounts, Authenticator, Health
from api.rest.completeness import CompletenessQuery, NeverLooked
from api.source import PROCESS_SOURCE
from api.stream.hub import Hub
from commands.bus import CommandBus
from commands.ports import EventLog, Inbox
from projections.ports import LogReader
from projections.queries import (
    Checkpoints,
    PriceQuery,
    TrackingQuery,
    TradeQuery,
    WalletQuery,
)


class Dependencies(Struct, frozen=True, kw_only=True):
    """``bootstrap`` fills it; tests fill it with fakes.

    ``outages`` are the errors that mean a server is away: they become 503, not 500.
    """

    bus: CommandBus
    log: EventLog
    reader: LogReader
    hub: Hub
    inbox: Inbox
    wallets: WalletQuery
    trades: TradeQuery
    prices: PriceQuery
    trackings: TrackingQuery
    checkpoints: Checkpoints
    authenticator: Authenticator
    accounts: Accounts
    health: Health
    completeness: CompletenessQuery = field(default_factory=NeverLooked)
    outages: tuple[type[Exception], ...] = ()
    webhook_secrets: Sequence[str] = ()
    webhook_body_max_bytes: int = 2 * 1024 * 1024
    source: str = field(default_factory=PROCESS_SOURCE.get)
