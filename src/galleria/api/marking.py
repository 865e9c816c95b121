"""Files that leave a site whose history was made up say so in their names, whichever route gives them."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .ports import LiveSite

_NAME = 'filename="'


class Marking:
    """Changes `filename` in `Content-Disposition`.

    Args:
        app: what is behind.
        live: the site, as it is when an answer begins.
    """

    def __init__(self, app: ASGIApp, live: LiveSite) -> None:
        self._app, self._live = app, live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                before, name, rest = headers.get("content-disposition", "").partition(_NAME)
                if name:
                    headers["content-disposition"] = before + name + self._live.site.file_name(rest)
            await send(message)

        await self._app(scope, receive, marked)
