"""Faults as a command line or a URL writes them: ``drop=10%``, ``delay=30%,amount=2000``."""

from typing import Final

from infra.simulation.servers.faults import FaultKind, FaultNotAllowed, FaultOrder, Service

_NUMBERS: Final = {"amount": "amount", "times": "times"}


def fault_orders(text: str) -> list[FaultOrder]:
    """The orders in ``text``, separated by ``;``; raises FaultNotAllowed naming the bad part."""
    return [_order(part.strip()) for part in text.split(";") if part.strip()]


def _order(text: str) -> FaultOrder:
    head, *settings = [part.strip() for part in text.split(",")]
    name, _, percent = head.partition("=")
    try:
        kind = FaultKind(name)
    except ValueError:
        raise FaultNotAllowed(f"{name!r}: expected one of {', '.join(FaultKind)}") from None
    fields: dict[str, int] = {}
    service = Service.ANY
    if percent:
        fields["percent"] = _number(percent.removesuffix("%"), head)
    for setting in settings:
        key, _, value = setting.partition("=")
        if key in _NUMBERS:
            fields[_NUMBERS[key]] = _number(value, setting)
        elif key == "for":
            fields["lasts_ms"] = _number(value.removesuffix("s"), setting) * 1_000
        elif key == "service" and value in set(Service):
            service = Service(value)
        else:
            raise FaultNotAllowed(f"{setting!r}: expected amount=, times=, for=…s or service=")
    return FaultOrder(
        kind=kind,
        percent=fields.get("percent", 100),
        amount=fields.get("amount"),
        lasts_ms=fields.get("lasts_ms"),
        times=fields.get("times"),
        service=service,
    )


def _number(text: str, whole: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise FaultNotAllowed(f"{whole!r}: {text!r} is not a whole number") from None
