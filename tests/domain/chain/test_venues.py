"""Venues: one small file and one row each, with layouts that fit what was seen on chain."""

import csv
import json
from pathlib import Path

import pytest

import domain.chain.venues as venues
from domain.chain import base58
from domain.chain.venues import registry
from domain.chain.venues.layout import Venue, event
from domain.chain.venues.registry import BY_PROGRAM, VENUES
from tests.support.recorded_data import recorded_data

NOT_VENUES = {"__init__", "layout", "registry"}


def test_no_program_and_no_name_has_two_rows() -> None:
    programs = [program for venue in VENUES for program in venue.programs]
    assert len(programs) == len(set(programs))
    assert len({venue.name for venue in VENUES}) == len(VENUES)
    assert all(base58.is_address(program) for program in programs)


def test_every_file_of_a_venue_has_its_rows() -> None:
    folder = Path(next(iter(venues.__path__)))
    files = {file.stem for file in folder.glob("*.py")} - NOT_VENUES
    assert files == {name for name, module in vars(registry).items() if hasattr(module, "__file__")}
    for name in files:
        here = [found for found in vars(vars(registry)[name]).values() if isinstance(found, Venue)]
        assert here
        assert all(venue in VENUES for venue in here)


def test_instructions_are_as_long_as_their_prefix() -> None:
    for venue in VENUES:
        assert all(len(start) == venue.prefix for start in venue.instructions), venue.name


@pytest.mark.parametrize(
    ("name", "discriminator"),
    [
        ("TradeEvent", "bddb7fd34ee661ee"),
        ("SwapEvent", "40c6cde8260871e2"),
        ("BuyEvent", "67f4521f2cf57777"),
        ("SellEvent", "3e2f370aa503dc2a"),
        ("Filled", "8604113fdd2db1ad"),
    ],
)
def test_events_are_found_by_their_names(name: str, discriminator: str) -> None:
    assert event(name).hex() == "e445a52e51cb9a1d" + discriminator


SEEN = {
    "pumpfun/pumpfun_amm": "pumpswap",
    "pumpfun/amm": "pumpswap",
    "raydium/raydium_amm_v4": "raydium-v4",
    "heaven/heaven": "heaven",
}
DOES = {
    "Buy": "swap",
    "Sell": "swap",
    "BuyExactQuoteIn": "swap",
    "SwapBaseIn": "swap",
    "SwapBaseOut": "swap",
    "CreatePoolV2": "create_pool",
}


@pytest.mark.recorded
def test_instructions_seen_on_chain_are_known() -> None:
    by_name = {venue.name: venue for venue in VENUES}
    checked = 0
    for line in (recorded_data("events") / "byte_vectors.jsonl").read_text().splitlines():
        vector = json.loads(line)
        is_instruction = "instruction" in vector["test"] or vector["test"].startswith("parse_")
        if vector["program"] in SEEN and is_instruction:
            venue = by_name[SEEN[vector["program"]]]
            found = venue.instruction(bytes.fromhex(vector["data_hex"]))
            assert found is not None
            assert found.does == DOES[vector["variant"]], vector["test"]
            checked += 1
    assert checked >= 9


LEFT_OUT = {
    "HeavenStore",  # Chainlink's store, which that list takes for Heaven's
    "JupiterDcaKeeper1",  # a wallet that signs
    "JupiterDcaKeeper2",
    "JupiterDcaKeeper3",
    "MeteoraVault",  # called by DAMM v1, trades nothing of its own
    "StabbleVault",  # called by Stabble, trades nothing of its own
}


@pytest.mark.recorded
def test_every_program_other_parsers_know_is_a_venue() -> None:
    with (recorded_data("labels") / "program_ids.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if "solana-dex-parser" in row["sources"]]
    missing = {
        row["name"]
        for row in rows
        if row["address"] not in BY_PROGRAM
        and not any(f"={name}" in row["sources"] for name in LEFT_OUT)
    }
    assert missing == set()
