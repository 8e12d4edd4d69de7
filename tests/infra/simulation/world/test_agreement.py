"""The decoder reads from the bytes what the world knows to be true."""

from collections import Counter, defaultdict

import msgspec

from domain.chain.decoder import decode_transaction
from infra.simulation.world.render import to_helius_raw, to_json
from infra.simulation.world.transaction import SimulatedTransaction
from infra.simulation.world.truth import TrueTrade
from tests.infra.simulation.world.conftest import History

Exchange = tuple[str, str, int, str, int]


def test_the_decoder_finds_the_true_trades(history: History) -> None:
    truth: dict[str, list[TrueTrade]] = defaultdict(list)
    for trade in history.truth.trades:
        truth[trade.signature].append(trade)
    for tx in history.transactions:
        decoded = decode_transaction(_raw(tx))
        found: Counter[Exchange] = Counter(
            (
                t.trader,
                t.token_in.mint,
                t.token_in.amount,
                t.token_out.mint,
                t.token_out.amount,
            )
            for t in decoded.trades
        )
        expected: Counter[Exchange] = Counter(
            (t.trader, t.mint_in, t.amount_in, t.mint_out, t.amount_out)
            for t in truth[tx.signature]
        )
        assert found == expected, tx.signature
        assert decoded.failed == tx.failed


def test_every_venue_trades(history: History) -> None:
    venues = {leg.venue for trade in history.truth.trades for leg in trade.legs}
    assert venues >= {
        "pump",
        "raydium-v4",
        "raydium-cpmm",
        "orca-whirlpool",
        "meteora-damm-v2",
    }
    assert any(trade.venue == "jupiter" for trade in history.truth.trades)


def _raw(tx: SimulatedTransaction) -> bytes:
    return msgspec.json.encode(to_helius_raw(tx) if tx.index % 2 else to_json(tx))
