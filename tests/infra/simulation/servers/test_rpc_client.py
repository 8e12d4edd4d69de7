"""The clients CipherX uses read everything: ``solana``'s AsyncClient over HTTP."""

from collections.abc import AsyncIterator
from typing import Literal

import pytest
import pytest_asyncio
from solana.rpc.async_api import AsyncClient
from solana.rpc.commitment import Confirmed, Finalized, Processed
from solders.pubkey import Pubkey
from solders.signature import Signature

from tests.support.simulation import RunningSimulation, started

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def simulation() -> AsyncIterator[RunningSimulation]:
    """One chain for all: these tests only look at it and let it grow."""
    async with started() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def client(simulation: RunningSimulation) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(simulation.at.rpc) as found:
        yield found


async def test_finality_is_at_least_31_confirmed_blocks_away(
    simulation: RunningSimulation, client: AsyncClient
) -> None:
    processed = (await client.get_slot(Processed)).value
    confirmed = (await client.get_slot(Confirmed)).value
    finalized = (await client.get_slot(Finalized)).value
    between = await simulation.rpc(
        "getBlocks", finalized + 1, confirmed, {"commitment": "confirmed"}
    )
    assert finalized < confirmed < processed
    assert len(between) >= 31


async def test_the_client_knows_the_cluster(client: AsyncClient) -> None:
    slot = (await client.get_slot()).value
    assert await client.is_connected()
    assert (await client.get_version()).value is not None
    assert (await client.get_block_height()).value > 0
    assert (await client.get_block_time(slot)).value is not None
    assert slot in (await client.get_blocks(slot - 5, slot)).value
    assert (await client.get_latest_blockhash()).value.last_valid_block_height > 0
    assert (await client.get_epoch_info()).value.absolute_slot == slot
    assert (await client.get_genesis_hash()).value is not None
    assert (await client.get_first_available_block()).value <= slot


@pytest.mark.parametrize("encoding", ["json", "jsonParsed", "base64", "base58"])
async def test_a_transaction_reads_in_every_encoding(
    simulation: RunningSimulation,
    client: AsyncClient,
    encoding: Literal["json", "jsonParsed", "base64", "base58"],
) -> None:
    wanted = await simulation.transaction()
    signature = Signature.from_string(wanted["transaction"]["signatures"][0])
    answer = await client.get_transaction(
        signature, encoding=encoding, max_supported_transaction_version=0
    )
    assert answer.value is not None
    assert answer.value.slot == wanted["slot"]
    assert answer.value.transaction.meta is not None
    assert answer.value.transaction.meta.fee == wanted["meta"]["fee"]


async def test_a_wallets_history_can_be_walked_page_by_page(
    simulation: RunningSimulation, client: AsyncClient
) -> None:
    await simulation.blocks(60)
    wallet = Pubkey.from_string(await simulation.busiest())
    everything = (await client.get_signatures_for_address(wallet)).value
    walked: list[Signature] = []
    before: Signature | None = None
    while page := (await client.get_signatures_for_address(wallet, before=before, limit=3)).value:
        assert len(page) <= 3
        walked += [entry.signature for entry in page]
        before = page[-1].signature
    assert walked == [entry.signature for entry in everything]
    slots = [entry.slot for entry in everything]
    assert slots == sorted(slots, reverse=True)
    for entry in everything[:10]:
        found = await client.get_transaction(entry.signature, max_supported_transaction_version=0)
        assert found.value is not None
        assert found.value.slot == entry.slot


async def test_a_signature_has_a_status(simulation: RunningSimulation, client: AsyncClient) -> None:
    wanted = await simulation.transaction()
    signature = Signature.from_string(wanted["transaction"]["signatures"][0])
    status = (await client.get_signature_statuses([signature, Signature.default()])).value
    assert status[0] is not None
    assert status[0].slot == wanted["slot"]
    assert status[1] is None


async def test_accounts_can_be_read(simulation: RunningSimulation, client: AsyncClient) -> None:
    wallet = Pubkey.from_string(await simulation.busiest())
    nobody = Pubkey.from_bytes(bytes([7] * 32))
    one = (await client.get_account_info(wallet)).value
    both = (await client.get_multiple_accounts([wallet, nobody])).value
    assert one is not None
    assert both == [one, None]
    assert (await client.get_balance(wallet)).value == one.lamports
    assert (await client.get_account_info(nobody)).value is None
