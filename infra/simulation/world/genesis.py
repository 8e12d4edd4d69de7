"""The world as it is before the first block: money, pools, established tokens, tables."""

from collections.abc import Callable
from random import Random
from typing import Final

from infra.simulation.world.economy import Economy
from infra.simulation.world.layouts.token import mint_bytes
from infra.simulation.world.market.listing import Listing
from infra.simulation.world.market.pool import Order, Pool
from infra.simulation.world.opening import (
    amm_v4,
    cpmm,
    damm,
    describe,
    extend,
    grant,
    new_mint,
    whirlpool,
)
from infra.simulation.world.programs import ids, jupiter, pump, pump_amm
from infra.simulation.world.programs.chainlink import PriceFeed
from infra.simulation.world.programs.ids import TOKEN
from infra.simulation.world.rates import LAMPORTS_PER_SOL, log_normal
from infra.simulation.world.runtime.account import LedgerAccount, MintState, rent_exempt
from infra.simulation.world.runtime.lookup import LookupTable

TIP_ACCOUNTS: Final = (
    "DttWaMuVvTiduZRnguLF7jNxTgiMBZ1hyAumKUiL2KRL",
    "3AVi9Tg9Uo68tJfuvoKvqKNWKkC5wPdSSdeBnizKZ6jT",
    "ADaUMid9yfUytqMBgopwjb2DTLSokTSzL1zt6iGPaS49",
    "HFqU5x63VTqvQss8hp11i4wVV8bD44PvwucfZ2bU7gRe",
    "Cw8CFyM9FkoMi7K7Crf6HNQqf4uEMzpKw6QNghXLvLkY",
    "ADuUkR4vqLUMWXxW9gh6D6L8pMSawimctcNZ5pGwDcEt",
    "DfXygSm4jCyNCybVYYK6DwvWqjKee8pbDmJGcLWNDXjh",
    "96gYZGLnJYVFmbjzopPSU6QiEV5fGqZNyN9nmNhvrZU5",
)
"""Jito's, as its documentation lists them."""

_NAMES: Final = (
    ("Bonfire", "BONF"), ("Dogwhistle", "DOGW"), ("Pebble", "PEB"), ("Moonmoth", "MOTH"),
    ("Gigachad Gerbil", "GERB"), ("Nimbus", "NIMB"), ("Catnap", "CTNP"), ("Frogpond", "FROG"),
    ("Helix", "HLX"), ("Turnip", "TRNP"), ("Quokka", "QUOK"), ("Sundial", "SUND"),
)  # fmt: skip
_SUPPLY: Final = 1_000_000_000 * 10**6


def found(economy: Economy) -> None:
    """Put everything in place."""
    random = economy.random("genesis")
    ledger = economy.ledger
    ledger.adopt(ids.PROGRAMS)
    ledger.accounts.update((account.address, account) for account in ids.SYSVARS)
    economy.sol = _money(economy, ids.WRAPPED_SOL, 9)
    economy.sol.native = True
    economy.usdc = _money(economy, ids.USDC, 6)
    economy.usdt = _money(economy, ids.USDT, 6)
    economy.tip_accounts = [ledger.known(a, lamports=40_000_000) for a in TIP_ACCOUNTS]
    economy.feed = PriceFeed(ledger, ledger.wallet(80 * LAMPORTS_PER_SOL))
    recipient = ledger.known(pump_amm.FEE_RECIPIENT, lamports=LAMPORTS_PER_SOL)
    economy.pump_fees = grant(recipient, economy.sol, 886_855_563_996, economy)
    economy.dollar_pools = _dollar_pools(economy)
    for place, (name, symbol) in enumerate(_NAMES):
        _established(economy, random, place, name, symbol)
    economy.tables = _tables(economy)


def _money(economy: Economy, address: str, decimals: int) -> MintState:
    account = economy.ledger.known(address, TOKEN.address, rent_exempt(82))
    mint = MintState(account, TOKEN, decimals)
    account.encode = lambda: mint_bytes(mint)
    economy.ledger.mints[address] = mint
    return mint


def _dollar_pools(economy: Economy) -> list[Pool]:
    micro = economy.outside.micro_usd()
    sol, usdc, usdt = economy.sol, economy.usdc, economy.usdt
    return [
        whirlpool(economy, sol, usdc, 6_000 * LAMPORTS_PER_SOL, 6_000 * micro, 400, 4),
        amm_v4(economy, sol, usdc, 20_000 * LAMPORTS_PER_SOL, 20_000 * micro),
        whirlpool(economy, sol, usdt, 2_000 * LAMPORTS_PER_SOL, 2_000 * micro, 500, 4),
        damm(economy, sol, usdc, 3_000 * LAMPORTS_PER_SOL, 3_000 * micro),
        whirlpool(economy, usdc, usdt, 5 * 10**12, 5 * 10**12, 100, 1),
    ]


def _established(economy: Economy, random: Random, place: int, name: str, symbol: str) -> None:
    """A token that has traded for long, in one to three pools."""
    program = ids.TOKEN_2022 if place % 4 == 3 else TOKEN
    mint = new_mint(economy, program, 6 if place % 3 else 9, name, symbol)
    mint.account.lamports = rent_exempt(82)
    mint.account.program = program.address
    mint.uri = f"https://arweave.net/{symbol.lower()}"
    creator = economy.ledger.wallet(20 * LAMPORTS_PER_SOL)
    if program is ids.TOKEN_2022:
        extend(mint, creator, fee_bps=100 if place % 8 == 7 else 0)
        mint.account.lamports = rent_exempt(len(mint_bytes(mint)))
    else:
        describe(economy, mint, creator)
    listing = Listing(mint, creator, economy.slot)
    deep = log_normal(random, 900, 0.7) * LAMPORTS_PER_SOL
    tokens = _SUPPLY * 10 ** (mint.decimals - 6) // random.randrange(4, 20)
    make: tuple[Callable[[Economy, MintState, MintState, int, int], Pool], ...] = (
        (cpmm, damm, cpmm) if program is ids.TOKEN_2022 else (amm_v4, cpmm, damm)
    )
    for share in range(1 + place % 3):
        factory = make[share]
        listing.pools.append(
            factory(economy, mint, economy.sol, tokens // (share + 1), deep // (share + 1))
        )
    if place % 4 == 0:
        micro = deep * economy.outside.micro_usd() // LAMPORTS_PER_SOL
        listing.pools.append(amm_v4(economy, mint, economy.usdc, tokens // 4, micro // 4))
    grant(creator, mint, tokens * 2, economy)
    listing.attention = random.paretovariate(1.1)
    listing.anchor()
    economy.established.append(listing)
    economy.list(listing)
    economy.book.token(mint.address, creator.address, economy.slot, None, None, "established")


def _tables(economy: Economy) -> list[LookupTable]:
    """What wallets and routers keep in tables: programs, money, and the busiest pools."""
    ledger = economy.ledger
    common = [
        *ids.PROGRAMS,
        *ids.SYSVARS,
        economy.sol.account,
        economy.usdc.account,
        economy.usdt.account,
        *economy.tip_accounts,
        *(
            ledger.known(address)
            for address in (
                jupiter.EVENT_AUTHORITY,
                pump.GLOBAL,
                pump.FEE_RECIPIENT,
                pump.EVENT_AUTHORITY,
                pump_amm.GLOBAL_CONFIG,
                pump_amm.EVENT_AUTHORITY,
            )
        ),
    ]
    pools = [*economy.dollar_pools, *(p for item in economy.established for p in item.pools)]
    parts = [account for pool in pools for account in _parts(pool)]
    chunks = [common, *(parts[start : start + 250] for start in range(0, len(parts), 250))]
    program = ids.LOOKUP_TABLE.address
    return [LookupTable(ledger.fresh(program, 0), list(dict.fromkeys(c))) for c in chunks]


def _parts(pool: Pool) -> list[LedgerAccount]:
    """The accounts of a pool that every swap names."""
    nobody = LedgerAccount(bytes(32), "", "")
    order = Order(nobody, nobody, nobody, pool.base, 1, 1, 0)
    named = pool.swap(order).accounts
    return [a for a in named if a is not nobody]
