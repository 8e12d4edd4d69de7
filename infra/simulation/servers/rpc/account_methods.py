"""Accounts, token balances and supplies at a commitment."""

from collections.abc import Iterable
from typing import Final

import msgspec
from solders.pubkey import Pubkey

from infra.simulation.servers.replies import JsonObject
from infra.simulation.servers.rpc.chain_methods import context
from infra.simulation.servers.rpc.errors import invalid
from infra.simulation.servers.rpc.node import Node
from infra.simulation.servers.rpc.parameters import Config, Parameters, checked_address
from infra.simulation.servers.rpc.rendering import account_shown
from infra.simulation.servers.rpc.token_bytes import (
    amount_of,
    is_mint,
    is_token_account,
    mint_of,
    parsed,
)
from infra.simulation.world.render.rpc import ui_amount
from infra.simulation.world.transaction import Account

ACCOUNTS_MAX: Final = 100
PROGRAM_ACCOUNTS_MAX: Final = 10_000
"""A program with more must be asked with filters; providers refuse it too."""
FILTERS_MAX: Final = 4


class AccountMethods:
    """What accounts hold; token methods look at the newest block, the rest at the commitment."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def get_account_info(self, given: Parameters) -> object:
        """One account, or null."""
        address, config = given.address(0), given.config(1)
        block = self._node.newest(config)
        account = self._node.account(address, block.slot)
        value = None if account is None else self._shown(account, config)
        return {"context": context(block), "value": value}

    def get_multiple_accounts(self, given: Parameters) -> object:
        """Up to 100 accounts in the order asked, null for each that is not there."""
        addresses, config = given.required(0, list[str]), given.config(1)
        if len(addresses) > ACCOUNTS_MAX:
            raise invalid(f"Too many inputs provided; max {ACCOUNTS_MAX}")
        block = self._node.newest(config)
        found = [self._node.account(checked_address(a), block.slot) for a in addresses]
        value = [None if account is None else self._shown(account, config) for account in found]
        return {"context": context(block), "value": value}

    def get_balance(self, given: Parameters) -> object:
        """An account's lamports; 0 for one that is not there."""
        block = self._node.newest(given.config(1))
        account = self._node.account(given.address(0), block.slot)
        return {"context": context(block), "value": 0 if account is None else account.lamports}

    def get_token_accounts_by_owner(self, given: Parameters) -> object:
        """An owner's token accounts of one mint or of one token program."""
        owner, config = given.address(0), given.config(2)
        chosen = given.required(1, dict[str, str])
        mint, program = chosen.get("mint"), chosen.get("programId")
        if (mint is None) == (program is None):
            raise invalid("Invalid params: expected `mint` or `programId`")
        if mint is not None and self._node.production.world.supply(checked_address(mint)) is None:
            raise invalid("Invalid param: could not find mint")
        block = self._node.newest(config)
        held = self._node.production.world.token_accounts_by_owner(owner, mint, program)
        return {
            "context": context(block),
            "value": self._keyed(_known(held, self._node, block.slot), config),
        }

    def get_token_account_balance(self, given: Parameters) -> object:
        """A token account's amount."""
        block = self._node.newest(given.config(1))
        account = self._node.account(given.address(0), block.slot)
        if account is None:
            raise invalid("Invalid param: could not find account")
        if not is_token_account(account):
            raise invalid("Invalid param: not a Token account")
        decimals = self._decimals(mint_of(account))
        return {"context": context(block), "value": ui_amount(amount_of(account), decimals or 0)}

    def get_token_largest_accounts(self, given: Parameters) -> object:
        """The 20 largest accounts of a mint."""
        mint, block = given.address(0), self._node.newest(given.config(1))
        decimals = self._mint_decimals(mint)
        largest = self._node.production.world.largest_accounts(mint)
        value = [{"address": a, **ui_amount(amount, decimals)} for a, amount in largest]
        return {"context": context(block), "value": value}

    def get_token_supply(self, given: Parameters) -> object:
        """A mint's supply."""
        mint, block = given.address(0), self._node.newest(given.config(1))
        self._mint_decimals(mint)
        found = self._node.production.world.supply(mint)
        supply, decimals = found if found is not None else (0, 0)
        return {"context": context(block), "value": ui_amount(supply, decimals)}

    def get_program_accounts(self, given: Parameters) -> object:
        """A program's accounts that pass the filters."""
        program, config = given.address(0), given.config(1)
        block = self._node.newest(config)
        filters = config.filters or []
        if len(filters) > FILTERS_MAX:
            raise invalid(f"Too many filters provided; max {FILTERS_MAX}")
        owned = self._node.production.world.program_accounts(program)
        known = _known(owned, self._node, block.slot)
        kept = [(a, found) for a, found in known if all(_passes(found, f) for f in filters)]
        if len(kept) > PROGRAM_ACCOUNTS_MAX:
            raise invalid(f"{len(kept)} accounts; use filters to ask for fewer")
        value = self._keyed(kept, config)
        return {"context": context(block), "value": value} if config.with_context else value

    def _shown(self, account: Account, config: Config) -> JsonObject:
        shown = account_shown(account, config)
        if config.encoding == "jsonParsed":
            decimals = self._decimals(mint_of(account)) if is_token_account(account) else None
            shown["data"] = parsed(account, decimals) or shown["data"]
        return shown

    def _keyed(self, found: Iterable[tuple[str, Account]], config: Config) -> list[JsonObject]:
        return [{"account": self._shown(a, config), "pubkey": address} for address, a in found]

    def _decimals(self, mint: str) -> int | None:
        found = self._node.production.world.supply(mint)
        return None if found is None else found[1]

    def _mint_decimals(self, mint: str) -> int:
        account = self._node.production.world.account(mint)
        if account is None:
            raise invalid("Invalid param: could not find account")
        if not is_mint(account):
            raise invalid("Invalid param: not a Token mint")
        return self._decimals(mint) or 0


def _known(
    found: list[tuple[str, Account]], node: Node, slot: int
) -> Iterable[tuple[str, Account]]:
    """The same accounts as of a slot, without those that did not exist then."""
    for address, _ in found:
        account = node.account(address, slot)
        if account is not None:
            yield address, account


class _Comparison(msgspec.Struct):
    offset: int
    bytes: str
    encoding: str = "base58"


def _passes(account: Account, rule: dict[str, object]) -> bool:
    if "dataSize" in rule:
        return len(account.data) == rule["dataSize"]
    try:
        wanted = msgspec.convert(rule.get("memcmp"), _Comparison)
    except msgspec.ValidationError as wrong:
        raise invalid(f"Invalid params: {wrong}") from wrong
    return account.data[wanted.offset :].startswith(_from_base58(wanted.bytes))


def _from_base58(text: str) -> bytes:
    try:
        if len(text) in range(32, 45):
            return bytes(Pubkey.from_string(text))
    except ValueError:
        pass
    number = 0
    for character in text:
        digit = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".find(character)
        if digit < 0:
            raise invalid("Invalid param: Invalid")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
