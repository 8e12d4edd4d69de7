"""Sends again what a client missed, and hands over to the live stream without a seam."""

from collections.abc import Sequence
from typing import Final, Protocol

from api.stream import protocol
from api.stream.channels import FED_BY
from api.stream.hub import Hub, Listener
from api.stream.messages import Messages
from api.stream.outbox import Outbox
from domain.values import GlobalPosition
from projections.ports import LogReader

REPLAY_MAX: Final = 100_000
"""Entries of the log looked through for one client, about a second: whoever was away longer
is better served by the lists, which are pages."""
PAGE: Final = 200
"""Rendered without a pause: some milliseconds in which nothing else is answered."""


class Replaying(Listener, Protocol):
    """A listener whose outbox takes replays too."""

    @property
    def outbox(self) -> Outbox:
        """Where messages wait."""
        ...


async def replay(
    listener: Replaying,
    channels: Sequence[str],
    start: int,
    head: int,
    hub: Hub,
    reader: LogReader,
) -> None:
    """Send what the channels brought above ``start``, subscribe to what comes, and say which.

    It reaches at least to ``head``, so the verdict holds for all that was in the log when the
    client asked. Between the last look at the hub's position and subscribing nothing is
    awaited, and the hub leaves out what was replayed ahead of it: every event comes once.
    """
    outbox = listener.outbox
    oldest = head - REPLAY_MAX + 1
    after = start
    if start + 1 < oldest:
        outbox.say(protocol.cannot_replay(channels, start, oldest, head))
        after = oldest - 1
    wanted, replayed = frozenset(channels), 0
    while after < max(head, hub.position):
        page = await reader.read(GlobalPosition(after), PAGE)
        assert page, f"the log ends at {after}, though {head} was its head"
        for recorded in page:
            after = recorded.position
            if not recorded.type.startswith(FED_BY):
                continue
            messages = Messages(recorded)
            for channel in messages.channels:
                if channel in wanted:
                    await outbox.room()
                    outbox.say(messages.text(channel))
                    replayed += 1
    outbox.say(protocol.resumed(channels, start, replayed, after))
    for channel in channels:
        hub.subscribe(listener, channel, after)
