"""Which chats the bot may address."""

from infra.simulation.servers.telegram.chats import Chats
from infra.simulation.servers.telegram.errors import BadRequest, Forbidden
from infra.simulation.servers.telegram.parameters import Parameters


def existing_chat(chats: Chats, given: Parameters) -> int:
    """The id of a chat that exists; raises BadRequest otherwise."""
    chat_id = given.integer("chat_id")
    if chat_id is None:
        raise BadRequest("chat_id is empty")
    if chats.group(chat_id) is None and chats.known_person(chat_id) is None:
        raise BadRequest("chat not found")
    return chat_id


def writable_chat(chats: Chats, given: Parameters) -> int:
    """The id of a chat that takes the bot's messages; raises Forbidden otherwise."""
    chat_id = existing_chat(chats, given)
    if (group := chats.group(chat_id)) is not None:
        if group.bot_status == "kicked":
            raise Forbidden("bot was kicked from the supergroup chat")
        if group.bot_status == "left":
            raise Forbidden("bot is not a member of the supergroup chat")
    elif chats.person(chat_id).blocked:
        raise Forbidden("bot was blocked by the user")
    return chat_id
