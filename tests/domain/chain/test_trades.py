"""What a trade says: who, what in, what out, where, and what is not part of it."""

import json
from hashlib import sha256

from domain.chain.decoded import DecodedTrade, DecodedTransaction
from domain.chain.decoder import DECODER_VERSION, decode_transaction
from domain.chain.venues.layout import EVENT
from domain.chain.venues.registry import VENUES
from domain.values import WRAPPED_SOL
from tests.domain.chain.scene import FEE, Scene, key, u64

RAYDIUM = "675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8"
WHIRLPOOL = "whirLbMiicVdio4qvUfM5KAg6Ct8VwpYzGff3uctyCc"
PUMP = "6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P"
JUPITER = "JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4"
LIMIT = "j1o2qRpjcyUwEvwtcfhEQefh773ZgjxcVRry7LDqg5X"
PHOTON = "BSfD6SHZigAfDWSjzD5Q41jw8LmKwtmjskPH9XW1mrRW"
JITO = "96gYZGLnJYVFmbjzopPSU6QiEV5fGqZNyN9nmNhvrZU5"


def anchor(name: str) -> bytes:
    return sha256(f"global:{name}".encode()).digest()[:8]


def decoded(scene: Scene) -> DecodedTransaction:
    return decode_transaction(scene.raw())


def only_trade(scene: Scene) -> DecodedTrade:
    (trade,) = decoded(scene).trades
    return trade


def amounts(trade: DecodedTrade) -> tuple[str, int, str, int]:
    given, got = trade.token_in, trade.token_out
    return given.mint, given.amount, got.mint, got.amount


def pooled(scene: Scene, mint: str = "cat", pool: str = "pool") -> None:
    """A pool of ``mint`` and wrapped SOL with deep vaults."""
    scene.wallet(pool)
    scene.token(f"{pool}-{mint}", f"{pool}-authority", mint, 10**15)
    scene.token(f"{pool}-sol", f"{pool}-authority", "sol", 10**12)


def raydium(scene: Scene, source: str, target: str, by: str, pool: str, depth: int = 1) -> None:
    accounts = f"token {pool} {pool}-authority {source} {target} {by}"
    scene.call(RAYDIUM, accounts, b"\x09" + u64(1) + u64(1), depth)


def bought_on_raydium() -> Scene:
    scene = Scene("ann")
    pooled(scene)
    scene.token("ann-sol", "ann", "sol", 2_000_000_000)
    scene.token("ann-cat", "ann", "cat")
    raydium(scene, "ann-sol", "ann-cat", "ann", "pool")
    scene.move("ann-sol", "pool-sol", "ann", 1_000_000_000)
    scene.move("pool-cat", "ann-cat", "pool-authority", 5_000_000)
    return scene


def test_a_swap_is_a_trade_of_its_signer() -> None:
    trade = only_trade(bought_on_raydium())
    assert trade.trader == trade.signer == key("ann")
    assert amounts(trade) == (WRAPPED_SOL, 1_000_000_000, key("cat"), 5_000_000)
    assert (trade.side, trade.venue, trade.pool) == ("buy", "raydium-v4", key("pool"))
    assert trade.path == "0"
    assert [leg.venue for leg in trade.legs] == ["raydium-v4"]


def test_every_transaction_names_the_decoder_that_read_it() -> None:
    assert decoded(bought_on_raydium()).decoder == DECODER_VERSION


def test_a_failed_transaction_has_fees_and_no_trades() -> None:
    failed = decode_transaction(bought_on_raydium().raw({"InstructionError": [0, "Custom"]}))
    assert failed.failed
    assert not failed.trades
    assert not failed.transfers
    assert failed.fees.network == FEE


def test_wrapping_and_unwrapping_are_folded_away() -> None:
    scene = bought_on_raydium()
    scene.pay("ann", "ann-sol", 7)
    scene.close("ann-sol", "ann")
    told = decoded(scene)
    assert told.transfers == ()
    assert told.fees.rent_refunded == 2_039_280
    assert len(told.trades) == 1


def test_two_swaps_in_one_transaction_are_two_trades() -> None:
    scene = bought_on_raydium()
    raydium(scene, "ann-cat", "ann-sol", "ann", "pool")
    scene.move("ann-cat", "pool-cat", "ann", 1_000_000)
    scene.move("pool-sol", "ann-sol", "pool-authority", 190_000_000)
    assert [trade.side for trade in decoded(scene).trades] == ["buy", "sell"]


def routed() -> Scene:
    """SOL to cat to dog through Jupiter's shared accounts, so ann never holds any cat."""
    scene = Scene("ann")
    pooled(scene)
    scene.wallet("whirl")
    scene.token("whirl-cat", "whirl", "cat", 10**12)
    scene.token("whirl-dog", "whirl", "dog", 10**12)
    for mint in ("sol", "cat", "dog"):
        scene.token(f"jup-{mint}", "jup", mint)
    scene.token("ann-sol", "ann", "sol", 2_000_000_000)
    scene.token("ann-dog", "ann", "dog")
    scene.call(JUPITER, "token jup ann ann-sol jup-sol jup-dog ann-dog", b"\xc1" * 8)
    scene.move("ann-sol", "jup-sol", "ann", 1_000_000_000)
    raydium(scene, "jup-sol", "jup-cat", "jup", "pool", depth=2)
    scene.move("jup-sol", "pool-sol", "jup", 1_000_000_000, depth=3)
    scene.move("pool-cat", "jup-cat", "pool-authority", 5_000_000, depth=3)
    whirl = "token jup whirl jup-cat whirl-cat jup-dog whirl-dog"
    scene.call(WHIRLPOOL, whirl, anchor("swap") + u64(1), 2)
    scene.move("jup-cat", "whirl-cat", "jup", 5_000_000, depth=3)
    scene.move("whirl-dog", "jup-dog", "whirl", 77_000, depth=3)
    scene.move("jup-dog", "ann-dog", "jup", 77_000)
    return scene


def test_an_aggregators_route_is_one_trade_with_legs() -> None:
    trade = only_trade(routed())
    assert trade.trader == key("ann")
    assert amounts(trade) == (WRAPPED_SOL, 1_000_000_000, key("dog"), 77_000)
    assert trade.venue == "jupiter-v6"
    assert [(leg.venue, leg.pool) for leg in trade.legs] == [
        ("raydium-v4", key("pool")),
        ("orca-whirlpool", key("whirl")),
    ]


def test_a_venue_nobody_knows_still_gives_the_trade() -> None:
    scene = Scene("ann")
    pooled(scene)
    scene.token("ann-cat", "ann", "cat", 5)
    scene.token("ann-sol", "ann", "sol")
    scene.tokens["ann-cat"] += 995
    scene.held["ann-cat"] = ("ann", "cat", 6, 1000)
    scene.call("new-venue", "pool ann ann-cat ann-sol pool-cat pool-sol", b"\x01")
    scene.move("ann-cat", "pool-cat", "ann", 1000)
    scene.move("pool-sol", "ann-sol", "pool-authority", 2000)
    trade = only_trade(scene)
    assert (trade.venue, trade.side) == ("unknown", "sell")


def sold_on_pump() -> Scene:
    scene = Scene("ann")
    scene.wallet("curve", 50_000_000_000)
    scene.wallet("fees")
    scene.token("curve-cat", "curve", "cat", 10**14)
    scene.token("ann-cat", "ann", "cat", 900)
    accounts = "global fees cat curve curve-cat ann-cat ann system"
    scene.call(PUMP, accounts, anchor("sell") + u64(900) + u64(0))
    scene.move("ann-cat", "curve-cat", "ann", 900)
    scene.slip("curve", "ann", 990_000)
    scene.slip("curve", "fees", 10_000)
    return scene


def test_a_curve_pays_a_seller_with_no_instruction_to_show_it() -> None:
    trade = only_trade(sold_on_pump())
    assert amounts(trade) == (key("cat"), 900, WRAPPED_SOL, 990_000)
    assert trade.legs[0].token_out.amount == 1_000_000  # what left the curve, its fee included


def test_two_sales_on_a_curve_are_told_apart_by_its_events() -> None:
    scene = sold_on_pump()
    tag = EVENT + sha256(b"event:TradeEvent").digest()[:8]
    scene.token("curve-dog", "curve", "dog", 10**14)
    scene.token("ann-dog", "ann", "dog", 500)

    def log(lamports: int, fee: int) -> None:
        fields = bytes(32) + u64(lamports) + u64(0) + b"\0" + bytes(32 + 8 + 32 + 32 + 8) + u64(fee)
        scene.call(PUMP, "ann", tag + fields, 2)

    log(1_000_000, 10_000)
    accounts = "global fees dog curve curve-dog ann-dog ann system"
    scene.call(PUMP, accounts, anchor("sell") + u64(500) + u64(0))
    scene.move("ann-dog", "curve-dog", "ann", 500)
    scene.slip("curve", "ann", 198_000)
    scene.slip("curve", "fees", 2_000)
    log(200_000, 2_000)
    assert [trade.token_out.amount for trade in decoded(scene).trades] == [990_000, 198_000]


def test_a_keepers_fill_is_the_makers_trade() -> None:
    scene = Scene("keeper")
    pooled(scene)
    scene.token("escrow-sol", "order", "sol", 1_000_000_000)
    scene.token("keeper-sol", "keeper", "sol")
    scene.token("keeper-cat", "keeper", "cat")
    scene.token("maker-cat", "maker", "cat")
    scene.call(LIMIT, "keeper order escrow-sol", anchor("pre_flash_fill_order") + u64(1))
    scene.move("escrow-sol", "keeper-sol", "order", 1_000_000_000)
    raydium(scene, "keeper-sol", "keeper-cat", "keeper", "pool")
    scene.move("keeper-sol", "pool-sol", "keeper", 1_000_000_000)
    scene.move("pool-cat", "keeper-cat", "pool-authority", 5_000_000)
    accounts = "keeper maker order escrow-sol maker-cat"
    scene.call(LIMIT, accounts, anchor("flash_fill_order") + u64(1))
    scene.move("keeper-cat", "maker-cat", "keeper", 4_990_000)
    trade = only_trade(scene)
    assert (trade.trader, trade.signer) == (key("maker"), key("keeper"))
    assert amounts(trade) == (WRAPPED_SOL, 1_000_000_000, key("cat"), 4_990_000)
    assert trade.via == "jupiter-limit-v2"


def test_what_a_transfer_fee_withholds_did_not_arrive() -> None:
    scene = Scene("ann")
    pooled(scene)
    scene.token("ann-sol", "ann", "sol", 2_000_000_000)
    scene.token("ann-cat", "ann", "cat")
    raydium(scene, "ann-sol", "ann-cat", "ann", "pool")
    scene.move("ann-sol", "pool-sol", "ann", 1_000_000_000)
    scene.move_2022("pool-cat", "ann-cat", "pool-authority", 5_000_000, fee=50_000)
    told = decoded(scene)
    assert told.trades[0].token_out.amount == 4_950_000
    assert [(fee.mint, fee.amount) for fee in told.fees.transfer_fees] == [(key("cat"), 50_000)]


def test_fees_are_told_apart() -> None:
    scene = Scene("ann", fee=FEE + 777)
    pooled(scene)
    scene.token("ann-sol", "ann", "sol", 2_000_000_000)
    scene.token("ann-cat", "ann", "cat")
    scene.call(PHOTON, "ann ann-sol ann-cat pool", b"\x52" * 8)
    raydium(scene, "ann-sol", "ann-cat", "ann", "pool", depth=2)
    scene.move("ann-sol", "pool-sol", "ann", 1_000_000_000, depth=3)
    scene.move("pool-cat", "ann-cat", "pool-authority", 5_000_000, depth=3)
    scene.pay("ann", "photon-wallet", 10_000_000, depth=2)
    scene.pay("ann", JITO, 100_000)
    told = decoded(scene)
    fees = told.fees
    assert (fees.network, fees.priority) == (FEE, 777)
    assert (fees.tip, fees.tip_provider, fees.platform) == (100_000, "jito", 10_000_000)
    assert told.transfers == ()
    assert (told.trades[0].venue, told.trades[0].via) == ("raydium-v4", "photon")


def test_an_account_whose_owner_nobody_says_is_its_authoritys() -> None:
    result = bought_on_raydium().result()
    meta = result["meta"]
    assert isinstance(meta, dict)
    for balance in meta["preTokenBalances"] + meta["postTokenBalances"]:
        del balance["owner"]  # as before slot 111,491,819
    (trade,) = decode_transaction(json.dumps(result).encode()).trades
    assert trade.trader == key("ann")
    assert trade.token_out.amount == 5_000_000


def test_a_payment_is_a_transfer_and_no_trade() -> None:
    scene = Scene("ann")
    scene.wallet("bob")
    scene.pay("ann", "bob", 5)
    told = decoded(scene)
    assert told.trades == ()
    assert [(move.sender, move.recipient, move.token.amount) for move in told.transfers] == [
        (key("ann"), key("bob"), 5)
    ]


def test_liquidity_is_not_a_trade() -> None:
    scene = Scene("ann")
    pooled(scene)
    scene.token("ann-sol", "ann", "sol", 2_000_000_000)
    scene.token("ann-cat", "ann", "cat", 9_000_000)
    accounts = "token pool pool-authority ann-sol ann-cat ann"
    scene.call(RAYDIUM, accounts, b"\x03" + u64(1) + u64(1) + u64(0))
    scene.move("ann-cat", "pool-cat", "ann", 9_000_000)
    scene.move("ann-sol", "pool-sol", "ann", 1_000_000_000)
    told = decoded(scene)
    assert not told.trades
    assert not told.transfers
    (change,) = told.liquidity
    assert (change.owner, change.kind, change.pool) == (key("ann"), "added", key("pool"))
    assert sorted(token.amount for token in change.tokens) == [9_000_000, 1_000_000_000]


def test_every_kind_of_venue_is_in_the_registry_once() -> None:
    programs = [program for venue in VENUES for program in venue.programs]
    assert len(programs) == len(set(programs))
    assert len({venue.name for venue in VENUES}) == len(VENUES)
