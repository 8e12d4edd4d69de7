"""Token accounts, mints and supplies as ``solana``'s client reads them, at a commitment."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from solana.rpc.async_api import AsyncClient
from solana.rpc.commitment import Processed
from solana.rpc.models import DataSliceOpts, MemcmpOpts, TokenAccountOpts
from solders.pubkey import Pubkey

from tests.support.simulation import RunningSimulation, started

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def simulation() -> AsyncIterator[RunningSimulation]:
    """One chain for all: these tests only look at it and let it grow."""
    async with started() as running:
        yield running


TOKEN_PROGRAM = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")


def shown(account: Any) -> dict[str, Any]:  # solders types parsed data as any JSON
    """What ``jsonParsed`` says of an account."""
    info: dict[str, Any] = account.data.parsed["info"]
    return info


@pytest_asyncio.fixture(loop_scope="module")
async def client(simulation: RunningSimulation) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(simulation.at.rpc) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def holding(simulation: RunningSimulation) -> tuple[str, str, str]:
    """A token account of the classic program, its mint and its owner, as a trade left them."""
    slot = await simulation.rpc("getSlot")
    options = {"maxSupportedTransactionVersion": 0, "transactionDetails": "accounts"}
    for candidate in range(slot, slot - 15, -1):
        answer = await simulation.answer("getBlock", candidate, options)
        for entry in answer.get("result", {}).get("transactions", []):
            for balance in entry["meta"]["postTokenBalances"]:
                if (
                    balance["programId"] == str(TOKEN_PROGRAM)
                    and balance["uiTokenAmount"]["uiAmount"]
                ):
                    keys = entry["transaction"]["accountKeys"]
                    account = keys[balance["accountIndex"]]["pubkey"]
                    return account, balance["mint"], balance["owner"]
    raise AssertionError("nobody holds a token")


async def test_a_token_account_its_mint_and_its_owner_agree(
    client: AsyncClient, holding: tuple[str, str, str]
) -> None:
    account, mint, owner = (Pubkey.from_string(text) for text in holding)
    parsed = (await client.get_account_info_json_parsed(account)).value
    assert parsed is not None
    info = shown(parsed)
    assert (info["mint"], info["owner"]) == (str(mint), str(owner))
    balance = (await client.get_token_account_balance(account)).value
    assert info["tokenAmount"]["amount"] == balance.amount
    held = (await client.get_token_accounts_by_owner(owner, TokenAccountOpts(mint=mint))).value
    assert account in [entry.pubkey for entry in held]
    by_program = TokenAccountOpts(program_id=TOKEN_PROGRAM)
    every = (await client.get_token_accounts_by_owner_json_parsed(owner, by_program)).value
    assert account in [entry.pubkey for entry in every]


async def test_supply_and_largest_accounts(
    client: AsyncClient, holding: tuple[str, str, str]
) -> None:
    mint = Pubkey.from_string(holding[1])
    supply = (await client.get_token_supply(mint)).value
    largest = (await client.get_token_largest_accounts(mint)).value
    amounts = [int(entry.amount.amount) for entry in largest]
    assert amounts == sorted(amounts, reverse=True)
    assert 1 <= len(amounts) <= 20
    assert sum(amounts) <= int(supply.amount)
    parsed = (await client.get_account_info_json_parsed(mint)).value
    assert parsed is not None
    assert shown(parsed)["supply"] == supply.amount


async def test_program_accounts_pass_filters(
    client: AsyncClient, holding: tuple[str, str, str]
) -> None:
    _, mint, owner = holding
    filters: list[int | MemcmpOpts] = [
        165,
        MemcmpOpts(offset=0, bytes=mint),
        MemcmpOpts(offset=32, bytes=owner),
    ]
    found = (await client.get_program_accounts(TOKEN_PROGRAM, filters=filters)).value
    assert holding[0] in [str(entry.pubkey) for entry in found]
    sliced = (
        await client.get_program_accounts(
            TOKEN_PROGRAM, filters=filters, data_slice=DataSliceOpts(offset=0, length=8)
        )
    ).value
    assert {len(entry.account.data) for entry in sliced} == {8}


async def test_an_account_is_as_its_last_transaction_at_the_commitment_left_it(
    simulation: RunningSimulation,
) -> None:
    options = {"maxSupportedTransactionVersion": 0, "transactionDetails": "accounts"}
    for level in ("finalized", "confirmed"):
        slot = await simulation.rpc("getSlot", {"commitment": level})
        left: dict[str, tuple[int, str | None]] = {}
        for candidate in await simulation.rpc("getBlocks", slot - 12, slot, {"commitment": level}):
            block = await simulation.rpc("getBlock", candidate, {**options, "commitment": level})
            for entry in block["transactions"]:
                meta = entry["meta"]
                tokens = {
                    b["accountIndex"]: b["uiTokenAmount"]["amount"]
                    for b in meta["postTokenBalances"]
                }
                for index, key in enumerate(entry["transaction"]["accountKeys"]):
                    left[key["pubkey"]] = meta["postBalances"][index], tokens.get(index)
        for address, (lamports, tokens_left) in left.items():
            found = await simulation.rpc("getBalance", address, {"commitment": level})
            assert found["value"] == lamports, (level, address)
            if tokens_left is not None and lamports:
                held = await simulation.rpc(
                    "getTokenAccountBalance", address, {"commitment": level}
                )
                assert held["value"]["amount"] == tokens_left, (level, address)


async def test_the_oracle_feed_is_an_account_like_any_other(
    simulation: RunningSimulation, client: AsyncClient
) -> None:
    store = Pubkey.from_string("HEvSKofvBgfaexv23kMabbYqxasxU3mQ4ibBMEmJWHny")
    feeds = (await client.get_program_accounts(store, commitment=Processed)).value
    assert feeds
    assert all(bytes(feed.account.data[:8]).hex() == "60b3454280814975" for feed in feeds)
