"""Fixtures of the simulated chain."""

from tests.support.simulation import receiver, simulation

__all__ = ["receiver", "simulation"]
