"""A wallet's trades, in pages that stay true while trades come in."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from domain.trade import Trade
from domain.values import Mint, WalletAddress
from tests.api.world import World
from tests.projections.chronicle import at, sol, trade, transaction, units
from tests.support.made_transactions import address

WALLET = WalletAddress(address("a trader"))
MINT = Mint(address("a mint"))
OTHER = Mint(address("another mint"))


def bought(slot: int, mint: Mint = MINT) -> Trade:
    """A trade of the wallet's."""
    return trade(at(slot), sol(slot), units(slot, mint), by=WALLET)


@pytest.fixture
async def traded(world: World) -> World:
    """Five trades, in slots 1 to 5."""
    await world.record(transaction(at(1), payer=WALLET), *(bought(slot) for slot in range(1, 6)))
    return world


async def slots(client: AsyncTestClient[Litestar], **query: Any) -> tuple[list[int], Any]:
    """Slots of a page, and its pagination."""
    answer = await client.get(f"/v1/wallets/{WALLET}/trades", params=query)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    return [one["slot"] for one in shown["trades"]], shown["pagination"]


async def test_trades_are_shown_in_the_published_form(
    traded: World, alice: AsyncTestClient[Litestar]
) -> None:
    answer = await alice.get(f"/v1/wallets/{WALLET}/trades", params={"limit": 1})
    shown = answer.json()["trades"][0]
    assert (shown["type"], shown["wallet"], shown["tokenOut"]) == ("SWAP", WALLET, MINT)
    assert shown["exactOut"] == {"mint": MINT, "amount": "5", "decimals": 6}
    assert shown["amountOut"] == 0.000005
    assert (shown["finality"], shown["slot"]) == ("confirmed", 5)
    assert answer.json()["slot"] == 5


async def test_a_cursor_walks_all_and_ignores_what_came_since(
    traded: World, alice: AsyncTestClient[Litestar]
) -> None:
    first, pagination = await slots(alice, limit=2)
    await traded.record(bought(9))
    second, more = await slots(alice, limit=2, cursor=pagination["next"])
    third, end = await slots(alice, limit=2, cursor=more["next"])
    assert (first, second, third) == ([5, 4], [3, 2], [1])
    assert (pagination["hasMore"], end["hasMore"], end["next"]) == (True, False, None)


async def test_page_numbers_are_accepted(traded: World, alice: AsyncTestClient[Litestar]) -> None:
    found, pagination = await slots(alice, page=2, perPage=2)
    assert found == [3, 2]
    assert (pagination["page"], pagination["perPage"], pagination["total"]) == (2, 2, 5)


async def test_trades_of_one_token(traded: World, alice: AsyncTestClient[Litestar]) -> None:
    await traded.record(bought(7, OTHER))
    assert (await slots(alice, token=OTHER))[0] == [7]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"limit": 0}, "limit"),
    ({"limit": 101}, "limit"),
    ({"perPage": 101}, "perPage"),
    ({"limit": "many"}, "limit"),
    ({"limit": 10**30}, "limit"),
    ({"cursor": "é"}, "cursor"),
    ({"cursor": "AAAA"}, "cursor"),
    ({"cursor": "A" * 300}, "cursor"),
    ({"cursor": ""}, "cursor"),
    ({"page": 0}, "page"),
    ({"page": 900, "perPage": 100}, "page"),
    ({"page": 1, "cursor": "kwECAw"}, "page"),
    ({"token": "nonsense"}, "address"),
]


async def test_a_wrong_parameter_is_named(traded: World, alice: AsyncTestClient[Litestar]) -> None:
    for query, field in WRONG:
        answer = await alice.get(f"/v1/wallets/{WALLET}/trades", params=query)
        assert answer.status_code == 400, query
        assert answer.json()["error"]["details"][0]["field"] == field
        assert answer.json()["error"]["details"][0]["rule"]
