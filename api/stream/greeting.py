"""The first message: who is there."""

import asyncio
from typing import Final, NamedTuple

import msgspec

from api.auth import CREDENTIAL_CHARACTERS_MAX, require
from api.ports import Authenticator, Forbidden, Identity, Refused, Unauthenticated
from api.stream import protocol
from api.stream.ending import Ending
from api.stream.inbound import Inbound
from api.stream.protocol import Auth
from projections.ports import StoreUnavailable

AUTH_SECONDS_MAX: Final = 5.0
"""Whoever says nothing holds a connection that somebody else could use."""
EXPECTED: Final = 'the first message must be {"type":"auth","token":…} with a token of ours'


class Greeted(NamedTuple):
    """Who is there, and the credential to look at again when the account changes."""

    identity: Identity
    token: str


async def greeted(
    inbound: Inbound, authenticator: Authenticator, seconds_max: float
) -> Greeted | None:
    """Hear the credential out; None when the client left, raises Ending when it is not good."""
    try:
        async with asyncio.timeout(seconds_max):
            text = await inbound.text()
        if text is None:
            return None
        token = _token(text)
        identity = await authenticator.authenticate(token)
        require(identity, "read")
    except TimeoutError:
        message = f"no auth within {seconds_max:g} s"
        raise Ending(protocol.CLOSE_PROTOCOL, "UNAUTHORIZED", message) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Ending(protocol.CLOSE_PROTOCOL, "UNAUTHORIZED", EXPECTED) from None
    except Forbidden as error:
        raise Ending(protocol.CLOSE_PROTOCOL, "INSUFFICIENT_SCOPE", str(error)) from None
    except Unauthenticated as error:
        raise Ending(protocol.CLOSE_PROTOCOL, "UNAUTHORIZED", str(error)) from None
    except (Refused, StoreUnavailable):
        message = "credentials cannot be checked just now; connect again soon"
        raise Ending(protocol.CLOSE_SLOW, "SERVICE_UNAVAILABLE", message) from None
    return Greeted(identity, token)


def _token(text: str) -> str:
    said = protocol.decode_said(text)
    if not isinstance(said, Auth) or len(said.token) > CREDENTIAL_CHARACTERS_MAX:
        raise Unauthenticated(EXPECTED)
    return said.token
