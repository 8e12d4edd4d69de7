"""What the decoder says a transaction did, in integers only.

These structs are also stored inside events, encoded as arrays: append fields with a default,
never reorder or remove one (a new meaning is a new event version). They are immutable and can
form no cycles, so the garbage collector is spared them (``gc=False``): a replay holds millions.
"""

from typing import Final, Literal

from msgspec import Struct

from domain.values import (
    BaseUnits,
    Lamports,
    Mint,
    Signature,
    Slot,
    UnixSeconds,
    WalletAddress,
)

Side = Literal["buy", "sell", "swap"]
"""Buy and sell are meant against SOL and stable coins; anything else is a swap."""

UNKNOWN_VENUE: Final = "unknown"


class TokenAmount(Struct, frozen=True, array_like=True, gc=False):
    """``amount`` base units of ``mint``; one token is ``10 ** decimals`` of them."""

    mint: Mint
    amount: BaseUnits
    decimals: int


class Leg(Struct, frozen=True, array_like=True, gc=False):
    """One hop of a route: what went into ``pool`` and what came out of it."""

    venue: str
    pool: str | None
    token_in: TokenAmount
    token_out: TokenAmount


class DecodedTrade(Struct, frozen=True, array_like=True, gc=False):
    """One exchange as the trader sees it: gave ``token_in``, got ``token_out``.

    ``path`` is the instruction it happened in, ``"outer"`` or ``"outer-inner"``, from 0.
    ``signer`` differs from ``trader`` when a keeper signed for them; ``via`` is the bot or order
    program that did the asking. ``leftovers`` are tokens in the middle of a route that stayed with
    the trader, or, below zero, that the trader added. Native and wrapped SOL
    are both ``WRAPPED_SOL``.
    """

    path: str
    trader: WalletAddress
    signer: WalletAddress
    side: Side
    token_in: TokenAmount
    token_out: TokenAmount
    venue: str
    pool: str | None
    legs: tuple[Leg, ...]
    via: str | None = None
    leftovers: tuple[TokenAmount, ...] = ()


class Transfer(Struct, frozen=True, array_like=True, gc=False):
    """Tokens or SOL that changed owner outside a trade.

    ``sender`` None is a mint, ``recipient`` None a burn; both are owners, not token accounts.
    ``fee`` is what a Token-2022 transfer fee withheld, so ``amount - fee`` arrived.
    """

    path: str
    sender: WalletAddress | None
    recipient: WalletAddress | None
    token: TokenAmount
    fee: BaseUnits = BaseUnits(0)


class Fees(Struct, frozen=True, array_like=True, gc=False):
    """What the transaction cost, in lamports, but for those in their own tokens.

    ``transfer_fees`` is what Token-2022 mints withheld, ``platform_tokens`` what a platform took in
    the token traded, which the trade's own amounts do not have set off.
    """

    network: Lamports = Lamports(0)
    priority: Lamports = Lamports(0)
    tip: Lamports = Lamports(0)
    platform: Lamports = Lamports(0)
    rent_paid: Lamports = Lamports(0)
    rent_refunded: Lamports = Lamports(0)
    transfer_fees: tuple[TokenAmount, ...] = ()
    tip_provider: str | None = None
    platform_tokens: tuple[TokenAmount, ...] = ()


class LiquidityChange(Struct, frozen=True, array_like=True, gc=False):
    """What ``owner`` put into a pool, took out of it, or collected as its fees and rewards.

    ``shares`` is the pool's own token minted or burnt for it, when it has one.
    """

    path: str
    owner: WalletAddress
    kind: Literal["added", "removed", "collected"]
    venue: str
    pool: str | None
    tokens: tuple[TokenAmount, ...]
    shares: TokenAmount | None = None


class Milestone(Struct, frozen=True, array_like=True, gc=False):
    """A pool or token that began, or a launchpad's token that moved on to a pool.

    ``address`` is the pool's or, for a token, its mint.
    """

    path: str
    kind: Literal["pool_created", "token_created", "migrated"]
    venue: str
    address: str | None
    by: WalletAddress


class AccountClose(Struct, frozen=True, array_like=True, gc=False):
    """``account`` was closed and ``recipient`` got its ``lamports`` of rent back."""

    path: str
    account: str
    recipient: WalletAddress
    lamports: Lamports


class BalanceChange(Struct, frozen=True, array_like=True, gc=False):
    """One account's balance before and after: ``mint`` None is its native lamports.

    ``owner`` is the wallet a token account belongs to (the account itself for lamports).
    """

    account: str
    owner: WalletAddress | None
    mint: Mint | None
    before: BaseUnits
    after: BaseUnits
    decimals: int


class DecodedTransaction(Struct, frozen=True, gc=False):
    """Everything one transaction did; a failed one has no trades and no transfers."""

    signature: Signature
    slot: Slot
    index_in_block: int | None
    block_time: UnixSeconds | None
    fee_payer: WalletAddress
    signers: tuple[WalletAddress, ...]
    failed: bool
    is_vote: bool
    fees: Fees
    trades: tuple[DecodedTrade, ...]
    transfers: tuple[Transfer, ...]
    balance_changes: tuple[BalanceChange, ...]
    decoder: str
    liquidity: tuple[LiquidityChange, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    closes: tuple[AccountClose, ...] = ()
