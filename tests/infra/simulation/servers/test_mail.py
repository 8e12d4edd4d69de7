"""The SMTP sink takes mail from an ordinary client and shows it."""

import asyncio
import smtplib
from collections.abc import AsyncIterator
from email.message import EmailMessage

import pytest

from tests.support.simulation import RunningSimulation, started


@pytest.fixture
async def simulation() -> AsyncIterator[RunningSimulation]:
    """A chain that has hardly begun: these tests do not look at it."""
    async with started(warm_up_blocks=2) as running:
        yield running


READER = "reader@example.org"


def letter(to: str = READER) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "bot@example.org", to, "Wal 🐋"
    message.set_content("A whale bought.\n.a line that starts with a dot\n")
    message.add_alternative("<p>A whale bought.</p>", subtype="html")
    return message


async def send(simulation: RunningSimulation, *letters: EmailMessage, login: bool = False) -> None:
    port = simulation.box.mail.port

    def deliver() -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
            if login:
                client.login("cipherx", "anything")
            for one in letters:
                client.send_message(one)

    await asyncio.to_thread(deliver)


async def test_a_mail_is_kept_whole(simulation: RunningSimulation) -> None:
    await send(simulation, letter(), letter("other@example.org"), login=True)
    mails = (await simulation.look(f"mail?recipient={READER}"))["mails"]
    assert [mail["recipients"] for mail in mails] == [[READER]]
    assert mails[0]["user"] == "cipherx"
    assert "\n.a line that starts with a dot" in mails[0]["content"].replace("\r\n", "\n")
    assert "text/html" in mails[0]["content"]


async def test_a_mailbox_can_be_gone(simulation: RunningSimulation) -> None:
    await simulation.order("mail/refuse", {"recipients": [READER]})
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        await send(simulation, letter())
    assert refused.value.recipients[READER][0] == 550


async def test_a_server_can_ask_to_wait_or_be_away(simulation: RunningSimulation) -> None:
    await simulation.misbehave("rate-limit,service=mail,times=1")
    with pytest.raises(smtplib.SMTPRecipientsRefused) as later:
        await send(simulation, letter())
    assert later.value.recipients[READER][0] == 451
    await simulation.misbehave("outage,service=mail,times=1")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        await send(simulation, letter())
    await send(simulation, letter())
    assert len((await simulation.look("mail"))["mails"]) == 1


async def test_a_mail_too_big_is_refused(simulation: RunningSimulation) -> None:
    big = letter()
    big.clear_content()
    big.set_content(("y" * 70 + "\n") * 40_000)
    with pytest.raises(smtplib.SMTPException):
        await send(simulation, big)
    assert (await simulation.look("mail"))["mails"] == []


async def test_nonsense_is_answered(simulation: RunningSimulation) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", simulation.box.mail.port)
    for line, code in (
        (b"", b"220"),
        (b"HELO me", b"250"),
        (b"RCPT TO:<a@b>", b"503"),
        (b"DATA", b"503"),
        (b"FLY", b"502"),
        (b"RSET", b"250"),
        (b"QUIT", b"221"),
    ):
        if line:
            writer.write(line + b"\r\n")
        assert (await reader.readline()).startswith(code)
    writer.close()
    await writer.wait_closed()
