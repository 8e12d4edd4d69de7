"""Bytes of the accounts that pools keep their state in, as far as anyone reads them here.

Layouts: Pump.fun's and PumpSwap's IDL of April 2025, raydium-cp-swap `states/pool.rs`,
raydium-amm `state.rs`, orca-so/whirlpools `state/whirlpool.rs`. Fields that nothing on this
chain ever sets are zero.
"""

from typing import TYPE_CHECKING

from infra.simulation.world.programs.anchor import account_tag, u64

if TYPE_CHECKING:
    from infra.simulation.world.programs.pump import BondingCurve
    from infra.simulation.world.programs.pump_amm import PumpAmmPool
    from infra.simulation.world.programs.raydium_cpmm import RaydiumCpmmPool
    from infra.simulation.world.programs.raydium_v4 import RaydiumV4Pool
    from infra.simulation.world.programs.whirlpool import Whirlpool

_CURVE = account_tag("BondingCurve")
_PUMP_POOL = account_tag("Pool")
_CPMM_POOL = account_tag("PoolState")
_WHIRLPOOL = account_tag("Whirlpool")


def curve_bytes(curve: "BondingCurve") -> bytes:
    """A Pump.fun bonding curve: 49 bytes."""
    tokens, sol = curve.reserves()
    supply = curve.base.supply
    numbers = u64(tokens, sol, curve.real_tokens, curve.real_sol, supply)
    return _CURVE + numbers + bytes((curve.complete,))


def pump_pool_bytes(pool: "PumpAmmPool", creator: bytes, lp_mint: bytes, lp_supply: int) -> bytes:
    """A PumpSwap pool: 211 bytes."""
    return (
        _PUMP_POOL
        + b"\xff\0\0"
        + creator
        + pool.base.account.key
        + pool.quote_mint.account.key
        + lp_mint
        + pool.base_vault.key
        + pool.quote_vault.key
        + u64(lp_supply)
    )


def cpmm_bytes(pool: "RaydiumCpmmPool") -> bytes:
    """A Raydium CPMM pool: 637 bytes."""
    lp = pool.lp_mint
    lp_key, lp_supply = (lp.account.key, lp.supply) if lp is not None else (bytes(32), 0)
    told = (
        _CPMM_POOL
        + pool.config.key
        + bytes(32)
        + pool.base_vault.key
        + pool.quote_vault.key
        + lp_key
        + pool.base.account.key
        + pool.quote_mint.account.key
        + pool.base.program.key
        + pool.quote_mint.program.key
        + pool.observation.key
        + bytes((0, 0, 9, pool.base.decimals, pool.quote_mint.decimals))
        + u64(lp_supply, pool.base_fees, pool.quote_fees, 0, 0, 0, 0)
    )
    return told.ljust(637, b"\0")


def amm_v4_bytes(pool: "RaydiumV4Pool") -> bytes:
    """A Raydium v4 pool: 752 bytes, with status, decimals, fees, vaults and mints."""
    head = u64(6, 254, 7, 3, pool.base.decimals, pool.quote_mint.decimals)
    fees = u64(5, 10_000, 25, 10_000, 12, 100, 25, 10_000)
    told = head.ljust(128, b"\0") + fees
    vaults = pool.coin.key + pool.pc.key
    mints = pool.base.account.key + pool.quote_mint.account.key
    return (told.ljust(336, b"\0") + vaults + mints).ljust(752, b"\0")


def whirlpool_bytes(pool: "Whirlpool") -> bytes:
    """An Orca Whirlpool: 653 bytes, with price, liquidity, mints and vaults."""
    spacing = pool.tick_spacing.to_bytes(2, "little")
    fee = (pool.curve.fee_millionths).to_bytes(2, "little")
    told = _WHIRLPOOL + bytes(32) + b"\xff" + spacing + spacing + fee
    told += (1_300).to_bytes(2, "little") + pool.position.liquidity.to_bytes(16, "little")
    told += pool.position.sqrt_price.to_bytes(16, "little")
    told += pool.tick().to_bytes(4, "little", signed=True) + u64(0, 0)
    told += pool.base.account.key + pool.vault_a.key + bytes(16)
    told += pool.quote_mint.account.key + pool.vault_b.key + bytes(16)
    return told.ljust(653, b"\0")
