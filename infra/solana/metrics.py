"""What following the chain counts."""

from typing import Final

from prometheus_client import Counter, Gauge

LOOKS: Final = Counter("cipherx_follow_looks", "Looks at a wallet's history", ["outcome"])
FOUND_MISSING: Final = Counter(
    "cipherx_follow_missing", "Listed transactions that had not been received"
)
OLDEST_LOOK_SECONDS: Final = Gauge(
    "cipherx_follow_oldest_look_seconds", "How long ago the watched wallet seen longest ago was"
)
WATCHED: Final = Gauge("cipherx_follow_watched", "Watched wallets")
TIP: Final = Gauge("cipherx_follow_tip_slot", "Newest finalized slot seen")
TIP_STILL_SECONDS: Final = Gauge(
    "cipherx_follow_tip_still_seconds", "How long the finalized tip has not moved"
)
LAGGING: Final = Gauge("cipherx_follow_lagging_endpoints", "RPC endpoints behind the best one")
SETTLED: Final = Counter("cipherx_finality_settled", "Transactions settled", ["outcome"])
UNSETTLED: Final = Gauge("cipherx_finality_pending", "Transactions not final yet")
FLEET_DRIFT: Final = Gauge(
    "cipherx_helius_drift", "Addresses wanted but not registered, or the other way round", ["side"]
)
FLEET_CREDITS: Final = Gauge("cipherx_helius_credits_today", "Credits our calls cost today")
