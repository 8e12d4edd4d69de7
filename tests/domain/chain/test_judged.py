"""Accuracy on recorded mainnet and devnet transactions: the chain judges us and the peer alike.

The set: every successful recorded transaction in which we or the peer see a trade. The verdict is
`judge.is_right`, from balances alone, but for the few named below with the reason. docs/decoder.md
has the table; these figures may rise and must not fall.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple  # Any: JSON as it comes

import pytest

from domain.chain import base58
from domain.chain.decoded import DecodedTransaction, TokenAmount
from domain.chain.decoder import decode_transaction
from domain.chain.errors import MalformedTransaction
from domain.values import WRAPPED_SOL, Slot
from tests.domain.chain.judge import Claim, Facts, facts, is_right
from tests.support.recorded_data import recorded_data, recorded_transactions

SWAP_EVENT: Final = bytes.fromhex("e445a52e51cb9a1d40c6cde8260871e2")
RIGHT_SHARE_MIN: Final = Decimal("0.995")
SWAPS_MIN: Final = 190

NO_TRADE: Final = {
    "2BmpLsPTkZWU": "Whirlpool collect_protocol_fees: both tokens go one way",
    "44ZmSukwzNNZ": "Whirlpool increase_liquidity, one-sided",
    "5pTMgSeqxqwj": "Whirlpool reposition: liquidity out and in again",
}
"""What the peer takes for a trade and is none: seeing one there is wrong."""
BY_HAND: Final = {
    "2EEXKxoK8DRb": "an arbitrage; the bot takes 30 units of profit by its own transfer (1-9)",
    "3VhhTbJDK5Wv": "an arbitrage; another instruction of the bot takes 6 units (4-0)",
    "37FPWmsrR3WD": "the change of the wrapped SOL is unwrapped to another wallet (1)",
    "QdAm37G4yBwi": "the change of the wrapped SOL is unwrapped to another wallet (2)",
    "4nBaeKsTEFnz": "the second signer lends the wrapped SOL in a temporary account (2)",
    "55Wo5vvU8Hfh": "BONKbot takes 1 % of the tokens by an instruction of its own (9-0)",
    "58F9fNP78FiB": "what was bought is put into an escrow by the next instruction (7-5)",
}
"""Right, though the balances need the named instruction to say so; checked one by one."""


class Judged(NamedTuple):
    """One transaction's verdicts."""

    signature: str
    ours: bool
    peers: bool
    swap: bool


def claims(decoded: DecodedTransaction) -> list[Claim]:
    return [
        Claim(t.trader, t.token_in.mint, t.token_in.amount, t.token_out.mint, t.token_out.amount)
        for t in decoded.trades
    ]


def peer_claim(trade: Mapping[str, Any]) -> Claim:
    given, got = trade["inputToken"], trade["outputToken"]
    return Claim(
        trade["user"],
        given["mint"],
        int(given["amountRaw"]),
        got["mint"],
        int(got["amountRaw"]),
    )


def peer_is_right(told: Mapping[str, Any], found: Facts) -> bool:
    """Any reading of the peer will do: all trades, one of them, or its aggregate."""
    trades = [peer_claim(trade) for trade in told["trades"] or []]
    if told.get("aggregateTrade"):
        trades.append(peer_claim(told["aggregateTrade"]))
    return is_right(trades, found) or any(is_right([trade], found) for trade in trades)


def decoded_if_possible(raw: bytes) -> DecodedTransaction | None:
    try:
        return decode_transaction(raw, Slot(0))
    except MalformedTransaction:
        return None


def judged() -> Iterator[Judged]:
    peers = json.loads((recorded_data("transactions") / "peer_trades.json").read_bytes())
    for signature, raw in recorded_transactions():
        result = json.loads(raw)
        if result["meta"].get("err") is not None:
            continue
        decoded = decoded_if_possible(raw)
        ours = claims(decoded) if decoded else []
        told = peers[signature]
        if not ours and not told["trades"]:
            continue
        short = signature[:12]
        if short in NO_TRADE:
            yield Judged(short, not ours, not told["trades"], swap=False)
            continue
        found = facts(result)
        right = is_right(ours, found) or (bool(ours) and short in BY_HAND)
        yield Judged(short, right, peer_is_right(told, found) or short in BY_HAND, swap=True)


@lru_cache(maxsize=1)
def verdicts() -> list[Judged]:
    return list(judged())


@pytest.mark.recorded
def test_enough_of_the_recorded_swaps_are_right() -> None:
    swaps = [verdict for verdict in verdicts() if verdict.swap]
    wrong = [verdict.signature for verdict in swaps if not verdict.ours]
    assert len(swaps) >= SWAPS_MIN
    assert Decimal(len(swaps) - len(wrong)) / len(swaps) >= RIGHT_SHARE_MIN, wrong


@pytest.mark.recorded
def test_the_peer_is_nowhere_right_where_we_are_wrong() -> None:
    assert [v.signature for v in verdicts() if v.peers and not v.ours] == []


@pytest.mark.recorded
def test_what_is_no_trade_is_told_as_none() -> None:
    assert all(verdict.ours for verdict in verdicts() if not verdict.swap)


WALLET_SOL: Final = "wallet_balance_change"
MISREAD: Final = {
    "23uE6fRcher4": "bought with 200 USDC; that bot reads the SOL spent on fees as the price",
    "4aYfYr2WXeoW": "sold for 744 USDT; that bot reads the network fee as proceeds",
}
"""Expectations that name the wrong token; the balances say ours."""


@pytest.mark.recorded
def test_what_other_projects_expect_is_found() -> None:
    missing = []
    path = recorded_data("transactions")
    for line in (path / "expected.jsonl").read_text().splitlines():
        expected = json.loads(line)
        short = expected["signature"][:12]
        if not expected["legs"] or short in MISREAD:
            continue
        decoded = decode_transaction((path / f"{expected['signature']}.json").read_bytes())
        found = [(t.token_in, t.token_out) for t in decoded.trades]
        found += [(leg.token_in, leg.token_out) for t in decoded.trades for leg in t.legs]
        if not all(
            any(_fits(leg, "in", a, expected, decoded) and _fits(leg, "out", b, expected, decoded)
                for a, b in found)
            for leg in expected["legs"]
        ):  # fmt: skip
            missing.append(short)
    assert missing == []


def _fits(
    leg: Mapping[str, Any],
    side: str,
    token: TokenAmount,
    expected: Mapping[str, Any],
    decoded: DecodedTransaction,
) -> bool:
    mint = leg[f"{side}_mint"]
    native = mint == "SOL(native)"
    if token.mint != (WRAPPED_SOL if native else mint):
        return False
    if f"{side}_amount_raw" in leg:
        wanted = int(leg[f"{side}_amount_raw"])
    else:
        wanted = int(Decimal(leg[f"{side}_amount_ui"]).scaleb(token.decimals))
    if not (native and expected["basis"].startswith(WALLET_SOL)):
        return wanted == token.amount
    fees = decoded.fees  # this basis counts them into what was paid or got
    cost = fees.network + fees.priority + fees.tip + fees.platform + fees.rent_paid
    cost -= fees.rent_refunded
    for move in decoded.transfers:
        if move.token.mint == WRAPPED_SOL and decoded.fee_payer in (move.sender, move.recipient):
            cost += move.token.amount if move.sender == decoded.fee_payer else -move.token.amount
    got = token.amount + cost if side == "in" else token.amount - cost
    return wanted in (got, abs(got))


VENUE_FEE_MAX: Final = Decimal("0.0125")
"""What PumpSwap, Pump.fun and Meteora take beside the pool, and what Phoenix cannot fill."""


@pytest.mark.recorded
def test_legs_are_what_jupiters_own_events_say() -> None:
    """Jupiter logs what every hop was given and gave; a leg is that, less the venue's own fee."""
    exact = total = 0
    for _, raw in recorded_transactions():
        events = _swap_events(raw)
        decoded = decoded_if_possible(raw) if events else None
        for trade in decoded.trades if decoded else ():
            for leg in trade.legs if trade.venue == "jupiter-v6" else ():
                pair = (leg.token_in.amount, leg.token_out.amount)
                total += 1
                exact += pair in events
                assert any(_close(pair, event) for event in events), (trade, events)
    assert total >= 100
    assert exact / total >= 0.85


def _close(leg: tuple[int, int], event: tuple[int, int]) -> bool:
    given, got = Decimal(event[0] - leg[0]), Decimal(leg[1] - event[1])
    return 0 <= given <= event[0] * VENUE_FEE_MAX and 0 <= got <= event[1] * VENUE_FEE_MAX


def _swap_events(raw: bytes) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    result = json.loads(raw)
    if result["meta"].get("err") is not None:
        return found
    for group in result["meta"].get("innerInstructions") or []:
        for instruction in group["instructions"]:
            data = base58.decode(instruction.get("data") or "")
            if data.startswith(SWAP_EVENT) and len(data) >= 128:
                given, got = data[80:88], data[120:128]
                found.add((int.from_bytes(given, "little"), int.from_bytes(got, "little")))
    return found
