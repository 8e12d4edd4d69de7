"""Raydium AMM v4: constant product, 0.25 % fee, its result in a `ray_log` line.

Instruction tags and account orders: raydium-io/raydium-amm `instruction.rs`; the log's layout:
`log.rs` there, checked against recorded mainnet transactions.
"""

import base64
from typing import ClassVar, Final

from infra.simulation.world.layouts.pools import amm_v4_bytes
from infra.simulation.world.market.pool import Order, Pool, constant_product_out
from infra.simulation.world.programs import token
from infra.simulation.world.programs.anchor import u64
from infra.simulation.world.programs.ids import OPENBOOK, RAYDIUM_V4, TOKEN
from infra.simulation.world.runtime.account import LedgerAccount, MintState, rent_exempt
from infra.simulation.world.runtime.execution import Execution
from infra.simulation.world.runtime.fill import Fill
from infra.simulation.world.runtime.instruction import (
    READ,
    SIGN,
    WRITE,
    Instruction,
    ProgramFailure,
)
from infra.simulation.world.runtime.ledger import Ledger

AUTHORITY: Final = "5Q544fKrFoe6tsEbD7S8EmxGTJYAKtTVhAW5Q5pge4j1"
_FEE, _PER = 25, 10_000
_EXCEEDS_SLIPPAGE: Final = 30
_PC_TO_COIN, _COIN_TO_PC = 1, 2
_R, _W, _S = READ, WRITE, SIGN
_SWAP: Final = bytes((_R, _W, _R, _W, _W, _W, _W, _R, _W, _W, _W, _W, _W, _W, _R, _W, _W, _S))
_UNITS: Final = 23_000


class RaydiumV4Pool(Pool):
    """One AMM; base is its coin and quote its pc."""

    venue: ClassVar[str] = "raydium-v4"

    def __init__(self, ledger: Ledger, base: MintState, quote: MintState, vaults: "Vaults") -> None:
        super().__init__(ledger.fresh(RAYDIUM_V4.address, rent_exempt(752)), base, quote)
        self.coin, self.pc = vaults
        self.authority = ledger.known(AUTHORITY, lamports=24_253_447_287)
        market = _market(ledger)
        open_orders = ledger.fresh(OPENBOOK.address, rent_exempt(3_228))
        target = ledger.fresh(RAYDIUM_V4.address, rent_exempt(2_208))
        self._accounts = (
            TOKEN,
            self.account,
            self.authority,
            open_orders,
            target,
            self.coin,
            self.pc,
            OPENBOOK,
            *market,
        )
        self.lp_mint: MintState | None = None
        self.account.encode = lambda: amm_v4_bytes(self)

    def reserves(self) -> tuple[int, int]:
        return self.coin.amount, self.pc.amount

    def quote(self, mint_in: MintState, amount_in: int) -> int:
        coin, pc = self.coin.amount, self.pc.amount
        fee = -(-amount_in * _FEE // _PER)
        if mint_in is self.base:
            return constant_product_out(amount_in - fee, coin, pc)
        return constant_product_out(amount_in - fee, pc, coin)

    def swap(self, order: Order) -> Instruction:
        """Exact input, tag 9."""
        amount_in, minimum = order.amount_in, order.minimum_out
        source, destination, user = order.source, order.destination, order.user
        selling = order.mint_in is self.base
        vault_in, vault_out = (self.coin, self.pc) if selling else (self.pc, self.coin)

        def effect(run: Execution) -> None:
            out = self.quote(order.mint_in, amount_in)
            logged = b"\x03" + u64(
                amount_in,
                minimum,
                _COIN_TO_PC if selling else _PC_TO_COIN,
                source.amount,
                self.coin.amount,
                self.pc.amount,
                out,
            )
            run.logs.append("Program log: ray_log: " + base64.b64encode(logged).decode())
            if out < minimum:
                raise ProgramFailure(
                    _EXCEEDS_SLIPPAGE, "Program log: Error: exceeds desired slippage limit"
                )
            run.invoke(token.transfer(source, vault_in, user, amount_in))
            run.invoke(token.transfer(vault_out, destination, self.authority, out))
            run.fills.append(
                Fill(
                    user,
                    self.venue,
                    self.account.address,
                    order.mint_in,
                    amount_in,
                    self.other(order.mint_in),
                    out,
                    outer_index=run.index,
                )
            )

        accounts = (*self._accounts, source, destination, user)
        data = b"\x09" + u64(amount_in, minimum)
        return Instruction(RAYDIUM_V4, accounts, _SWAP, data, _UNITS, effect)


Vaults = tuple[LedgerAccount, LedgerAccount]


def _market(ledger: Ledger) -> tuple[LedgerAccount, ...]:
    """The order book an AMM once quoted on: swaps still name its seven accounts."""
    sizes = (388, 65_548, 65_548, 262_156, 165, 165, 0)
    return tuple(ledger.fresh(OPENBOOK.address, rent_exempt(size) if size else 0) for size in sizes)
