"""The truth is true: it follows from balances, and the agents are what it says they are."""

from collections import defaultdict

from infra.simulation.world.chain import World
from infra.simulation.world.programs import ids
from infra.simulation.world.record import blocks
from tests.infra.simulation.world.conftest import History


def test_what_a_trade_moved_shows_in_the_traders_balances(history: History) -> None:
    change: dict[tuple[str, str, str], int] = defaultdict(int)
    for tx in history.transactions:
        for balances, sign in ((tx.meta.post_token_balances, 1), (tx.meta.pre_token_balances, -1)):
            for b in balances:
                change[tx.signature, b.owner, b.mint] += sign * b.amount
    by_transaction: dict[tuple[str, str, str], int] = defaultdict(int)
    for trade in history.truth.trades:
        by_transaction[trade.signature, trade.trader, trade.mint_in] -= trade.amount_in
        by_transaction[trade.signature, trade.trader, trade.mint_out] += trade.amount_out
    for (signature, trader, mint), moved in by_transaction.items():
        if mint != ids.WRAPPED_SOL:
            assert change[signature, trader, mint] == moved


def test_results_add_up_over_the_trades(history: History) -> None:
    bought: dict[tuple[str, str], int] = defaultdict(int)
    sold: dict[tuple[str, str], int] = defaultdict(int)
    for trade in history.truth.trades:
        bought[trade.trader, trade.mint_out] += trade.amount_out
        sold[trade.trader, trade.mint_in] += trade.amount_in
    for result in history.truth.results:
        key = (result.wallet, result.mint)
        assert (result.bought, result.sold) == (bought[key], sold[key])
        assert 0 <= result.held <= result.bought


def test_every_kind_of_agent_lives_here(history: History) -> None:
    kinds = {agent.kind for agent in history.truth.agents}
    assert kinds == {
        "retail",
        "trader",
        "whale",
        "market-maker",
        "arbitrageur",
        "exchange",
        "creator",
        "sniper",
        "sybil-ring",
        "wash-trader",
        "dust-spammer",
    }


def test_no_wallet_belongs_to_two(history: History) -> None:
    wallets = [wallet for agent in history.truth.agents for wallet in agent.wallets]
    assert len(wallets) == len(set(wallets))


def test_rugs_are_decided_before_they_are_executed(history: History) -> None:
    executed = [t for t in history.truth.tokens if t.executed_at is not None]
    assert executed
    for token in executed:
        assert token.rug is not None
        assert token.decided_at is not None
        assert token.launched_at <= token.decided_at <= (token.executed_at or 0)


def test_fees_are_what_the_payers_paid(history: History) -> None:
    paid: dict[str, int] = defaultdict(int)
    for tx in history.transactions:
        paid[tx.accounts[0]] += tx.meta.fee
    assert history.truth.fees == paid


def test_skill_pays() -> None:
    """Over two seeds, those who know the drift earn more than those who guess."""
    earned: dict[int, int] = defaultdict(int)
    count: dict[int, int] = defaultdict(int)
    for seed in (1, 2):
        world = World(seed, transactions_per_second=12)
        for _ in blocks(world, 9_000):
            pass
        truth = world.truth()
        made: dict[str, int] = defaultdict(int)
        for result in truth.results:
            made[result.wallet] += result.realised
        for agent in truth.agents:
            if agent.kind == "trader":
                earned[agent.skill_percent] += sum(made[wallet] for wallet in agent.wallets)
                count[agent.skill_percent] += 1
    assert earned[90] / count[90] > earned[0] / count[0]
