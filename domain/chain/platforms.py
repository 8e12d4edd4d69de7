"""Wallets that take the fee of a trading bot or platform, by its name.

Source: the fee wallets public analytics count these platforms' traders by (Dune queries), and
those other open parsers set aside.
"""

from collections.abc import Mapping
from typing import Final

_WALLETS: Final[Mapping[str, tuple[str, ...]]] = {
    "gmgn": (
        "BB5dnY55FXS1e1NXqZDwCzgdYJdMCj3B92PU6Q5Fb6DT",
        "7sHXjs1j7sDJGVSMSPjD1b4v3FD6uRSvRWfhRdfv5BiA",
        "HeZVpHj9jLwTVtMMbzQRf6mLtFPkWNSg11o68qrbUBa3",
        "ByRRgnZenY6W2sddo1VJzX9o4sMU4gPDUkcmgrpGBxRy",
        "DXfkEGoo6WFsdL7x6gLZ7r6Hw2S6HrtrAQVPWYx2A1s9",
        "3t9EKmRiAUcQUYzTZpNojzeGP1KBAVEEbDNmy6wECQpK",
        "DymeoWc5WLNiQBaoLuxrxDnDRvLgGZ1QGsEoCAM7Jsrx",
        "dBhdrmwBkRa66XxBuAK4WZeZnsZ6bHeHCCLXa3a8bTJ",
        "6TxjC5wJzuuZgTtnTMipwwULEbMPx5JPW3QwWkdTGnrn",
    ),
    "axiom": (
        "7LCZckF6XXGQ1hDY6HFXBKWAtiUgL9QY5vj1C4Bn1Qjj",
        "4V65jvcDG9DSQioUVqVPiUcUY9v6sb6HKtMnsxSKEz5S",
        "CeA3sPZfWWToFEBmw5n1Y93tnV66Vmp8LacLzsVprgxZ",
        "AaG6of1gbj1pbDumvbSiTuJhRCRkkUNaWVxijSbWvTJW",
        "7oi1L8U9MRu5zDz5syFahsiLUric47LzvJBQX6r827ws",
        "9kPrgLggBJ69tx1czYAbp7fezuUmL337BsqQTKETUEhP",
        "DKyUs1xXMDy8Z11zNsLnUg3dy9HZf6hYZidB6WodcaGy",
        "4FobGn5ZWYquoJkxMzh2VUAWvV36xMgxQ3M7uG1pGGhd",
        "76sxKrPtgoJHDJvxwFHqb3cAXWfRHFLe3VpKcLCAHSEf",
        "H2cDR3EkJjtTKDQKk8SJS48du9mhsdzQhy8xJx5UMqQK",
        "8m5GkL7nVy95G4YVUbs79z873oVKqg2afgKRmqxsiiRm",
        "4kuG6NsAFJNwqEkac8GFDMMheCGKUPEbaRVHHyFHSwWz",
        "8vFGAKdwpn4hk7kc1cBgfWZzpyW3MEMDATDzVZhddeQb",
        "86Vh4XGLW2b6nvWbRyDs4ScgMXbuvRCHT7WbUT3RFxKG",
        "DZfEurFKFtSbdWZsKSDTqpqsQgvXxmESpvRtXkAdgLwM",
        "5L2QKqDn5ukJSWGyqR4RPvFvwnBabKWqAqMzH4heaQNB",
        "DYVeNgXGLAhZdeLMMYnCw1nPnMxkBN7fJnNpHmizTrrF",
        "Hbj6XdxX6eV4nfbYTseysibp4zZJtVRRPn2J3BhGRuK9",
        "846ah7iBSu9ApuCyEhA5xpnjHHX7d4QJKetWLbwzmJZ8",
        "5BqYhuD4q1YD3DMAYkc1FeTu9vqQVYYdfBAmkZjamyZg",
    ),
    "fomo": ("HrTf9CzXR1dRH4Sof5QrpmGWwpwAf3qZzwCsEjQpXcSq",),
    "trojan": (
        "9yMwSPk9mrXSN7yDHUuZurAh1sjbJsfpUqjZ7SvVtdco",
        "92Med3qeK7duC5iiYsHX38H2f2twJfRsSx93oNrza2VH",
        "2jwHNxavSoMZMEDbT1eV9PcPt5dDcayCqM6MkgaPpmWQ",
        "65gDv7pZQCZELsNpNYSFEBtNFpWZAbxmRFB6BGMqFkHH",
        "BWgb8wR1FEGiu1jCDSKuHKf752W27b4iN6SvoNCiK4qp",
        "8jgg7moFJkHyTtAv9M6RBSPMp2oXeXhuiUMKW8YbYCWn",
    ),
    "photon": ("AVUCZyuT35YSuj4RH7fwiyPu82Djn2Hfg7y2ND2XcnZH",),
    "maestro": (
        "MaestroUL88UBnZr3wfoN7hqmNWFi3ZYCGqZoJJHE36",
        "FRMxAnZgkW58zbYcE7Bxqsg99VWpJh6sMP5xLzAWNabN",
    ),
    "bonkbot": ("ZG98FUCjb8mJ824Gbs6RsgVmr1FhXb2oNiJHa2dwmPd",),
    "bullx": ("F4hJ3Ee3c5UuaorKAMfELBjYCjiiLH75haZTKqTywRP3",),
    "pepeboost": ("G9PhF9C9H83mAjjkdJz4MDqkufiTPMJkx7TnKE1kFyCp",),
    "pinkpunk": ("DShXwLqk6ZHZFtdzE8HMDsGJLhEvrxgRdB5K16V28arK",),
    "sol-trading-bot": ("HEPL5rTb6n1Ax6jt9z2XMPFJcDe9bSWvWQpsK7AMcbZg",),
    "jupiter": ("45ruCyfdRkWpRNGEqWzjCiXRHkZs8WXCLQ67Pnpye7Hp",),
}
PLATFORM_OF: Final[Mapping[str, str]] = {
    wallet: platform for platform, wallets in _WALLETS.items() for wallet in wallets
}
"""The platform a payment to this wallet goes to."""
