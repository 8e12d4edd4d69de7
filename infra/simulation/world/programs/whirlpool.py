"""Orca Whirlpool: concentrated liquidity over price bands.

Account order and data: orca-so/whirlpools `instructions/swap.rs`; the `Traded` event: its IDL,
checked against recorded mainnet transactions.
"""

from typing import ClassVar, Final

from infra.simulation.world.layouts.pools import whirlpool_bytes
from infra.simulation.world.market.concentrated import Q64, Curve, Step, tick_of
from infra.simulation.world.market.pool import Order, Pool
from infra.simulation.world.programs import token
from infra.simulation.world.programs.anchor import event, log_data, method, refusal, u64
from infra.simulation.world.programs.ids import TOKEN, WHIRLPOOL
from infra.simulation.world.runtime.account import LedgerAccount, MintState, rent_exempt
from infra.simulation.world.runtime.execution import Execution
from infra.simulation.world.runtime.fill import Fill
from infra.simulation.world.runtime.instruction import READ, SIGN, WRITE, Instruction
from infra.simulation.world.runtime.ledger import Ledger

_SWAP: Final = method("swap")
_TRADED: Final = event("Traded")
_FLAGS: Final = bytes((READ, SIGN, WRITE, WRITE, WRITE, WRITE, WRITE, WRITE, WRITE, WRITE, READ))
_UNITS: Final = 40_700
_TICKS_IN_ARRAY: Final = 88
_TICK_ARRAY_BYTES: Final = 9_988
_PROTOCOL_SHARE, _SHARES = 1_300, 10_000
_MIN_SQRT_PRICE: Final = 4_295_048_016
_MAX_SQRT_PRICE: Final = 79_226_673_515_401_279_992_447_579_055


class Whirlpool(Pool):
    """One pool; base is token A and quote token B."""

    venue: ClassVar[str] = "orca-whirlpool"

    def __init__(
        self,
        ledger: Ledger,
        base: MintState,
        quote: MintState,
        vaults: tuple[LedgerAccount, LedgerAccount],
        curve: Curve,
        tick_spacing: int,
    ) -> None:
        super().__init__(ledger.fresh(WHIRLPOOL.address, rent_exempt(653)), base, quote)
        self.vault_a, self.vault_b = vaults
        self.curve = curve
        self.tick_spacing = tick_spacing
        self.position = curve.at(1 + curve.edges[0])
        self.account.encode = lambda: whirlpool_bytes(self)
        self._ledger = ledger
        self._arrays: dict[int, LedgerAccount] = {}
        self._oracle = ledger.derived(WHIRLPOOL, b"oracle", self.account.key)

    def reserves(self) -> tuple[int, int]:
        """The equivalent constant-product reserves at the present price."""
        price, liquidity = self.position.sqrt_price, self.position.liquidity
        return (liquidity << 64) // price, liquidity * price // Q64

    def quote(self, mint_in: MintState, amount_in: int) -> int:
        step = self._step(mint_in, amount_in)
        return 0 if step is None else step.amount_out

    def _step(self, mint_in: MintState, amount_in: int) -> Step | None:
        return self.curve.swap(self.position, amount_in, a_to_b=mint_in is self.base)

    def swap(self, order: Order) -> Instruction:
        """Exact input, no price limit."""
        a_to_b = order.mint_in is self.base
        user, minimum = order.user, order.minimum_out
        own_a, own_b = (
            (order.source, order.destination) if a_to_b else (order.destination, order.source)
        )
        vault_in, vault_out = (
            (self.vault_a, self.vault_b) if a_to_b else (self.vault_b, self.vault_a)
        )

        def effect(run: Execution) -> None:
            run.logs.append("Program log: Instruction: Swap")
            step = self._step(order.mint_in, order.amount_in)
            if step is None:
                raise refusal(6038, "TickArraySequenceInvalidIndex", "Invalid tick array sequence")
            if step.amount_out < minimum:
                raise refusal(
                    6036,
                    "AmountOutBelowMinimum",
                    "Amount out below minimum threshold",
                    "programs/whirlpool/src/instructions/swap.rs:124",
                )
            before = self.position
            run.undo.append(lambda: setattr(self, "position", before))
            self.position = step.position
            run.invoke(token.transfer(order.source, vault_in, user, order.amount_in))
            run.invoke(token.transfer(vault_out, order.destination, self.account, step.amount_out))
            protocol = step.fee * _PROTOCOL_SHARE // _SHARES
            log_data(
                run,
                _TRADED
                + self.account.key
                + bytes((a_to_b,))
                + before.sqrt_price.to_bytes(16, "little")
                + step.position.sqrt_price.to_bytes(16, "little")
                + u64(order.amount_in, step.amount_out, 0, 0, step.fee - protocol, protocol),
            )
            run.fills.append(
                Fill(
                    user,
                    self.venue,
                    self.account.address,
                    order.mint_in,
                    order.amount_in,
                    self.other(order.mint_in),
                    step.amount_out,
                    outer_index=run.index,
                )
            )

        accounts = (
            TOKEN,
            user,
            self.account,
            own_a,
            self.vault_a,
            own_b,
            self.vault_b,
            *self._tick_arrays(a_to_b=a_to_b),
            self._oracle,
        )
        limit = _MIN_SQRT_PRICE if a_to_b else _MAX_SQRT_PRICE
        data = (
            _SWAP
            + u64(order.amount_in, minimum)
            + limit.to_bytes(16, "little")
            + bytes((1, a_to_b))
        )
        return Instruction(WHIRLPOOL, accounts, _FLAGS, data, _UNITS, effect)

    def tick(self) -> int:
        """The tick the price is in."""
        return tick_of(self.position.sqrt_price)

    def _tick_arrays(self, *, a_to_b: bool) -> list[LedgerAccount]:
        width = self.tick_spacing * _TICKS_IN_ARRAY
        first = self.tick() // width * width
        stride = -width if a_to_b else width
        return [self._tick_array(first + stride * step) for step in range(3)]

    def _tick_array(self, start: int) -> LedgerAccount:
        found = self._arrays.get(start)
        if found is None:
            found = self._ledger.derived(
                WHIRLPOOL,
                b"tick_array",
                self.account.key,
                str(start).encode(),
                lamports=rent_exempt(_TICK_ARRAY_BYTES),
            )
            self._arrays[start] = found
        return found
