"""Registered webhooks, with the limits Helius states and the one it does not."""

import random
import uuid
from typing import Final

import msgspec
from solders.pubkey import Pubkey
from yarl import URL

from infra.simulation.servers.addresses import is_loopback
from infra.simulation.servers.helius.errors import bad_request, not_found
from infra.simulation.servers.replies import JsonObject

ADDRESSES_MAX: Final = 100_000
LISTED_ADDRESSES_MAX: Final = 100
"""``GET /v0/webhooks`` cuts each list here without saying so."""
WEBHOOKS_MAX: Final = 1_000
TYPES: Final = ("enhanced", "raw", "discord", "enhancedDevnet", "rawDevnet", "discordDevnet")
STATUSES: Final = ("all", "success", "failed")
OWNER: Final = "Simu1atedProject111111111111111111111111111"


class WebhookOrder(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The body of POST and PUT; a PUT that leaves something out keeps what was there."""

    webhook_url: str | None = msgspec.field(default=None, name="webhookURL")
    transaction_types: list[str] | None = None
    account_addresses: list[str] | None = None
    webhook_type: str | None = None
    auth_header: str | None = None
    encoding: str | None = None
    txn_status: str | None = None


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """One registration."""

    id: str
    url: str
    types: tuple[str, ...]
    addresses: tuple[str, ...]
    kind: str
    auth_header: str
    encoding: str
    status: str
    active: bool = True

    @property
    def raw(self) -> bool:
        """Whether deliveries carry raw transactions."""
        return self.kind.startswith("raw")

    def shown(self, addresses_max: int = ADDRESSES_MAX) -> JsonObject:
        """As the management API answers it."""
        return {
            "webhookID": self.id,
            "project": "simulated",
            "wallet": OWNER,
            "webhookURL": self.url,
            "transactionTypes": list(self.types),
            "accountAddresses": list(self.addresses[:addresses_max]),
            "webhookType": self.kind,
            "authHeader": self.auth_header,
            "encoding": self.encoding,
            "txnStatus": self.status,
            "active": self.active,
        }


class Webhooks:
    """Keeps registrations and which addresses each really watches.

    ``watched_max`` is how many addresses take effect: 95,000 imitates the cap that swallowed
    86,697 wallets in the 2026-06 post-mortem without an error.
    """

    def __init__(self, seed: int, watched_max: int = ADDRESSES_MAX) -> None:
        self._ids = random.Random(f"webhooks/{seed}")  # noqa: S311 - ids need only repeat
        self._webhooks: dict[str, Webhook] = {}
        self._watched: dict[str, frozenset[str]] = {}
        self._watched_max = watched_max

    def all(self) -> list[Webhook]:
        """Every registration, oldest first."""
        return list(self._webhooks.values())

    def get(self, webhook_id: str) -> Webhook:
        """One registration; raises HeliusError 404."""
        if webhook_id not in self._webhooks:
            raise not_found(webhook_id)
        return self._webhooks[webhook_id]

    def watched(self, webhook_id: str) -> frozenset[str]:
        """The addresses that take effect."""
        return self._watched.get(webhook_id, frozenset())

    def set_watched_max(self, addresses: int) -> None:
        """Move the silent cap, for all registrations."""
        self._watched_max = addresses
        for webhook in self._webhooks.values():
            self._put(webhook)

    def create(self, order: WebhookOrder) -> Webhook:
        """Register; raises HeliusError 400 for what Helius refuses."""
        if len(self._webhooks) >= WEBHOOKS_MAX:
            raise bad_request(f"at most {WEBHOOKS_MAX} webhooks")
        if order.webhook_url is None or order.account_addresses is None:
            raise bad_request("webhookURL and accountAddresses are required")
        fresh = uuid.UUID(int=self._ids.getrandbits(128), version=4)
        empty = Webhook(
            id=str(fresh),
            url="",
            types=("ANY",),
            addresses=(),
            kind="enhanced",
            auth_header="",
            encoding="jsonParsed",
            status="all",
        )
        return self._put(_ordered(empty, order))

    def replace(self, webhook_id: str, order: WebhookOrder) -> Webhook:
        """Change a registration; raises HeliusError 400 or 404."""
        return self._put(_ordered(self.get(webhook_id), order))

    def switch(self, webhook_id: str, *, active: bool) -> Webhook:
        """Toggle deliveries; raises HeliusError 404."""
        return self._put(msgspec.structs.replace(self.get(webhook_id), active=active))

    def delete(self, webhook_id: str) -> None:
        """Forget a registration; raises HeliusError 404."""
        del self._webhooks[self.get(webhook_id).id]
        self._watched.pop(webhook_id, None)

    def _put(self, webhook: Webhook) -> Webhook:
        self._webhooks[webhook.id] = webhook
        self._watched[webhook.id] = frozenset(webhook.addresses[: self._watched_max])
        return webhook


def _ordered(webhook: Webhook, order: WebhookOrder) -> Webhook:
    _check(order)
    changes = {
        "url": order.webhook_url,
        "types": None if order.transaction_types is None else tuple(order.transaction_types),
        "addresses": None if order.account_addresses is None else tuple(order.account_addresses),
        "kind": order.webhook_type,
        "auth_header": order.auth_header,
        "encoding": order.encoding,
        "status": order.txn_status,
    }
    kept = {name: value for name, value in changes.items() if value is not None}
    return msgspec.structs.replace(webhook, **kept)


def _check(order: WebhookOrder) -> None:
    if order.webhook_url is not None and not _acceptable(order.webhook_url):
        raise bad_request(f"invalid webhook URL: {order.webhook_url}")
    if order.webhook_type is not None and order.webhook_type not in TYPES:
        raise bad_request(f"invalid webhookType: {order.webhook_type}")
    if order.txn_status is not None and order.txn_status not in STATUSES:
        raise bad_request(f"invalid txnStatus: {order.txn_status}")
    if order.transaction_types is not None and not order.transaction_types:
        raise bad_request("transactionTypes must not be empty")
    addresses = order.account_addresses or []
    if len(addresses) > ADDRESSES_MAX:
        raise bad_request(f"accountAddresses must have at most {ADDRESSES_MAX} entries")
    for address in addresses:
        if not 32 <= len(address) <= 44:
            raise bad_request(f"invalid address: {address}")
    for address in addresses[:LISTED_ADDRESSES_MAX]:  # the rest by length: 100,000 take 0.1 s
        try:
            Pubkey.from_string(address)
        except ValueError as wrong:
            raise bad_request(f"invalid address: {address}") from wrong


def _acceptable(url: str) -> bool:
    """Helius takes public HTTPS alone; the simulation delivers to this machine alone."""
    try:
        parsed = URL(url)
    except ValueError:
        return False
    return parsed.scheme in ("http", "https") and is_loopback(parsed)
