"""Access tokens: JWTs that one algorithm signs, with every claim required and checked."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, Self
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

ISSUER: Final = "cipherx"
AUDIENCE: Final = "cipherx-api"
TYPE: Final = "at+jwt"
"""RFC 9068: no other kind of token of ours is taken for an access token."""
LEEWAY_SECONDS: Final = 10
"""How far clocks of our own machines may be apart."""
REQUIRED: Final = ("exp", "iat", "nbf", "iss", "aud", "sub", "jti")


class InvalidToken(Exception):
    """Forged, expired, or not one of ours."""


class Claims(NamedTuple):
    """What a good token says."""

    account_id: UUID
    expires_at: datetime


class AccessTokens:
    """Signs and checks."""

    def __init__(self, algorithm: str, signing: Any, checking: Any, life_seconds: int) -> None:
        self._algorithm: Final = algorithm
        self._signing = signing
        self._checking = checking
        self._life = timedelta(seconds=life_seconds)
        self._jwt = jwt.PyJWT({"enforce_minimum_key_length": True})

    @classmethod
    def signed_by_key(cls, pem: str, life_seconds: int) -> Self:
        """EdDSA; raises ValueError for a key that is not Ed25519's."""
        key = load_pem_private_key(pem.encode(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("CIPHERX_JWT_PRIVATE_KEY must be an Ed25519 key (PKCS#8 PEM)")  # noqa: TRY004
        return cls("EdDSA", key, key.public_key(), life_seconds)

    @classmethod
    def signed_by_secret(cls, secret: str, life_seconds: int) -> Self:
        """HS256, for who configures the published JWT_SECRET."""
        return cls("HS256", secret, secret, life_seconds)

    def issue(self, account_id: UUID) -> tuple[str, datetime]:
        """A token for the account, and when it ends."""
        now = datetime.now(UTC).replace(microsecond=0)
        ends = now + self._life
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(account_id),
            "jti": uuid4().hex,
            "iat": now,
            "nbf": now,
            "exp": ends,
        }
        token = self._jwt.encode(claims, self._signing, self._algorithm, headers={"typ": TYPE})
        return token, ends

    def verify(self, token: str) -> Claims:
        """What the token says; raises InvalidToken, whose message may be shown."""
        try:
            decoded = self._jwt.decode_complete(
                token,
                self._checking,
                algorithms=[self._algorithm],
                audience=AUDIENCE,
                issuer=ISSUER,
                leeway=LEEWAY_SECONDS,
                options={"require": list(REQUIRED), "verify_sub": True, "strict_aud": True},
            )
            if decoded["header"].get("typ") != TYPE:
                raise InvalidToken("this token is not an access token")
            claims = decoded["payload"]
            return Claims(UUID(claims["sub"]), datetime.fromtimestamp(claims["exp"], UTC))
        except jwt.ExpiredSignatureError:
            raise InvalidToken("the access token has expired; log in again") from None
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            raise InvalidToken("this access token is not one of ours") from None
