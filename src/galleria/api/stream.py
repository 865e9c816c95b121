"""Server-sent events: one subscription to the site for all browsers, each with a short queue of its own.

A browser that does not keep up is cut off: it connects again and asks what it missed. Nothing waits for it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from galleria.domain.errors import TooManyError

from .ports import Subscription

_LOG = logging.getLogger("galleria.api")
QUEUE = 512  # events that may wait for one browser
MOST_CLIENTS = 200
HEARTBEAT = 10.0  # seconds: a comment, so that both ends notice a dead connection
_SLOW = 20.0  # seconds that one write may take
_LOOK = 0.5  # seconds between looks whether anybody still listens
_OVER = None


class _Site(Protocol):
    def subscribe(self) -> Subscription: ...


@dataclass(eq=False, slots=True)
class Client:
    """One browser that listens."""

    loop: asyncio.AbstractEventLoop
    queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    late: bool = False

    def offer(self, message: bytes | None) -> None:
        """Within the loop: put a message in the queue; a full one is the end."""
        if self.late:
            return
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            self.late = True


class Streams:
    """Passes what happens on to all who listen. Its thread runs only while somebody does.

    Attributes:
        sent: events that were put into clients' queues.
        cut: clients that were cut off because they did not keep up.
    """

    def __init__(self, site: _Site) -> None:
        self._site = site
        self._lock = threading.Lock()
        self._clients: set[Client] = set()
        self._pumping = False
        self._closed = False
        self.sent = 0
        self.cut = 0

    @property
    def clients(self) -> int:
        """How many listen."""
        return len(self._clients)

    def join(self, client: Client) -> None:
        """Listen from now on.

        Raises:
            TooManyError: too many do.
        """
        with self._lock:
            if self._closed or len(self._clients) >= MOST_CLIENTS:
                problem = "too many are listening to the live events"
                raise TooManyError(problem, "Try again later, or close other windows.", HEARTBEAT)
            if not self._pumping:
                pump = threading.Thread(
                    target=self._pump, args=(self._site.subscribe(),), name="live-events", daemon=True
                )
                self._pumping = True
                pump.start()
            self._clients.add(client)

    def leave(self, client: Client) -> None:
        """Listen no more."""
        with self._lock:
            self._clients.discard(client)
            self.cut += client.late

    def close(self) -> None:
        """End all streams; none is taken any more. Call it before the server waits for its connections."""
        with self._lock:
            self._closed = True
            clients = list(self._clients)
        _end(clients)

    def _pump(self, subscription: Subscription) -> None:
        try:
            while True:
                event = subscription.get(_LOOK)
                with self._lock:
                    if not self._clients or self._closed:
                        self._pumping = False
                        return
                    clients = list(self._clients)
                    over = subscription.closed  # we did not keep up, or the site stops
                    self._pumping = not over
                if over:
                    _end(clients)
                    return
                if event is not None:
                    message = encode(event)
                    for client in clients:
                        _call(client, message)
                    self.sent += len(clients)
        except Exception:  # noqa: BLE001 - whatever it is: those who listen must not wait for ever
            _LOG.exception("the live events broke off")
            with self._lock:
                self._pumping = False
                clients = list(self._clients)
            _end(clients)  # they connect again
        finally:
            subscription.close()


def _end(clients: Iterable[Client]) -> None:
    for client in clients:
        _call(client, _OVER)


def encode(event: Mapping[str, Any]) -> bytes:
    """An event as `text/event-stream` has it; JSON has no line breaks of its own."""
    kind = str(event.get("type", "message")).replace("\r", "").replace("\n", "")
    return f"event: {kind}\ndata: {json.dumps(event, separators=(',', ':'), allow_nan=False)}\n\n".encode()


class EventStream(Response):
    """The answer that goes on.

    Args:
        streams: where events come from.
        welcome: whether the caller may go on listening; asked at every heartbeat, in a thread.
    """

    media_type = "text/event-stream"

    def __init__(self, streams: Streams, welcome: Callable[[], bool]) -> None:
        super().__init__(headers={"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._streams = streams
        self._welcome = welcome
        self._client = Client(asyncio.get_running_loop())
        streams.join(self._client)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        gone = asyncio.create_task(_until_gone(receive))
        talk = asyncio.create_task(self._talk(send))
        try:
            await asyncio.wait({gone, talk}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._streams.leave(self._client)
            for task in (gone, talk):
                task.cancel()
            with suppress(asyncio.CancelledError, TimeoutError, OSError):
                await talk

    async def _talk(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await self._send(send, b"retry: 2000\n: listening\n\n")
        beat = self._client.loop.time() + HEARTBEAT
        while not self._client.late:
            try:
                left = max(beat - self._client.loop.time(), 0.0)
                message = await asyncio.wait_for(self._client.queue.get(), left)
            except TimeoutError:
                # Signed out, or a right taken away, since the stream began?
                if not await run_in_threadpool(self._welcome):
                    break
                beat = self._client.loop.time() + HEARTBEAT
                message = b": still here\n\n"
            if message is _OVER:
                break
            await self._send(send, message)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send(self, send: Send, message: bytes) -> None:
        try:
            await asyncio.wait_for(send({"type": "http.response.body", "body": message, "more_body": True}), _SLOW)
        except TimeoutError:
            self._client.late = True
            raise


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _call(client: Client, message: bytes | None) -> None:
    with suppress(RuntimeError):  # its loop has ended
        client.loop.call_soon_threadsafe(client.offer, message)
