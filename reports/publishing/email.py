"""Send an edition by e-mail, encrypted, with the workbook attached."""

import mimetypes
import re
import smtplib
import ssl
import unicodedata
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses, localtime
from pathlib import Path
from typing import Literal

from reports.publishing.port import Publication, PublishError, Receipt


class MailServerUnreachable(PublishError):
    """No encrypted conversation with the mail server came about, or it broke off."""


class CertificateRefused(PublishError):
    """The mail server's certificate cannot be trusted."""

    lasting = True


class LoginRefused(PublishError):
    """The mail server does not take the user name or password."""

    lasting = True


class RecipientRefused(PublishError):
    """The mail server takes none of the recipients."""

    lasting = True


class MessageRefused(PublishError):
    """The mail server does not take the message or its sender."""

    lasting = True


class TryLater(PublishError):
    """The mail server asks to come back later (4xx), for instance because it is busy or greylists."""


class BadAddress(PublishError):
    """A header or an address holds something that does not belong there."""

    lasting = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailPublisher:
    """Sends over SMTP with TLS, never in the clear.

    security: "starttls" (usually port 587) or "tls" (465). sender: "Name <address>". Without a user name there is no
    login. ca_file: certificates to trust instead of the system's. timeout in seconds for each step of the conversation.
    """

    host: str
    sender: str
    port: int = 587
    security: Literal["starttls", "tls"] = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    timeout: float = 30.0
    name: str = "email"

    def publish(self, publication: Publication) -> Receipt:
        """Send one message to all recipients; the Message-ID comes from the key, so mail systems can drop a repeat.

        Recipients refused while others are taken stand in the receipt.
        """
        if not publication.recipients:
            raise BadAddress(
                f"Edition {publication.edition!r} has no recipients. Name them under its team in the settings."
            )
        message = compose(publication, self.sender)
        where = f"{self.host}:{self.port}"
        try:
            with self._connected() as server:
                if self.username is not None:
                    server.login(self.username, self.password or "")
                refused = server.send_message(message)
        except ssl.SSLCertVerificationError as error:
            raise CertificateRefused(
                f"{where} shows a certificate that is not trusted ({error.verify_message}). "
                "Check the host name, or give its authority as ca_file."
            ) from error
        except smtplib.SMTPAuthenticationError as error:
            raise LoginRefused(
                f"{where} refused the login of {self.username!r} (code {error.smtp_code}). "
                "Check user name and password."
            ) from error
        except smtplib.SMTPRecipientsRefused as error:
            codes = sorted({code for code, _ in error.recipients.values()})
            kind = TryLater if all(400 <= code < 500 for code in codes) else RecipientRefused
            raise kind(
                f"{where} refused all {len(error.recipients)} recipients of edition {publication.edition!r} "
                f"(codes {', '.join(map(str, codes))}). Check the addresses of team {publication.team!r}."
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MessageRefused(
                f"{where} lacks what this needs: {error}. Use a server with STARTTLS and AUTH."
            ) from error
        except smtplib.SMTPResponseException as error:
            later = 400 <= error.smtp_code < 500
            raise (TryLater if later else MessageRefused)(
                f"{where} answered {error.smtp_code} to edition {publication.edition!r}. "
                + ("It is tried again." if later else "Check sender, size limit and relay rules.")
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerUnreachable(
                f"No encrypted conversation with {where} ({type(error).__name__}). "
                "Check host, port, security and network."
            ) from error
        return Receipt(str(message["Message-ID"]), tuple(sorted(refused)))

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context(cafile=self.ca_file)
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
        return server


def compose(publication: Publication, sender: str) -> EmailMessage:
    """Return the message: text, HTML and attachments; raise BadAddress on control characters or malformed addresses."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _line("subject", publication.subject)
    origin = _address(sender)
    message["From"] = origin
    message["To"] = tuple(_address(recipient) for recipient in publication.recipients)
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9.-]', '-', publication.key)}@{origin.domain}>"
    message["Content-Language"] = _line("language", publication.language)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(publication.text, subtype="plain", charset="utf-8")
    message.add_alternative(publication.html.read_text(encoding="utf-8"), subtype="html", charset="utf-8")
    for path in publication.attachments:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        main, _, sub = kind.partition("/")
        message.add_attachment(path.read_bytes(), maintype=main, subtype=sub, filename=path.name)
    return message


def _line(what: str, text: str) -> str:
    if any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in text):
        raise BadAddress(f"The {what} of the message holds a line break or control character. Take it out.")
    return text


def _address(text: str) -> Address:
    found = getaddresses([_line("address", text)])
    display, spec = found[0] if len(found) == 1 else ("", "")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", spec):
        raise BadAddress(f"{text!r} is not one mail address. Write `name@example.com` or `Name <name@example.com>`.")
    try:
        return Address(display_name=display, addr_spec=spec)
    except (HeaderParseError, ValueError, IndexError) as error:
        raise BadAddress(f"{text!r} is not a mail address ({error}). Write `name@example.com`.") from error
