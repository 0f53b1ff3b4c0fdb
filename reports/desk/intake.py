"""Turn away what is larger than anything that our own pages send, before it is read."""

from collections.abc import Mapping

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Bytes that a request may bring: forms are small, a file of its own route may be larger.
LARGEST = 1 << 20
MORE: Mapping[tuple[str, str], int] = {("POST", "/service"): 16 << 20}
#: Bytes beyond that are still taken from the line and thrown away: a browser shows an answer only when it has sent all.
SWALLOWED = 64 << 20


class Intake:
    """Wraps the application: whoever reads too large a body gets HTTPException 413, whether its length was told or not.

    Nobody is known yet at this point, so that a stranger cannot fill the disk either.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most, taken = MORE.get((scope["method"], scope["path"]), LARGEST), 0

        async def measured() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            while taken > most and message.get("more_body") and taken < SWALLOWED:
                message = await receive()
                taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(413)
            return message

        await self._app(scope, measured, send)
