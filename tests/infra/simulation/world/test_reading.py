"""Accounts can be read in the bytes the real programs store."""

import struct

from solders.pubkey import Pubkey
from solders.token.associated import get_associated_token_address
from solders.token.state import Mint, TokenAccount

from infra.simulation.world.programs import chainlink, ids
from tests.infra.simulation.world.conftest import History


def test_a_mint_reads_as_the_token_program_stores_it(history: History) -> None:
    account = history.world.account(ids.USDC)
    assert account is not None
    mint = Mint.from_bytes(account.data)
    assert mint.decimals == 6
    assert history.world.supply(ids.USDC) == (mint.supply, 6)


def test_every_token_account_reads_as_its_program_stores_it(history: History) -> None:
    world = history.world
    for wallet in [a.wallets[0] for a in history.truth.agents][:200]:
        for address, account in world.token_accounts_by_owner(wallet):
            read = TokenAccount.from_bytes(account.data[:165])
            assert str(read.owner) == wallet
            mint = world.economy.ledger.mints[str(read.mint)]
            if account.owner == ids.TOKEN.address:
                expected = get_associated_token_address(read.owner, read.mint)
                assert address == str(expected)
                assert len(account.data) == 165
            else:
                assert len(account.data) == mint.token_account_size
            assert account.lamports >= (len(account.data) + 128) * 6_960


def test_owned_accounts_can_be_narrowed_by_mint_and_program(history: History) -> None:
    world = history.world
    maker = next(a for a in history.truth.agents if a.kind == "market-maker").wallets[0]
    every = world.token_accounts_by_owner(maker)
    new = world.token_accounts_by_owner(maker, program=ids.TOKEN_2022.address)
    assert 0 < len(new) < len(every)
    assert len(world.token_accounts_by_owner(maker, mint=ids.USDC)) == 1


def test_the_largest_accounts_come_first(history: History) -> None:
    largest = history.world.largest_accounts(ids.USDC)
    amounts = [amount for _, amount in largest]
    assert amounts == sorted(amounts, reverse=True)
    assert 0 < len(largest) <= 20


def test_the_price_feed_reads_as_chainlink_stores_it(history: History) -> None:
    account = history.world.account(chainlink.FEED)
    assert account is not None
    data = account.data
    assert data[:8].hex() == "60b3454280814975"
    assert data[106:138].rstrip(b"\0") == b"SOL / USD"
    latest_round, _, length, cursor = struct.unpack_from("<IBII", data, 143)
    assert latest_round > 0
    at = 200 + (cursor + length - 1) % length * 48
    timestamp = struct.unpack_from("<I", data, at + 8)[0]
    answer = int.from_bytes(data[at + 16 : at + 32], "little", signed=True)
    usd = history.world.economy.outside.usd
    assert abs(answer / 10 ** data[138] / usd - 1) < 0.03
    assert history.blocks[-1].block_time - 90 < timestamp <= history.blocks[-1].block_time


def test_pools_and_curves_can_be_listed_by_their_program(history: History) -> None:
    world = history.world
    curves = [
        account
        for _, account in world.program_accounts(ids.PUMP.address)
        if len(account.data) == 49
    ]
    assert curves
    for curve in curves:
        _, virtual_tokens, virtual_sol, real_tokens, real_sol, _ = struct.unpack_from(
            "<QQQQQQ", curve.data
        )
        assert virtual_sol - real_sol == 30_000_000_000
        assert virtual_tokens - real_tokens == 279_900_000_000_000
        assert curve.lamports >= real_sol


def test_nothing_is_known_of_an_address_that_does_not_exist(history: History) -> None:
    assert history.world.account(str(Pubkey.new_unique())) is None
