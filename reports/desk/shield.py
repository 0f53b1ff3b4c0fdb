"""Put the security headers on every answer, and turn a fault into a page that gives nothing away."""

import logging
import secrets

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger(__name__)

#: No script, style, frame or form but our own, and nothing kept by browsers or proxies.
HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), interest-cohort=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
NOT_KEPT = (b"cache-control", b"no-store")
ENCRYPTED = (b"strict-transport-security", b"max-age=31536000")


class Shield:
    """Wraps the whole application. An error that nobody handled is logged by its kind and a number, never its text."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def shielded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = list(message.get("headers", []))
                names = {name.lower() for name, _ in headers}
                headers += [header for header in HEADERS if header[0] not in names]
                if b"cache-control" not in names:
                    headers.append(NOT_KEPT)
                if self._https:
                    headers.append(ENCRYPTED)
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._app(scope, receive, shielded)
        except Exception as error:
            number = secrets.token_hex(4)
            # The route's pattern, not the path: a path may hold anything. The error's text may quote a customer.
            place = getattr(scope.get("route"), "path", "an unknown route")
            where = error.__traceback__
            while where is not None and where.tb_next is not None:
                where = where.tb_next
            line = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else "?"
            LOG.error("Fault %s: %s in %s %s at %s", number, type(error).__name__, scope["method"], place, line)
            if begun:
                # Half an answer is out; the broken connection says so.
                raise ConnectionResetError(f"Fault {number} in the middle of an answer.") from None
            answer = PlainTextResponse(f"Something went wrong here. Give the operator this number: {number}\n", 500)
            await answer(scope, receive, shielded)
