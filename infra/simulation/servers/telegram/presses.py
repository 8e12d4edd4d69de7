"""Pressed buttons: a query the bot must answer once and soon."""

from collections import OrderedDict
from typing import Final

import msgspec

from infra.simulation.servers.telegram.errors import BadRequest
from infra.simulation.servers.telegram.parameters import Parameters

QUERIES_KEPT: Final = 1_000
ANSWER_MAX: Final = 200
"""Characters of an answer's text."""


class Press(msgspec.Struct, kw_only=True):
    """One press of a button and what came of it."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    answered: bool = False
    answer: str = ""
    alert: bool = False


class Presses:
    """Remembers the latest presses; a query can be answered once."""

    def __init__(self) -> None:
        self._presses: OrderedDict[str, Press] = OrderedDict()
        self._next = 4_382_000_000_000

    def add(self, user_id: int, chat_id: int, message_id: int, data: str) -> Press:
        """Remember a press under a fresh query id."""
        self._next += 1
        press = Press(
            id=str(self._next), user_id=user_id, chat_id=chat_id, message_id=message_id, data=data
        )
        self._presses[press.id] = press
        if len(self._presses) > QUERIES_KEPT:
            self._presses.popitem(last=False)
        return press

    def answer(self, query_id: str, text: str, given: Parameters) -> None:
        """Record the bot's answer; raises BadRequest for an unknown or answered query."""
        press = self._presses.get(query_id)
        if press is None or press.answered:
            raise BadRequest("query is too old and response timeout expired or query ID is invalid")
        if len(text) > ANSWER_MAX:
            raise BadRequest("MESSAGE_TOO_LONG")
        press.answered, press.answer, press.alert = True, text, given.flag("show_alert")

    def all(self) -> list[Press]:
        """The presses still remembered, oldest first."""
        return list(self._presses.values())
