"""Twelve wallets, one hand: funded from one place, buying one token at one time."""

from tests.support.simulation import RunningSimulation

READ = {"maxSupportedTransactionVersion": 0}


async def test_the_ring_shows_in_its_funder_and_its_timing(simulation: RunningSimulation) -> None:
    story = await simulation.story("sybil-ring")
    await simulation.blocks(120)
    bought_at = []
    for wallet in story["wallets"]:
        history = await simulation.rpc("getSignaturesForAddress", wallet)
        first = await simulation.rpc("getTransaction", history[-1]["signature"], READ)
        assert first["transaction"]["message"]["accountKeys"][0] == story["funder"]
        for entry in history:
            found = await simulation.rpc("getTransaction", entry["signature"], READ)
            held = found["meta"]["postTokenBalances"]
            if any(b["mint"] == story["mint"] and b["owner"] == wallet for b in held):
                bought_at.append(entry["slot"])
                break
    assert len(bought_at) >= len(story["wallets"]) // 2
    assert max(bought_at) - min(bought_at) < 40

    agents = (await simulation.look("truth"))["agents"]
    (ring,) = [a for a in agents if set(story["wallets"]) <= set(a["wallets"])]
    assert ring["kind"] == "sybil-ring"
