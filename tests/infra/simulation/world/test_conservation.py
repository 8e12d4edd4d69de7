"""Nothing comes from nothing: lamports and tokens are conserved in every transaction."""

from collections import Counter
from collections.abc import Iterable

from infra.simulation.world.programs import ids
from infra.simulation.world.render.movements import in_order
from infra.simulation.world.runtime.account import MintState
from infra.simulation.world.transaction import SimulatedTransaction, TokenBalance
from tests.infra.simulation.world.conftest import History

_TOKEN_PROGRAMS = (ids.TOKEN.address, ids.TOKEN_2022.address)


def test_lamports_are_conserved_but_for_the_fee(history: History) -> None:
    for tx in history.transactions:
        assert sum(tx.meta.post_balances) == sum(tx.meta.pre_balances) - tx.meta.fee


def test_no_balance_is_negative(history: History) -> None:
    for tx in history.transactions:
        assert min(tx.meta.post_balances) >= 0
        assert all(balance.amount >= 0 for balance in tx.meta.post_token_balances)


def test_a_failed_transaction_only_costs_its_fee(history: History) -> None:
    for tx in history.transactions:
        if tx.failed:
            assert tx.meta.pre_token_balances == tx.meta.post_token_balances
            assert tx.meta.post_balances[0] == tx.meta.pre_balances[0] - tx.meta.fee
            assert tx.meta.post_balances[1:] == tx.meta.pre_balances[1:]


def test_tokens_are_conserved_but_for_what_is_made_burned_and_withheld(
    history: History,
) -> None:
    mints = history.world.economy.ledger.mints
    for tx in history.transactions:
        if tx.failed:
            continue
        change = _total(tx.meta.post_token_balances)
        change.subtract(_total(tx.meta.pre_token_balances))
        del change[ids.WRAPPED_SOL]  # made and ended by wrapping; the next test has it
        change.subtract(_made(tx, mints))
        assert not any(change.values()), tx.signature


def test_wrapped_sol_is_worth_its_lamports(history: History) -> None:
    for tx in history.transactions:
        for balance in tx.meta.post_token_balances:
            if balance.mint == ids.WRAPPED_SOL:
                lamports = tx.meta.post_balances[balance.account_index]
                assert lamports == balance.amount + 2_039_280


def test_each_account_continues_where_it_was_left(history: History) -> None:
    lamports: dict[str, int] = {}
    for tx in history.transactions:
        for address, before in zip(tx.accounts, tx.meta.pre_balances, strict=True):
            assert lamports.get(address, before) == before, address
        lamports.update(zip(tx.accounts, tx.meta.post_balances, strict=True))


def test_supply_is_what_the_accounts_hold(history: History) -> None:
    for mint in history.world.economy.ledger.mints.values():
        if mint.native:
            continue
        held = sum(account.amount for account in mint.accounts)
        assert held + sum(mint.withheld.values()) == mint.supply, mint.name


def _total(balances: Iterable[TokenBalance]) -> Counter[str]:
    total: Counter[str] = Counter()
    for balance in balances:
        total[balance.mint] += balance.amount
    return total


def _made(tx: SimulatedTransaction, mints: dict[str, MintState]) -> Counter[str]:
    """Minted less burned less withheld, by mint, as the instructions say."""
    made: Counter[str] = Counter()
    for compiled in in_order(tx):
        if tx.accounts[compiled.program_index] not in _TOKEN_PROGRAMS:
            continue
        amount = int.from_bytes(compiled.data[1:9], "little")
        named = [tx.accounts[index] for index in compiled.accounts]
        match compiled.data[0]:
            case 7:
                made[named[0]] += amount
            case 8:
                made[named[1]] -= amount
            case 12:
                fee = mints[named[1]].transfer_fee
                made[named[1]] -= fee.of(amount) if fee is not None else 0
            case _:
                pass
    return made
