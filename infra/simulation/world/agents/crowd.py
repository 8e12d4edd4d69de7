"""Agents of one kind, drawn by how active they are."""

from itertools import accumulate
from random import Random
from typing import Final

from infra.simulation.world.agents.base import Agent
from infra.simulation.world.rates import pareto_weights

_ACTIVITY_INDEX: Final = 1.2
"""Tail index of how often people act: one payer sent 28 % of the recorded block."""


class Crowd:
    """Agents of one kind, drawn by an activity with a heavy tail."""

    def __init__(self, random: Random, agents: list[Agent], weight: float) -> None:
        self.agents = agents
        self.weight = weight
        self._random = random
        self._weights = list(accumulate(pareto_weights(random, len(agents), _ACTIVITY_INDEX)))

    def draw(self) -> Agent:
        """Whose turn it is."""
        return self._random.choices(self.agents, cum_weights=self._weights)[0]

    def welcome(self, agent: Agent) -> None:
        """Another one of them."""
        self.agents.append(agent)
        last = self._weights[-1] if self._weights else 0.0
        self._weights.append(last + self._random.paretovariate(_ACTIVITY_INDEX))
