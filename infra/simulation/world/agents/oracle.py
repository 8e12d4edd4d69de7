"""The machines of the chain itself: the price feed's transmitter, and validators voting."""

from typing import Final

from infra.simulation.world.economy import Economy
from infra.simulation.world.programs import budget, vote
from infra.simulation.world.programs.ids import VOTE
from infra.simulation.world.rates import LAMPORTS_PER_SOL
from infra.simulation.world.runtime.validator import Request

_HEARTBEAT_SECONDS: Final = 60
_DEVIATION_BPS: Final = 20


class Transmitter:
    """Reports SOL/USD when it moved by 0.2 %, and at least once a minute."""

    def __init__(self, economy: Economy) -> None:
        self._economy = economy

    def due(self) -> list[Request]:
        """A report, when there is something to say."""
        economy, feed = self._economy, self._economy.feed
        answer = economy.outside.micro_usd() * 100
        moved = abs(answer - feed.answer) * 10_000 > feed.answer * _DEVIATION_BPS
        if not moved and economy.time - feed.answered_at < _HEARTBEAT_SECONDS:
            return []
        steps = (budget.unit_price(1_000), feed.transmit(answer, economy.time))
        return [Request(feed.transmitter, steps, None, 0, 1_000)]


class Validators:
    """As many votes in every block as asked for."""

    def __init__(self, economy: Economy, count: int) -> None:
        self._economy = economy
        ledger = economy.ledger
        self._pairs = [
            (ledger.fresh(VOTE.address, 27_074_400), ledger.wallet(10 * LAMPORTS_PER_SOL))
            for _ in range(count)
        ]

    def due(self) -> list[Request]:
        """This block's votes."""
        economy = self._economy
        blockhash = economy.slot.to_bytes(32, "big")
        requests = []
        for account, identity in self._pairs:
            if identity.lamports < LAMPORTS_PER_SOL:
                continue
            step = vote.tower_sync(account, identity, economy.slot - 33, blockhash, economy.time)
            requests.append(Request(identity, (step,)))
        return requests
