"""Access tokens: what is good, and everything that is not."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.security.access_tokens import AUDIENCE, ISSUER, TYPE, AccessTokens, InvalidToken
from tests.infra.security.people import pem

ACCOUNT = UUID(int=7)
KEY = pem()
TOKENS = AccessTokens.signed_by_key(KEY, 600)
GOOD, _ENDS = TOKENS.issue(ACCOUNT)


def claims(**changed: Any) -> dict[str, Any]:
    """A good token's claims; None takes one away."""
    now = datetime.now(UTC)
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(ACCOUNT),
        "jti": uuid4().hex,
        "iat": now,
        "nbf": now,
        "exp": now + timedelta(minutes=1),
    }
    return {name: value for name, value in (good | changed).items() if value is not None}


def signed(payload: dict[str, Any], key: str = KEY, **header: Any) -> str:
    """A token over ``payload``."""
    return jwt.encode(payload, key, "EdDSA", headers={"typ": TYPE} | header)


def unsigned(header: dict[str, Any], payload: dict[str, Any], signature: bytes = b"") -> str:
    """A token put together by hand."""
    numbers = {
        name: int(value.timestamp()) if isinstance(value, datetime) else value
        for name, value in payload.items()
    }
    parts = (json.dumps(header).encode(), json.dumps(numbers).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def test_a_token_says_whose_it_is() -> None:
    token, ends = TOKENS.issue(ACCOUNT)
    assert TOKENS.verify(token) == (ACCOUNT, ends)
    assert TOKENS.verify(signed(claims())).account_id == ACCOUNT


NOW = datetime.now(UTC)
FORGED = {
    "none": unsigned({"alg": "none", "typ": TYPE}, claims()),
    "None with a signature": unsigned({"alg": "None", "typ": TYPE}, claims(), b"x" * 64),
    "HS256 under the public key": jwt.encode(claims(), "x" * 32, "HS256", headers={"typ": TYPE}),
    "another key": signed(claims(), pem()),
    "another kind of token": signed(claims(), typ="rt+jwt"),
    "the plain kind": signed(claims(), typ="JWT"),
    "another issuer": signed(claims(iss="cipher")),
    "a list of issuers": signed(claims(iss=None)),
    "another audience": signed(claims(aud="cipherx")),
    "several audiences": signed(claims(aud=[AUDIENCE, "other"])),
    "nobody": signed(claims(sub="nobody")),
    "long ago": signed(claims(exp=NOW - timedelta(minutes=1))),
    "not yet": signed(claims(nbf=NOW + timedelta(minutes=1))),
    "from the future": signed(claims(iat=NOW + timedelta(minutes=1))),
    "never ending": signed(claims(exp=10**30)),
    "critical extension": signed(claims(), crit=["x"], x=1),
    "empty": "",
    "one dot": ".",
    "dots": "..",
    "signature cut": GOOD[:-4],
    "without signature": GOOD.rpartition(".")[0] + ".",
    "nested header": unsigned({"alg": {"alg": "EdDSA"}}, claims()),
    "not JSON": "e30.e30.e30",
} | {f"without {name}": signed(claims(**{name: None})) for name in claims()}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED.keys())
def test_a_forged_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidToken):
        TOKENS.verify(token)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.characters(codec="ascii"))
def test_no_changed_character_goes_unnoticed(place: int, character: str) -> None:
    changed = GOOD[:place] + character + GOOD[place + 1 :]
    try:
        TOKENS.verify(changed)
    except InvalidToken:
        return
    # The last character of base64 carries bits that no byte takes.
    assert changed == GOOD or place == len(GOOD) - 1


def test_an_expired_token_says_so() -> None:
    with pytest.raises(InvalidToken, match="expired"):
        TOKENS.verify(signed(claims(exp=NOW - timedelta(minutes=1))))


def test_a_shared_secret_signs_what_that_secret_alone_checks() -> None:
    ours = AccessTokens.signed_by_secret("s" * 32, 60)
    token, _ = ours.issue(ACCOUNT)
    assert ours.verify(token).account_id == ACCOUNT
    for other in (AccessTokens.signed_by_secret("t" * 32, 60), TOKENS):
        with pytest.raises(InvalidToken):
            other.verify(token)
    with pytest.raises(InvalidToken):
        ours.verify(GOOD)


def test_a_key_of_another_kind_is_refused() -> None:
    key = X25519PrivateKey.generate()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(ValueError, match="Ed25519"):
        AccessTokens.signed_by_key(text, 60)
