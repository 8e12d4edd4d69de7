"""How often and how much: every rate of the world, with the figures it is taken from.

Sources, all recorded from the real chain or market:
- blocks: mainnet blocks 332254855 (2025-04-09; 360 transactions beside votes) and 254170887
  (2024-03-14; 444). Priority fees: median 960 and 3,815 lamports, standard deviation of the
  logarithm 2.9 and 2.7. Unit prices: median 4,076 and 25,613 micro-lamports, 99th percentile
  3.0 and 2.0 million. Version 0: 92 % and 59 %; with lookup tables: 86 % and 57 %. With a Jito
  tip: 4.7 % and 1.4 %, half of them of 10,000 lamports, one in ten of 8 million and more.
  Plain SOL payments: tail index 0.45. One payer alone sent 28 % of the first block.
- trades: 66 Pump.fun and PumpSwap events in the recorded transactions: median 0.21 SOL,
  quartiles 0.004 and 1.04, ninth decile 9.5.
- prices: SOL/USDT 15 minutes, 2020-08 to 2022-10: standard deviation 0.87 %, kurtosis 22, tail
  index 3.6, hence Student's t with 4 degrees of freedom.
- labels: 74 % of 6,491 labelled Pump.fun tokens are of high risk (MemeTrans); of 3,011 pools of
  2021 and 2022 in SolRPDS, 49 % had at least as much liquidity removed as was added.
"""

import math
from random import Random
from typing import Final

LAMPORTS_PER_SOL: Final = 1_000_000_000

TRADE_MEDIAN_LAMPORTS: Final = 210_000_000
TRADE_LOG_DEVIATION: Final = 1.9
UNIT_PRICE_MEDIAN: Final = 8_000
UNIT_PRICE_LOG_DEVIATION: Final = 2.2
UNIT_PRICE_MAXIMUM: Final = 20_000_000
VERSION_0_PERCENT: Final = 92
LOOKUP_PERCENT: Final = 70
"""Of the version 0 transactions: between the two blocks' 93 % and 97 % of theirs and simpler
wallets, whose accounts are new and in no table."""
NO_PRIORITY_PERCENT: Final = 15
TIP_PERCENT: Final = 5

SLOT_DEVIATION: Final = 0.0087 / math.sqrt(15 * 60 / 0.4)
"""Standard deviation of SOL's log price over one slot of 0.4 s, from that over 15 minutes."""
TAIL_DEGREES: Final = 4

SKIPPED_SLOT_PERCENT: Final = 4
"""Slots without a block; between 2 % and 5 % on mainnet in 2024 and 2025 by public explorers."""
PUMP_RUG_PERCENT: Final = 74
POOL_RUG_PERCENT: Final = 49


def log_normal(random: Random, median: float, deviation: float) -> int:
    """A positive whole number around ``median`` with a heavy upper tail."""
    return max(int(median * math.exp(random.gauss(0.0, deviation))), 1)


def pareto_weights(random: Random, count: int, index: float) -> list[float]:
    """Activity of ``count`` participants: a few do most of it."""
    return [random.paretovariate(index) for _ in range(count)]


def student_t(random: Random, degrees: int = TAIL_DEGREES) -> float:
    """A Student's t of unit variance."""
    chi_squared = random.gammavariate(degrees / 2, 2.0)
    raw = random.gauss(0.0, 1.0) / math.sqrt(chi_squared / degrees)
    return raw * math.sqrt((degrees - 2) / degrees)


def trade_lamports(random: Random) -> int:
    """What an ordinary trade spends."""
    return log_normal(random, TRADE_MEDIAN_LAMPORTS, TRADE_LOG_DEVIATION)


def unit_price(random: Random) -> int:
    """Micro-lamports an ordinary wallet offers for a compute unit; often none."""
    if random.randrange(100) < NO_PRIORITY_PERCENT:
        return 0
    drawn = log_normal(random, UNIT_PRICE_MEDIAN, UNIT_PRICE_LOG_DEVIATION)
    return min(drawn, UNIT_PRICE_MAXIMUM)


def tip_lamports(random: Random) -> int:
    """A Jito tip: mostly the customary 10,000, sometimes a serious bid."""
    if random.randrange(100) < 60:
        return 10_000 + random.randrange(30)
    return log_normal(random, 400_000, 2.0)
