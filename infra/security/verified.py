"""Credentials that were verified, so that the next request costs microseconds."""

from collections import OrderedDict
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from api.ports import Identity

KEPT_MAX: Final = 10_000
"""A few MB; whoever is dropped is verified again."""


class Verified(NamedTuple):
    """Whose it is. Until ``fresh_until`` nobody is asked; after it, whether it was revoked."""

    identity: Identity
    fresh_until: datetime


class VerifiedCredentials:
    """By fingerprint, the least recently used dropped first; it never holds a credential."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Verified] = OrderedDict()

    def find(self, fingerprint: bytes) -> Verified | None:
        """What was verified, fresh or not."""
        found = self._kept.get(fingerprint)
        if found is not None:
            self._kept.move_to_end(fingerprint)
        return found

    def keep(self, fingerprint: bytes, verified: Verified) -> None:
        """Remember it."""
        self._kept[fingerprint] = verified
        if len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)

    def drop(self, fingerprint: bytes) -> None:
        """Forget one."""
        self._kept.pop(fingerprint, None)

    def drop_account(self, account_id: UUID) -> None:
        """Forget all of an account's: it changed. Rare, so looking through all is fine."""
        for fingerprint, verified in list(self._kept.items()):
            if verified.identity.account_id == account_id:
                del self._kept[fingerprint]
