"""E-mail reaches a real SMTP server over TLS, and every refusal has a name."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from reports.publishing.email import (
    BadAddress,
    CertificateRefused,
    EmailPublisher,
    LoginRefused,
    MailServerUnreachable,
    MessageRefused,
    RecipientRefused,
    TryLater,
    compose,
)
from reports.publishing.port import Publication


class Inbox:
    """An SMTP handler that keeps messages; some recipients and senders get refused."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.data_answer = "250 kept"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such user"
        if address.startswith("busy"):
            return "450 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.messages.append(message_from_bytes(content, policy=policy.default))
        return self.data_answer


def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"earshot", b"opensesame")
    return AuthResult(success=right, handled=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1, key and certificate in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def server(inbox: Inbox, certificate: Path) -> Iterator[Controller]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        authenticator=authenticate,
        auth_required=True,
    )
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def publisher(server: Controller, certificate: Path) -> EmailPublisher:
    return EmailPublisher(
        host="127.0.0.1",
        port=server.port,
        sender="Earshot 听见 <voice@example.com>",
        username="earshot",
        password="opensesame",
        ca_file=certificate,
        timeout=10,
    )


@pytest.fixture
def publication(tmp_path: Path) -> Publication:
    html = tmp_path / "logistics.html"
    html.write_text("<p>快递罢工：<b>+12</b></p>", encoding="utf-8")
    book = tmp_path / "logistics.xlsx"
    book.write_bytes(b"PK workbook")
    return Publication(
        edition="logistics",
        team="logistics",
        week="2026-W46",
        language="zh-Hans",
        subject="顾客之声 2026 年第 46 周：快递变慢 – courier strike",
        html=html,
        text="快递变慢",
        key="3f0c9a",
        attachments=(book,),
        recipients=("李娜 <li.na@example.com>", "ops@example.com"),
    )


def test_an_edition_arrives_whole(publisher: EmailPublisher, publication: Publication, inbox: Inbox) -> None:
    """Subject, text, page and workbook survive the way in Chinese."""
    receipt = publisher.publish(publication)
    (message,) = inbox.messages
    assert message["Subject"] == publication.subject
    assert message["Message-ID"] == "<3f0c9a@example.com>" == receipt.reference
    assert [address.addr_spec for address in message["To"].addresses] == ["li.na@example.com", "ops@example.com"]
    assert message["To"].addresses[0].display_name == "李娜"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().strip() == "快递变慢"
    assert "快递罢工" in html.get_content()
    (book,) = message.iter_attachments()
    assert book.get_filename() == "logistics.xlsx"
    assert book.get_content() == b"PK workbook"


def test_implicit_tls_works_too(certificate: Path, publication: Publication, inbox: Inbox) -> None:
    """Port 465: encrypted from the first byte."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), ssl_context=context)
    controller.start()
    try:
        EmailPublisher(
            host="127.0.0.1", port=controller.port, security="tls", sender="voice@example.com", ca_file=certificate
        ).publish(publication)
    finally:
        controller.stop()
    assert len(inbox.messages) == 1


def test_a_second_attempt_has_the_same_message_id(publication: Publication) -> None:
    """So that a mail system can drop what arrived although we never heard so."""
    first, second = (compose(publication, "voice@example.com")["Message-ID"] for _ in range(2))
    assert first == second


def test_a_refused_login_is_lasting(publisher: EmailPublisher, publication: Publication, inbox: Inbox) -> None:
    """A wrong password does not get right by trying; and it is never shown."""
    with pytest.raises(LoginRefused, match="'earshot'") as caught:
        replace(publisher, password="wrong-secret").publish(publication)
    assert caught.value.lasting
    assert "wrong-secret" not in str(caught.value) + repr(replace(publisher, password="wrong-secret"))
    assert not inbox.messages


def test_refused_recipients_are_named_in_the_receipt(
    publisher: EmailPublisher, publication: Publication, inbox: Inbox
) -> None:
    """One colleague who left must not keep the report from the others."""
    receipt = publisher.publish(replace(publication, recipients=("ops@example.com", "nobody@example.com")))
    assert receipt.refused == ("nobody@example.com",)
    assert len(inbox.messages) == 1


def test_no_recipient_taken_is_an_error(publisher: EmailPublisher, publication: Publication) -> None:
    """Nobody got it: somebody must know. Greylisting is worth another try, an unknown user is not."""
    with pytest.raises(RecipientRefused, match="550"):
        publisher.publish(replace(publication, recipients=("nobody@example.com",)))
    with pytest.raises(TryLater) as caught:
        publisher.publish(replace(publication, recipients=("busy@example.com",)))
    assert not caught.value.lasting


def test_a_refused_message_is_named(publisher: EmailPublisher, publication: Publication, inbox: Inbox) -> None:
    """Too large or not allowed to relay: the answer says so."""
    inbox.data_answer = "552 too large"
    with pytest.raises(MessageRefused, match="552"):
        publisher.publish(publication)
    inbox.data_answer = "451 try later"
    with pytest.raises(TryLater, match="451"):
        publisher.publish(publication)


def test_a_server_that_is_down_is_worth_another_try(publisher: EmailPublisher, publication: Publication) -> None:
    """Networks come back."""
    with pytest.raises(MailServerUnreachable) as caught:
        replace(publisher, port=1).publish(publication)
    assert not caught.value.lasting


def test_an_unknown_certificate_is_refused(publisher: EmailPublisher, publication: Publication, inbox: Inbox) -> None:
    """Nothing leaves over a connection that somebody may listen to."""
    with pytest.raises(CertificateRefused, match="ca_file"):
        replace(publisher, ca_file=None).publish(publication)
    assert not inbox.messages


def test_a_server_without_starttls_is_refused(publication: Publication, inbox: Inbox) -> None:
    """Never in the clear, not even when the server would like it."""
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        with pytest.raises(MessageRefused, match="STARTTLS"):
            EmailPublisher(host="127.0.0.1", port=controller.port, sender="voice@example.com").publish(publication)
    finally:
        controller.stop()
    assert not inbox.messages


@pytest.mark.parametrize(
    "harm",
    [
        {"subject": "Report\r\nBcc: thief@example.com"},
        {"recipients": ("ops@example.com\nBcc: thief@example.com",)},
        {"recipients": ("ops@example.com, thief@example.com",)},
        {"recipients": ("not an address",)},
        {"language": "en\r\nX-Harm: 1"},
    ],
)
def test_header_injection_is_refused(harm: dict[str, Any], publication: Publication) -> None:
    """A topic or team name must not be able to add recipients."""
    with pytest.raises(BadAddress):
        compose(replace(publication, **harm), "voice@example.com")


def test_an_edition_without_recipients_is_refused(publisher: EmailPublisher, publication: Publication) -> None:
    """Sent to nobody would look like sent."""
    with pytest.raises(BadAddress, match="no recipients"):
        publisher.publish(replace(publication, recipients=()))
