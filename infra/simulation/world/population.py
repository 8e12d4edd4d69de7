"""Who lives in the world, and who sends something in the next block."""

from itertools import accumulate
from random import Random
from typing import Final

from infra.simulation.world.agents.arbitrageur import Arbitrageur
from infra.simulation.world.agents.base import Agent
from infra.simulation.world.agents.maker import MarketMaker
from infra.simulation.world.agents.paths import Paths
from infra.simulation.world.agents.retail import Retail
from infra.simulation.world.agents.trader import Trader
from infra.simulation.world.desk import Desk
from infra.simulation.world.economy import Economy, Intent, Lazy
from infra.simulation.world.rates import pareto_weights
from infra.simulation.world.runtime.validator import Request

_RETAIL: Final = 400
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


class Population:
    """Every agent there is, and the order in which their transactions reach the leader."""

    def __init__(
        self, economy: Economy, per_block: float, votes_per_block: int, spam_percent: int
    ) -> None:
        self._economy = economy
        self._random = economy.random("population")
        self._per_block = per_block
        self.desk = Desk(economy)
        self.paths = Paths(economy, self.desk)
        self.crowds = self._crowds(spam_percent)
        self.agents: list[Agent] = [a for crowd in self.crowds for a in crowd.agents]
        self._crowd_weights = list(accumulate(crowd.weight for crowd in self.crowds))

    def intents(self) -> list[Request | Lazy]:
        """What reaches the leader in this slot, in the order it is executed."""
        intents: list[Intent] = self._economy.due()
        for _ in range(self._count()):
            crowd = self._random.choices(self.crowds, cum_weights=self._crowd_weights)[0]
            intents += crowd.draw().act()
        sent = [intent for intent in intents if intent is not None]
        sent.sort(key=_bid, reverse=True)
        return sent

    def _count(self) -> int:
        """Actions in this slot: Poisson around a rate that itself varies (bursts)."""
        rate = self._per_block * self._random.gammavariate(2.0, 0.5)
        count = 0
        left = self._random.expovariate(1.0)
        while left < rate:
            count += 1
            left += self._random.expovariate(1.0)
        return count

    def _crowds(self, spam_percent: int) -> list[Crowd]:
        economy, desk, paths = self._economy, self.desk, self.paths
        retail: list[Agent] = [
            Retail(economy, desk, paths, f"retail-{place}") for place in range(_RETAIL)
        ]
        traders: list[Agent] = [
            Trader(
                economy,
                desk,
                paths,
                f"trader-{place}",
                contrarian=place % 2 == 1,
                skill_percent=(0, 0, 30, 60, 90)[place % 5],
            )
            for place in range(40)
        ]
        makers: list[Agent] = [
            MarketMaker(economy, desk, f"market-maker-{place}") for place in range(4)
        ]
        careful: list[Agent] = [
            Arbitrageur(economy, desk, f"arbitrageur-{place}", reckless=False) for place in range(4)
        ]
        spammers: list[Agent] = [
            Arbitrageur(economy, desk, f"spammer-{place}", reckless=True) for place in range(3)
        ]
        rest = 100 - spam_percent
        return [
            Crowd(self._random, retail, rest * 0.6),
            Crowd(self._random, traders, rest * 0.12),
            Crowd(self._random, makers, rest * 0.22),
            Crowd(self._random, careful, rest * 0.06),
            Crowd(self._random, spammers, spam_percent),
        ]


def _bid(intent: Request | Lazy) -> int:
    """What a leader sorts by; bundles made when their turn comes go first."""
    return intent.unit_price if isinstance(intent, Request) else 1 << 62
