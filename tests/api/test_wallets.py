"""Wallets, positions and tokens as the published API has them."""

from litestar import Litestar
from litestar.testing import AsyncTestClient

from domain.values import Mint, WalletAddress
from tests.api.world import World
from tests.projections.chronicle import at, held, lamports, sol, trade, transaction, units
from tests.support.made_transactions import address

WALLET = WalletAddress(address("a wallet"))
MINT = Mint(address("a mint"))
PUBLISHED = ("address", "balance", "isWhale", "riskScore", "transactionCount", "firstSeen")


async def test_a_wallet_has_the_published_fields(
    world: World, alice: AsyncTestClient[Litestar]
) -> None:
    await world.record(transaction(at(7), lamports(0, 1_500_000_001, of=WALLET), payer=WALLET))
    shown = (await alice.get(f"/v1/wallets/{WALLET}")).json()
    assert {*PUBLISHED, "lastActivity", "tags", "slot"} <= set(shown)
    assert shown["balance"] == 1.500000001
    assert shown["balanceExact"] == {"amount": "1500000001", "decimals": 9}
    assert (shown["transactionCount"], shown["slot"]) == (1, 7)
    assert shown["firstSeen"] == shown["lastActivity"] == "1970-01-01T00:01:10Z"


async def test_what_is_not_judged_is_null_with_a_reason(
    world: World, alice: AsyncTestClient[Litestar]
) -> None:
    await world.record(transaction(at(7), payer=WALLET))
    shown = (await alice.get(f"/v1/wallets/{WALLET}")).json()
    assert (shown["isWhale"], shown["riskScore"], shown["balance"]) == (None, None, None)
    assert set(shown["unknown"]) == {"isWhale", "riskScore"}


async def test_a_wallet_never_seen_is_not_found(alice: AsyncTestClient[Litestar]) -> None:
    for path in ("", "/trades", "/positions"):
        answer = await alice.get(f"/v1/wallets/{WALLET}{path}")
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "RESOURCE_NOT_FOUND"
        assert "track it" in answer.json()["detail"]


async def test_what_is_no_address_is_refused(alice: AsyncTestClient[Litestar]) -> None:
    for wrong in ("0", "O" * 44, "1" * 200, "%00", "1" * 31, "a b", "é" * 40):
        answer = await alice.get(f"/v1/wallets/{wrong}")
        assert answer.status_code == 400, wrong
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["error"]["code"] == "INVALID_ADDRESS"
        assert answer.json()["error"]["details"][0]["field"] == "address"


async def test_positions_are_exact_and_come_in_pages(
    world: World, alice: AsyncTestClient[Litestar]
) -> None:
    changes = [held(0, 5, owner=WALLET), held(0, 2_500_000, owner=WALLET, account="another")]
    await world.record(transaction(at(7), *changes, payer=WALLET))
    shown = (await alice.get(f"/v1/wallets/{WALLET}/positions")).json()
    assert [one["exact"] for one in shown["positions"]] == [{"amount": "2500005", "decimals": 6}]
    assert shown["positions"][0]["balance"] == 2.500005
    assert shown["pagination"]["hasMore"] is False


async def test_a_tokens_price_is_exact(world: World, alice: AsyncTestClient[Litestar]) -> None:
    paid, got = sol(10**9), units(3_000_000, MINT, 6)
    await world.record(trade(at(3), paid, got))
    shown = (await alice.get(f"/v1/tokens/{MINT}")).json()
    assert (shown["quoteAmount"], shown["amount"]) == ("1000000000", "3000000")
    assert shown["price"] == 1 / 3
    assert (await alice.get(f"/v1/tokens/{WALLET}")).status_code == 404
