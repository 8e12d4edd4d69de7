"""What is sealed opens for that person in that place, and nowhere else."""

import os
from uuid import UUID

import pytest

from infra.security.master_key import MasterKey, Unreadable
from infra.security.sealing import PersonSeal

ALICE, BOB = UUID(int=1), UUID(int=2)
KEY = os.urandom(32)


def test_sealed_text_opens_where_it_belongs() -> None:
    seal = PersonSeal(ALICE, KEY)
    sealed = seal.seal("alice@example.org", "email")
    assert b"alice" not in sealed
    assert seal.open(sealed, "email") == "alice@example.org"
    assert seal.seal("alice@example.org", "email") != sealed


def test_it_opens_nowhere_else() -> None:
    sealed = PersonSeal(ALICE, KEY).seal("secret", "email")
    for seal in (PersonSeal(BOB, KEY), PersonSeal(ALICE, os.urandom(32))):
        with pytest.raises(Unreadable):
            seal.open(sealed, "email")
    with pytest.raises(Unreadable):
        PersonSeal(ALICE, KEY).open(sealed, "password")
    for changed in (b"", sealed[:-1], bytes([sealed[0] ^ 1]) + sealed[1:]):
        with pytest.raises(Unreadable):
            PersonSeal(ALICE, KEY).open(changed, "email")


def test_a_persons_key_is_wrapped_for_that_person() -> None:
    master = MasterKey(os.urandom(32))
    wrapped = master.wrap(KEY, ALICE)
    assert KEY not in wrapped
    assert master.unwrap(wrapped, ALICE) == KEY
    for other, person in ((master, BOB), (MasterKey(os.urandom(32)), ALICE)):
        with pytest.raises(Unreadable):
            other.unwrap(wrapped, person)


def test_an_email_has_one_index_under_one_key() -> None:
    master = MasterKey(KEY)
    index = master.email_index("Alice@Example.org ")
    assert index == MasterKey(KEY).email_index("alice@example.org")
    assert index != MasterKey(os.urandom(32)).email_index("alice@example.org")
    assert "alice" not in index


def test_a_short_master_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        MasterKey(b"short")
