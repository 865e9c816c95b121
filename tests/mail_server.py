"""A real mail server for tests: aiosmtpd, in a thread."""

import asyncio
import ssl
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult


class MailServer:
    """Keeps what it is sent. `refuse`: answers to recipients, by address; `answer`: to the message itself."""

    def __init__(self, certificate=None, *, login: tuple[str, str] | None = None, tls_from_the_start: bool = False):
        self.letters: list[tuple[list[str], EmailMessage]] = []
        self.encrypted: list[bool] = []
        self.refuse: dict[str, str] = {}
        self.answer = ""
        context = None
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate.certificate, certificate.key)
        upgrade = None if tls_from_the_start else context
        options = {"tls_context": upgrade, "require_starttls": upgrade is not None}
        if login:
            options |= {"auth_required": True, "authenticator": _authenticator(login)}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

        async def listen() -> asyncio.Server:
            # Made in the loop's own thread: the server asks for the running one.
            return await self._loop.create_server(
                lambda: SMTP(self, loop=self._loop, **options),
                "127.0.0.1", 0, ssl=context if tls_from_the_start else None,
            )  # fmt: skip

        self._server = asyncio.run_coroutine_threadsafe(listen(), self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _shut(self) -> None:
        self._server.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802  the library's name
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802
        if self.answer:
            return self.answer
        self.encrypted.append(session.ssl is not None)
        self.letters.append((list(envelope.rcpt_tos), message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


def _authenticator(login):
    def authenticate(_server, _session, _envelope, _mechanism, told):
        right = (told.login.decode(), told.password.decode()) == login
        return AuthResult(success=right, handled=False)

    return authenticate
