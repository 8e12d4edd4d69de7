"""One person buys in slices, from several wallets, and says nothing."""

from tests.support.simulation import RunningSimulation


async def held(simulation: RunningSimulation, story: dict[str, list[str]]) -> int:
    total = 0
    for wallet in story["wallets"]:
        options = {"encoding": "jsonParsed", "commitment": "processed"}
        chosen = {"mint": story["mint"]}
        found = await simulation.rpc("getTokenAccountsByOwner", wallet, chosen, options)
        for entry in found["value"]:
            info = entry["account"]["data"]["parsed"]["info"]
            assert info["owner"] == wallet
            total += int(info["tokenAmount"]["amount"])
    return total


async def test_its_wallets_hold_ever_more_of_the_token(simulation: RunningSimulation) -> None:
    story = await simulation.story("whale")
    holdings = [await held(simulation, story)]
    for _ in range(4):
        await simulation.blocks(40)
        holdings.append(await held(simulation, story))
    assert holdings == sorted(holdings)
    assert holdings[-1] > holdings[1] > holdings[0]

    agents = (await simulation.look("truth"))["agents"]
    (whale,) = [a for a in agents if set(story["wallets"]) <= set(a["wallets"])]
    assert (whale["kind"], whale["style"]) == ("whale", "accumulates")
