"""Refusals: what the domain does not allow, each naming the thing, the rule and what was found.

DomainError                  same command, same answer
├── InvalidValue             a field breaks a rule of its own
│   ├── InvalidAddress
│   ├── InvalidSignature
│   └── NotPositive
├── NotAllowed               the thing's present state forbids it
├── StaleVersion             the caller decided on an older state than there is
└── NotFound                 no such thing, or not the caller's
"""

from typing import Final

SHOWN_CHARACTERS_MAX: Final = 64
"""How much of a refused text is repeated back: enough to recognise, too little to flood a log."""


class DomainError(Exception):
    """The domain refuses; asking again gives the same answer."""


class InvalidValue(DomainError):
    """A value breaks a rule of its field."""

    def __init__(self, field: str, found: object, rule: str) -> None:
        super().__init__(f"{field} {_shown(found)}: {rule}")
        self.field = field
        self.rule = rule


class InvalidAddress(InvalidValue):
    """Not base58 of 32 bytes."""

    def __init__(self, found: str) -> None:
        super().__init__("address", found, "must be base58 of 32 bytes (32 to 44 characters)")


class InvalidSignature(InvalidValue):
    """Not base58 of 64 bytes."""

    def __init__(self, found: str) -> None:
        super().__init__("signature", found, "must be base58 of 64 bytes (64 to 88 characters)")


class NotPositive(InvalidValue):
    """An amount that must be at least 1 is not."""

    def __init__(self, field: str, found: int) -> None:
        super().__init__(field, found, "must be at least 1")


class NotAllowed(DomainError):
    """The present state of ``what`` forbids it."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")


class StaleVersion(DomainError):
    """The caller names a version that is no longer the present one."""

    def __init__(self, named: int, present: int) -> None:
        super().__init__(f"version {named} is stale: the present one is {present}")
        self.named = named
        self.present = present


class NotFound(DomainError):
    """There is no such ``kind``, or it is somebody else's, which is told alike."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"no {kind} {_shown(key)}")
        self.kind = kind


def _shown(found: object) -> str:
    text = repr(found)
    return text if len(text) <= SHOWN_CHARACTERS_MAX else text[:SHOWN_CHARACTERS_MAX] + "…"
