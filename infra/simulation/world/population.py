"""Who lives in the world, and who sends something in the next block."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from infra.simulation.world.agents.arbitrageur import Arbitrageur
from infra.simulation.world.agents.base import Agent
from infra.simulation.world.agents.crowd import Crowd
from infra.simulation.world.agents.exchange import Exchange
from infra.simulation.world.agents.launches import Creator, Launches
from infra.simulation.world.agents.maker import MarketMaker
from infra.simulation.world.agents.oracle import Transmitter, Validators
from infra.simulation.world.agents.paths import Paths
from infra.simulation.world.agents.retail import Retail
from infra.simulation.world.agents.ring import SybilRing
from infra.simulation.world.agents.sniper import Sniper
from infra.simulation.world.agents.spammer import DustSpammer
from infra.simulation.world.agents.trader import Trader
from infra.simulation.world.agents.wash import WashTrader
from infra.simulation.world.agents.whale import STYLES, Whale
from infra.simulation.world.desk import Desk
from infra.simulation.world.economy import Economy, Intent, Lazy
from infra.simulation.world.runtime.account import LedgerAccount
from infra.simulation.world.runtime.validator import Request

_RETAIL: Final = 400
_TRADERS: Final = 40
_BANKED: Final = ("trader", "whale", "creator", "wash-trader", "arbitrageur", "sniper")
"""Who withdraws from exchanges; a ring would give itself away, makers have their own line."""
_SKILLS: Final = (0, 0, 30, 60, 90)


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
        self.launches = Launches(economy, self.desk)
        self.agents: list[Agent] = []
        self._retail = self._crowd(
            [Retail(economy, self.desk, self.paths, f"retail-{n}") for n in range(_RETAIL)], 50
        )
        rest = 100 - spam_percent
        self.crowds = [self._retail, *self._others(), *self._hidden_hands()]
        for crowd in self.crowds:
            crowd.weight *= rest / 100
        self.crowds.append(self._spam(spam_percent))
        self._crowd_weights = list(accumulate(crowd.weight for crowd in self.crowds))
        self._transmitter = Transmitter(economy)
        self._validators = Validators(economy, votes_per_block)

    def intents(self) -> list[Request | Lazy]:
        """What reaches the leader in this slot, in the order it is executed."""
        intents: list[Intent] = [*self._economy.due(), *self._transmitter.due()]
        acted: dict[Agent, None] = {}
        for _ in range(self._count()):
            crowd = self._random.choices(self.crowds, cum_weights=self._crowd_weights)[0]
            agent = crowd.draw()
            if agent not in acted:
                acted[agent] = None
                intents += agent.act()
        sent = [intent for intent in intents if intent is not None]
        sent.sort(key=_bid, reverse=True)
        return [*self._validators.due(), *sent]

    def _count(self) -> int:
        """Actions in this slot: Poisson around a rate that itself varies (bursts)."""
        rate = self._per_block * self._random.gammavariate(2.0, 0.5)
        count = 0
        left = self._random.expovariate(1.0)
        while left < rate:
            count += 1
            left += self._random.expovariate(1.0)
        return count

    def _crowd(self, agents: Sequence[Agent], weight: float) -> Crowd:
        self.agents += agents
        return Crowd(self._random, list(agents), weight)

    def _others(self) -> list[Crowd]:
        """Those who act for profit, in the open."""
        economy, desk, paths = self._economy, self.desk, self.paths
        traders = [
            Trader(
                economy,
                desk,
                paths,
                f"trader-{n}",
                contrarian=n % 2 == 1,
                skill_percent=_SKILLS[n % len(_SKILLS)],
            )
            for n in range(_TRADERS)
        ]
        whales = [
            Whale(economy, desk, paths, f"whale-{n}", STYLES[n % len(STYLES)]) for n in range(9)
        ]
        makers = [MarketMaker(economy, desk, f"market-maker-{n}") for n in range(4)]
        arbitrageurs = [
            Arbitrageur(economy, desk, f"arbitrageur-{n}", reckless=False) for n in range(4)
        ]
        exchanges = [
            Exchange(economy, desk, f"exchange-{n}", self._customer, self._welcome)
            for n in range(3)
        ]
        economy.reserve = exchanges[0].hot
        return [
            self._crowd(traders, 10),
            self._crowd(whales, 3),
            self._crowd(makers, 16),
            self._crowd(arbitrageurs, 5),
            self._crowd(exchanges, 7),
        ]

    def _hidden_hands(self) -> list[Crowd]:
        """Those who would rather not be recognised."""
        economy, desk = self._economy, self.desk
        creators = [Creator(economy, desk, self.launches, f"creator-{n}") for n in range(12)]
        snipers = [Sniper(economy, desk, f"sniper-{n}", picky=1 + n % 4) for n in range(8)]
        rings = [SybilRing(economy, desk, f"ring-{n}", size=8 + 3 * n) for n in range(3)]
        self.launches.watchers += [sniper.hears for sniper in snipers]
        self.launches.watchers += [ring.hears for ring in rings]
        washers = [WashTrader(economy, desk, f"wash-trader-{n}") for n in range(3)]
        return [
            self._crowd(creators, 0.8),
            self._crowd(snipers, 2),
            self._crowd(rings, 0.5),
            self._crowd(washers, 3),
        ]

    def _spam(self, percent: float) -> Crowd:
        economy, desk = self._economy, self.desk
        bots: list[Agent] = [
            Arbitrageur(economy, desk, f"spammer-{n}", reckless=True) for n in range(3)
        ]
        dust = DustSpammer(economy, desk, "dust-spammer", self._retail.draw)
        return self._crowd([*bots, dust], percent)

    def _customer(self) -> Agent:
        """Whom an exchange deals with: mostly private people, now and then one of the others."""
        if self._random.randrange(10) < 7:
            return self._retail.draw()
        crowd = self._random.choice(self.crowds)
        return crowd.draw() if crowd.agents[0].kind in _BANKED else self._retail.draw()

    def _welcome(self, wallet: LedgerAccount) -> None:
        """Somebody new, who trades from now on."""
        name = f"retail-{len(self._retail.agents)}"
        newcomer = Retail(self._economy, self.desk, self.paths, name, wallet)
        self.agents.append(newcomer)
        self._retail.welcome(newcomer)


def _bid(intent: Request | Lazy) -> int:
    """What a leader sorts by; bundles made when their turn comes go first."""
    return intent.unit_price if isinstance(intent, Request) else 1 << 62
