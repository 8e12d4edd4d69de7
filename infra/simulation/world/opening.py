"""Opens mints, token accounts and pools as if they had always been there."""

from infra.simulation.world.economy import Economy
from infra.simulation.world.layouts.metadata import metaplex_bytes
from infra.simulation.world.layouts.token import mint_bytes
from infra.simulation.world.market.concentrated import Curve, sqrt_price_of
from infra.simulation.world.programs import damm_v2, ids, metadata, raydium_cpmm, raydium_v4
from infra.simulation.world.programs.damm_v2 import DammV2Pool
from infra.simulation.world.programs.ids import ASSOCIATED_TOKEN
from infra.simulation.world.programs.raydium_cpmm import RaydiumCpmmPool
from infra.simulation.world.programs.raydium_v4 import RaydiumV4Pool
from infra.simulation.world.programs.token import enrol
from infra.simulation.world.programs.whirlpool import Whirlpool
from infra.simulation.world.runtime.account import (
    LedgerAccount,
    MintState,
    Program,
    TransferFee,
    rent_exempt,
)


def new_mint(
    economy: Economy, program: Program, decimals: int, name: str, symbol: str
) -> MintState:
    """A mint with a key of its own, not yet opened on the ledger."""
    account = economy.ledger.wallet()
    mint = MintState(account, program, decimals)
    mint.name, mint.symbol = name, symbol
    account.encode = lambda: mint_bytes(mint)
    economy.ledger.mints[account.address] = mint
    return mint


def describe(economy: Economy, mint: MintState, authority: LedgerAccount) -> None:
    """Let a mint of the old program have had its metadata account all along."""
    account = metadata.address_of(economy.ledger, mint)
    account.program = ids.METADATA.address
    account.lamports = metadata.RENT
    account.encode = lambda: metaplex_bytes(mint, authority.key)


def extend(mint: MintState, authority: LedgerAccount, fee_bps: int = 0, *extensions: str) -> None:
    """Give a Token-2022 mint its extensions."""
    named = (*extensions, "metadataPointer", "tokenMetadata")
    if fee_bps:
        mint.transfer_fee = TransferFee(fee_bps, 10**18)
        named = ("transferFeeConfig", *named)
    mint.extensions = named
    mint.extension_authority = authority
    mint.resize(182 if fee_bps else 170)


def grant(holder: LedgerAccount, mint: MintState, amount: int, economy: Economy) -> LedgerAccount:
    """Let ``holder`` have had ``amount`` of ``mint`` all along."""
    account = economy.ledger.associated(holder, mint, ASSOCIATED_TOKEN)
    fill_account(account, holder, mint, amount)
    return account


def fill_account(
    account: LedgerAccount, holder: LedgerAccount, mint: MintState, amount: int
) -> None:
    """Make ``account`` a token account that holds ``amount`` more."""
    if account.mint is None:
        account.mint, account.holder = mint, holder
        account.lamports = mint.rent
        enrol(account, mint, holder, present=True)
    account.amount += amount
    mint.supply += amount
    if mint.native:
        account.lamports += amount


def vault(economy: Economy, holder: LedgerAccount, mint: MintState, amount: int) -> LedgerAccount:
    """A pool's own token account."""
    account = economy.ledger.fresh(mint.program.address, 0)
    fill_account(account, holder, mint, amount)
    return account


def whirlpool(
    economy: Economy,
    base: MintState,
    quote: MintState,
    base_amount: int,
    quote_amount: int,
    fee_millionths: int,
    tick_spacing: int,
) -> Whirlpool:
    """Liquidity six times as deep near the price as far away, in seven bands."""
    price = sqrt_price_of(base_amount, quote_amount)
    depth = int((base_amount * quote_amount) ** 0.5)
    spread = (0.25, 0.5, 0.8, 0.93, 1.07, 1.25, 1.9, 4.0)
    edges = [int(price * share) for share in spread]
    depths = [depth, depth * 2, depth * 4, depth * 6, depth * 4, depth * 2, depth]
    curve = Curve(edges, depths, fee_millionths)
    holder = economy.ledger.fresh(ids.WHIRLPOOL.address, 0)
    a, b = curve.deposits(price)
    vaults = (vault(economy, holder, base, a), vault(economy, holder, quote, b))
    pool = Whirlpool(economy.ledger, base, quote, vaults, curve, tick_spacing)
    for account in vaults:
        mint = account.mint
        if mint is not None:
            enrol(account, mint, holder, present=False)
            account.holder = pool.account
            enrol(account, mint, pool.account, present=True)
    pool.position = curve.at(price)
    return pool


def amm_v4(
    economy: Economy, base: MintState, quote: MintState, base_amount: int, quote_amount: int
) -> RaydiumV4Pool:
    """A Raydium v4 pool with its two vaults."""
    authority = economy.ledger.known(raydium_v4.AUTHORITY, lamports=24_253_447_287)
    vaults = (
        vault(economy, authority, base, base_amount),
        vault(economy, authority, quote, quote_amount),
    )
    return RaydiumV4Pool(economy.ledger, base, quote, vaults)


def cpmm(
    economy: Economy, base: MintState, quote: MintState, base_amount: int, quote_amount: int
) -> RaydiumCpmmPool:
    """A Raydium CPMM pool that was there from the beginning."""
    authority = economy.ledger.known(raydium_cpmm.AUTHORITY, lamports=4_256_501_040)
    vaults = (
        vault(economy, authority, base, base_amount),
        vault(economy, authority, quote, quote_amount),
    )
    pool = RaydiumCpmmPool(economy.ledger, base, quote, vaults)
    pool.observation.lamports = rent_exempt(4_075)
    return pool


def damm(
    economy: Economy, base: MintState, quote: MintState, base_amount: int, quote_amount: int
) -> DammV2Pool:
    """A Meteora DAMM v2 pool with its two vaults."""
    authority = economy.ledger.known(damm_v2.AUTHORITY, lamports=1_500_000_000)
    vaults = (
        vault(economy, authority, base, base_amount),
        vault(economy, authority, quote, quote_amount),
    )
    return DammV2Pool(economy.ledger, base, quote, vaults)
