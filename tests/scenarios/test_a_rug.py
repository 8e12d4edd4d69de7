"""A creator launches a token, strangers buy it, and the liquidity is gone."""

from tests.support.simulation import RunningSimulation


async def test_the_pool_is_empty_once_the_creator_pulled(simulation: RunningSimulation) -> None:
    story = await simulation.story("rug")
    mint, creator = story["mint"], story["wallets"][0]
    await simulation.blocks(90)
    (pool, *_) = (await simulation.rpc("getTokenLargestAccounts", mint))["value"]
    before = int(pool["amount"])
    await simulation.blocks(90)
    balance = (await simulation.rpc("getTokenAccountBalance", pool["address"]))["value"]
    assert int(balance["amount"]) < before // 100

    (token,) = [t for t in (await simulation.look("truth"))["tokens"] if t["mint"] == mint]
    assert token["rug"] == "liquidity-pulled"
    history = await simulation.rpc("getSignaturesForAddress", creator)
    assert token["executed_at"] in [entry["slot"] for entry in history]


async def test_nothing_on_the_chain_says_so_before(simulation: RunningSimulation) -> None:
    story = await simulation.story("rug")
    await simulation.blocks(60)
    info = await simulation.rpc("getAccountInfo", story["mint"], {"encoding": "jsonParsed"})
    parsed = info["value"]["data"]["parsed"]["info"]
    assert (parsed["mintAuthority"], parsed["freezeAuthority"]) == (None, None)
    (token,) = [t for t in (await simulation.look("truth"))["tokens"] if t["mint"] == story["mint"]]
    assert token["decided_at"] is not None
    assert token["executed_at"] is None
