"""One account's balance as the newest transaction seen left it, however they arrive."""

from typing import Self

from msgspec import Struct

from domain.chain.decoded import BalanceChange
from domain.trade import ChainPlace
from domain.values import BaseUnits
from projections.views import INDEX_UNKNOWN


class Balance(Struct, array_like=True):
    """An amount, where in the chain it was reached, and what was there ``before``."""

    amount: BaseUnits
    before: BaseUnits
    slot: int
    index_in_block: int

    @classmethod
    def after(cls, change: BalanceChange, place: ChainPlace) -> Self:
        """What a transaction left."""
        return cls(change.after, change.before, place.slot, known_index(place))

    def followed_by(self, change: BalanceChange, place: ChainPlace) -> bool:
        """Whether the change is newer than this balance.

        Transactions of one slot whose order no source told are told apart by their amounts:
        one starts where the other ended. If neither does, the one recorded later counts.
        """
        mine, other = (self.slot, self.index_in_block), (place.slot, known_index(place))
        if mine != other:
            return mine < other
        return change.before == self.amount or change.after != self.before

    def caused_by(self, change: BalanceChange, place: ChainPlace) -> bool:
        """Whether this balance is what the change left."""
        return (self.amount, self.before, self.slot, self.index_in_block) == (
            change.after,
            change.before,
            place.slot,
            known_index(place),
        )


def known_index(place: ChainPlace) -> int:
    """The index in the block, ``INDEX_UNKNOWN`` when nobody said."""
    return INDEX_UNKNOWN if place.index_in_block is None else place.index_in_block
