"""Sends a command to its handler, and decides again when somebody else was first."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final

from commands.accounts import issue_api_key, register_account, revoke_api_key
from commands.finality import LogStreams, settle_transactions
from commands.messages import (
    ChangeTracking,
    Command,
    IssueApiKey,
    RegisterAccount,
    RevokeApiKey,
    SettleTransactions,
    TrackWallet,
    UntrackWallet,
)
from commands.ports import ConcurrencyConflict, EventLog
from commands.repository import LogRepository
from commands.tracking import change_tracking, track_wallet, untrack_wallet
from domain.account import Account
from domain.values import GlobalPosition
from domain.wallet_subscription import WalletSubscription

CONFLICT_RETRIES: Final = 5
"""A stream of ours has one owner, so a sixth conflict in a row is not a race but a bug."""

Handler = Callable[[Command], Awaitable[GlobalPosition | None]]


class CommandBus:
    """One handler for each command."""

    def __init__(self, handlers: Mapping[type[Command], Handler]) -> None:
        self._handlers = handlers

    async def send(self, command: Command) -> GlobalPosition | None:
        """Run the command; returns the position to wait for, or None when nothing changed.

        Refusals (DomainError) reach the caller untouched. On ConcurrencyConflict the handler
        runs again as a whole, at most ``CONFLICT_RETRIES`` times; then the conflict is raised.
        """
        handle = self._handlers[type(command)]
        for _ in range(CONFLICT_RETRIES):
            try:
                return await handle(command)
            except ConcurrencyConflict:
                continue
        return await handle(command)


def command_bus(log: EventLog) -> CommandBus:
    """All our commands, over one log."""
    subscriptions = LogRepository(WalletSubscription, log)
    accounts = LogRepository(Account, log)
    handlers = {
        TrackWallet: partial(track_wallet, subscriptions=subscriptions),
        ChangeTracking: partial(change_tracking, subscriptions=subscriptions),
        UntrackWallet: partial(untrack_wallet, subscriptions=subscriptions),
        SettleTransactions: partial(settle_transactions, streams=LogStreams(log)),
        RegisterAccount: partial(register_account, accounts=accounts),
        IssueApiKey: partial(issue_api_key, accounts=accounts),
        RevokeApiKey: partial(revoke_api_key, accounts=accounts),
    }
    return CommandBus(handlers)  # type: ignore[arg-type]  # each handler takes its key's type
