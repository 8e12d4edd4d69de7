"""The judge itself: each kind of fault is found, and nothing else."""

from uuid import UUID

import pytest

from tests.ordering.order_check import Findings, Seen, check

A, B = UUID(int=1), UUID(int=2)
PROMISED = [Seen(1, A, 1), Seen(2, B, 1), Seen(3, A, 2), Seen(4, A, 3)]


def faults(findings: Findings) -> set[str]:
    return {kind for kind in findings.__struct_fields__ if getattr(findings, kind)}


def test_a_faithful_reader_is_cleared() -> None:
    assert check(PROMISED, reversed(PROMISED)).none


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([*PROMISED[:3]], {"missed"}),
        ([PROMISED[0], *PROMISED[2:]], {"missed"}),
        ([*PROMISED[:2], PROMISED[3]], {"missed", "not_contiguous"}),
        ([PROMISED[1], PROMISED[0], *PROMISED[2:]], {"out_of_order"}),
        ([*PROMISED, PROMISED[3]], {"repeated", "out_of_order", "not_contiguous"}),
        ([*PROMISED, Seen(5, B, 2)], {"never_promised"}),
        ([], {"missed"}),
    ],
)
def test_every_fault_is_found(seen: list[Seen], expected: set[str]) -> None:
    findings = check(seen, PROMISED)
    assert faults(findings) == expected
    assert not findings.none
