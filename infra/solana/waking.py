"""WebSocket subscriptions as wake-ups: a hint that a wallet acted, never the source of anything."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog
from solana.rpc.commitment import Confirmed
from solana.rpc.jsonrpc import SolanaJsonRpcError
from solana.rpc.websocket_api import (
    OverflowPolicy,
    SolanaWsClient,
    Subscription,
    UnsubscribeError,
)
from solders.pubkey import Pubkey
from solders.rpc.config import RpcTransactionLogsFilterMentions
from solders.rpc.responses import LogsNotification
from websockets.exceptions import WebSocketException

from domain.values import WalletAddress
from projections.pause import Pause, happened

SUBSCRIPTIONS_MAX: Final = 1_000
"""What providers allow on one connection; further wallets wait for the round."""
REFRESH_SECONDS: Final = 5.0
"""How soon a newly watched wallet is subscribed to."""
NOTIFICATIONS_MAX: Final = 10_000
"""Waiting ones; the oldest go first, for a wallet that was woken needs no second call."""
FIRST_PAUSE_SECONDS: Final = 0.5
PAUSE_SECONDS_MAX: Final = 30.0
CLOSE_SECONDS_MAX: Final = 1.0
BROKEN: Final = (
    OSError,
    TimeoutError,
    WebSocketException,
    SolanaJsonRpcError,
    UnsubscribeError,
)
"""Whatever ends a connection or a subscription: a new connection starts from nothing."""
logger = structlog.get_logger(__name__)

Watched = Callable[[], Awaitable[Sequence[WalletAddress]]]


class WakeUps:
    """Subscribes to the logs that mention each watched wallet, and wakes whoever fetches."""

    def __init__(
        self,
        url: str,
        watched: Watched,
        woken: Callable[[WalletAddress], None],
        refresh_seconds: float = REFRESH_SECONDS,
    ) -> None:
        self._url = url
        self._watched = watched
        self._woken = woken
        self._refresh = refresh_seconds
        self._subscriptions: dict[WalletAddress, Subscription] = {}
        self._wallets: dict[int, WalletAddress] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Stay connected until ``stop`` is set; without a connection the rounds go on alone."""
        pause = Pause(FIRST_PAUSE_SECONDS, PAUSE_SECONDS_MAX)
        while not stop.is_set():
            try:
                async with SolanaWsClient(
                    self._url,
                    notification_queue_size=NOTIFICATIONS_MAX,
                    overflow=OverflowPolicy.DROP_OLDEST,
                    close_timeout=CLOSE_SECONDS_MAX,
                ) as socket:
                    await self._serve(socket, stop, pause)
            except BROKEN as error:
                logger.warning("no wake-ups", error=repr(error))
            await pause.wait(stop)

    async def _serve(self, socket: SolanaWsClient, stop: asyncio.Event, pause: Pause) -> None:
        self._subscriptions, self._wallets = {}, {}
        hearing = asyncio.create_task(self._hear(socket))
        try:
            while not stop.is_set() and not hearing.done():
                await self._subscribe(socket)
                pause.reset()
                await happened(stop, self._refresh)
        finally:
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)

    async def _subscribe(self, socket: SolanaWsClient) -> None:
        wanted = (await self._watched())[:SUBSCRIPTIONS_MAX]
        for wallet in [known for known in self._subscriptions if known not in frozenset(wanted)]:
            subscription = self._subscriptions.pop(wallet)
            self._wallets.pop(subscription.subscription_id, None)
            await socket.unsubscribe(subscription)
        for wallet in wanted:
            if wallet not in self._subscriptions:
                mentions = RpcTransactionLogsFilterMentions(Pubkey.from_string(wallet))
                made = await socket.logs_subscribe(filter_=mentions, commitment=Confirmed)
                self._subscriptions[wallet] = made
                self._wallets[made.subscription_id] = wallet

    async def _hear(self, socket: SolanaWsClient) -> None:
        async for told in socket:
            if isinstance(told, LogsNotification):
                wallet = self._wallets.get(told.subscription)
                if wallet is not None:
                    self._woken(wallet)
