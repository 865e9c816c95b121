"""Sends events to webhooks: signed batches of CloudEvents, answers judged, nothing followed to another host.

The signature is `X-Galleria-Signature: t=<seconds>,v1=<hex>`: HMAC-SHA256, keyed with the hook's secret, of
`<seconds>.` followed by the body's bytes. A receiver computes the same, compares in constant time, and refuses
old times.
"""

from __future__ import annotations

import hashlib
import hmac
import ssl
from collections.abc import Sequence
from urllib.parse import urlsplit

import httpx

from galleria import __version__
from galleria.domain.errors import GalleriaError
from galleria.domain.time import Clock

from .addresses import destination
from .ports import Delivery, Outcome, Secrets
from .settings import Webhook
from .tls import tls_context

SIGNATURE = "X-Galleria-Signature"
_BATCH = "application/cloudevents-batch+json; charset=utf-8"
_SECONDS = 10.0
_GONE = 410


class WebhookSender:
    """One receiver. Used by one thread.

    Args:
        hook: who gets what.
        secrets: fills in the address and the signing secret, anew at each sending, so that both can be exchanged.
        clock: gives the time that is signed.
    """

    batch = 100

    def __init__(self, hook: Webhook, secrets: Secrets, clock: Clock) -> None:
        self._hook, self._secrets, self._clock = hook, secrets, clock
        # Environment proxies would take the choice of the machine out of our hands.
        self._client = httpx.Client(
            verify=_trust(hook.address), timeout=_SECONDS, follow_redirects=False, trust_env=False
        )

    def send(self, deliveries: Sequence[Delivery]) -> Outcome:
        """Send them as one message. Never raises: whatever goes wrong is the outcome's problem."""
        try:
            return self._send(deliveries)
        except GalleriaError as error:
            return Outcome(str(error))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            return Outcome(f"{self._host()} did not answer ({type(error).__name__})")

    def close(self) -> None:
        self._client.close()

    def _send(self, deliveries: Sequence[Delivery]) -> Outcome:
        address = self._secrets(self._hook.address)
        to = destination(address, private=self._hook.private)
        body = f"[{','.join(delivery.letter.body for delivery in deliveries)}]".encode()
        headers = {
            "Host": to.host,
            "Content-Type": _BATCH,
            "User-Agent": f"Galleria/{__version__}",
            SIGNATURE: signature(self._secrets(self._hook.secret), int(self._clock.now()), body),
        }
        # The name is asked for in the TLS handshake and checked against the certificate, although we dial a number.
        request = self._client.build_request(
            "POST", to.url, content=body, headers=headers, extensions={"sni_hostname": to.name}
        )
        # The answer's body is of no use, and may be endless: it is not read.
        answer = self._client.send(request, stream=True)
        answer.close()
        if answer.is_success:
            return Outcome()
        if answer.is_redirect:
            return Outcome(f"{to.name} answered {answer.status_code}: redirects are not followed")
        return Outcome(f"{to.name} answered {answer.status_code}", final=answer.status_code == _GONE)

    def _host(self) -> str:
        return urlsplit(self._hook.address).hostname or self._hook.id


def _trust(address: str) -> ssl.SSLContext | bool:
    # Without encryption there is no certificate: reading the machine's authorities would cost for nothing.
    return tls_context() if urlsplit(address).scheme == "https" else False


def signature(secret: str, time: int, body: bytes) -> str:
    """What the header says: `t=<seconds since 1970-01-01 UTC>,v1=<hexadecimal HMAC-SHA256>`."""
    digest = hmac.new(secret.encode(), f"{time}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={time},v1={digest}"
