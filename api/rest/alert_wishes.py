"""What a user wants to be told of a wallet, as asked and as shown."""

from decimal import Decimal
from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from api.encoding import Shown, display
from domain.errors import InvalidValue
from domain.values import LAMPORTS_MAX, SOL_DECIMALS, Lamports
from domain.wallet_subscription import AlertPreferences

MIN_TRANSACTION_DEFAULT: Final = Decimal(1)
"""SOL. An ordinary wallet's trades are above it, dust is below."""
MIN_TRANSACTION_MAX: Final = display(LAMPORTS_MAX, SOL_DECIMALS)

MinTransaction = Annotated[
    Decimal,
    Meta(description="SOL, above 0, at most nine decimals", examples=[1, 0.25]),
]


class AlertWishes(Struct, frozen=True, rename="camel"):
    """What to be told; whatever is left out stays as it is, or as it usually is."""

    min_transaction: MinTransaction | UnsetType = UNSET
    new_tokens: bool | UnsetType = UNSET
    large_transfers: bool | UnsetType = UNSET

    def over(self, present: AlertPreferences) -> AlertPreferences:
        """The preferences after this wish; raises InvalidValue."""
        return AlertPreferences(
            min_notional=(
                present.min_notional
                if self.min_transaction is UNSET
                else _lamports(self.min_transaction)
            ),
            new_tokens=present.new_tokens if self.new_tokens is UNSET else self.new_tokens,
            large_transfers=(
                present.large_transfers if self.large_transfers is UNSET else self.large_transfers
            ),
        )


class AlertsShown(Shown, frozen=True):
    """What the user is told: transactions of ``minTransaction`` SOL or more, first purchases of
    a token, transfers that large."""

    min_transaction: Decimal
    new_tokens: bool
    large_transfers: bool


def show_alerts(preferences: AlertPreferences) -> AlertsShown:
    """The preferences in the published form."""
    return AlertsShown(
        display(preferences.min_notional, SOL_DECIMALS),
        preferences.new_tokens,
        preferences.large_transfers,
    )


def _lamports(amount: Decimal) -> Lamports:
    if not amount.is_finite() or not 0 < amount <= MIN_TRANSACTION_MAX:
        rule = f"must be above 0 and at most {MIN_TRANSACTION_MAX} SOL"
        raise InvalidValue("alerts.minTransaction", amount, rule)
    lamports = amount.scaleb(SOL_DECIMALS)
    if lamports != lamports.to_integral_value():
        rule = f"must have at most {SOL_DECIMALS} decimals"
        raise InvalidValue("alerts.minTransaction", amount, rule)
    return Lamports(int(lamports))


USUAL: Final = AlertPreferences(_lamports(MIN_TRANSACTION_DEFAULT))
