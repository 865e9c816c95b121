"""Sends reports by e-mail: HTML with a picture inside, and the same as plain text."""

from __future__ import annotations

import logging
import smtplib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from galleria.domain.errors import GalleriaError
from galleria.domain.time import Clock

from . import digest as day
from .chart import chart
from .digest import CHART, Digest
from .ports import Outcome, Secrets
from .settings import MailSettings
from .tls import tls_context

_LOG = logging.getLogger(__name__)
_SECONDS = 20.0
_NEVER = range(500, 600)  # what a mail server says when trying again is of no use


@dataclass(frozen=True, slots=True)
class Written:
    """A report as it is sent.

    Attributes:
        pictures: (content id, PNG): `cid:ID` in the HTML.
    """

    subject: str
    text: str
    html: str
    pictures: tuple[tuple[str, bytes], ...] = ()


class Mailer:
    """Sends to one mail server; a connection for each message.

    Args:
        settings: with host and recipients.
        secrets: turns the password's reference into the password.
        clock: gives the message's date.
    """

    def __init__(self, settings: MailSettings, secrets: Secrets, clock: Clock) -> None:
        self._settings, self._secrets, self._clock = settings, secrets, clock

    def send(self, digest: Digest) -> Outcome:
        """Send a day's report to all recipients. Never raises: what goes wrong is the outcome's problem."""
        return self.post(written(digest))

    def post(self, report: Written) -> Outcome:
        """Likewise, a report that was written elsewhere."""
        message = compose(report, self._settings, self._clock.now())
        host = self._settings.host
        try:
            with self._connect() as server:
                refused = server.send_message(message, to_addrs=list(self._settings.recipients))
        except GalleriaError as error:
            return Outcome(str(error))
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _ in error.recipients.values()}
            return Outcome(f"{host} refused all recipients", final=all(code in _NEVER for code in codes))
        except smtplib.SMTPAuthenticationError as error:
            return Outcome(f"{host} refused name or password ({error.smtp_code})")
        except smtplib.SMTPResponseException as error:
            # The server's words are not repeated: they may hold addresses.
            return Outcome(f"{host} answered {error.smtp_code}")
        except (smtplib.SMTPException, OSError) as error:
            return Outcome(f"{host}:{self._settings.port} did not take the message ({type(error).__name__})")
        if refused:
            _LOG.warning("mail: %d recipients refused", len(refused), extra={"event": "mail-refused"})
        return Outcome()

    def _connect(self) -> smtplib.SMTP:
        s = self._settings
        if s.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                s.host, s.port, timeout=_SECONDS, context=tls_context(s.authority)
            )  # fmt: skip
        else:
            server = smtplib.SMTP(s.host, s.port, timeout=_SECONDS)
        try:
            if s.security == "starttls":
                server.starttls(context=tls_context(s.authority))
            if s.username:
                server.login(s.username, self._secrets(s.password))
        except BaseException:
            server.close()
            raise
        return server


def written(digest: Digest) -> Written:
    """A day's report: plain text, and HTML with the chart in it."""
    pictures = ((CHART, chart(digest.hours)),) if digest.hours else ()
    return Written(digest.subject, day.text(digest), day.html(digest), pictures)


def compose(report: Written, settings: MailSettings, now: float) -> EmailMessage:
    """The report as a message: plain text, and HTML with pictures in it (none is fetched from anywhere)."""
    message = EmailMessage()
    message["Subject"] = _one_line(report.subject)
    message["From"] = settings.sender
    # Recipients need not know each other; the addresses go into the envelope only.
    message["To"] = settings.recipients[0] if len(settings.recipients) == 1 else "undisclosed-recipients:;"
    message["Date"] = format_datetime(datetime.fromtimestamp(now, UTC))
    # Without a domain the machine's name would go out.
    message["Message-ID"] = make_msgid(domain=settings.sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(report.text)
    message.add_alternative(report.html, subtype="html")
    page = message.get_payload(1)
    assert isinstance(page, EmailMessage)
    for name, picture in report.pictures:
        page.add_related(picture, "image", "png", cid=f"<{name}>", filename=f"{name}.png", disposition="inline")
    return message


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())
