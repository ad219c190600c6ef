"""What every request passes: who asks, from where, how much, how long."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders

from spectra_gx.errors import SpectraError
from spectra_gx.service.http.problems import Refusal, problem, refusal_of
from spectra_gx.store.credentials.declarations import is_loopback
from spectra_gx.store.credentials.service_tokens import ANYONE, Role, bearer_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from spectra_gx.service.http.access import Access
    from spectra_gx.store.credentials.service_tokens import Caller

    Count = Callable[[str, str, int, float], None]

logger = logging.getLogger(__name__)

COOKIE = "spectra_gx_session"
LOGIN = "/login"

LARGEST_BODY = 64 * 1024
BODY_SECONDS = 10.0

_PUBLIC = ("/healthz", "/readyz", LOGIN, "/logout", "/assets/")
_SAFE = ("GET", "HEAD", "OPTIONS")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Of every answer that does not say otherwise."""


class Guard:
    """Lets requests in, bounded, and answers for what goes wrong; an ASGI application."""

    def __init__(self, app: ASGIApp, access: Access, count: Count) -> None:
        """Take what is guarded.

        Args:
            app: Answers requests that are let in.
            access: Knows who asks.
            count: Takes method, route, status and seconds of each request.
        """
        self._app = app
        self._access = access
        self._count = count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        began = time.perf_counter()
        try:
            headers = Headers(scope=scope)
            self._refuse_other_sites(scope, headers)
            body = await _read_body(scope, headers, receive)
            await self._admit(scope, headers)
            await self._app(scope, _replayed(body, receive), answer.send)
        except Refusal as refusal:
            await answer.refuse(refusal, receive)
        except SpectraError as error:
            await answer.refuse(refusal_of(error), receive)
        except Exception as error:  # noqa: BLE001 - no traceback reaches a client
            await self._report_defect(receive, answer, error)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._count(scope["method"], route, answer.status, time.perf_counter() - began)

    def _refuse_other_sites(self, scope: Scope, headers: Headers) -> None:
        """Refuse what pages of other sites make a browser send.

        Without tokens, a name that resolves to this machine (DNS rebinding) is one as well.
        """
        host = headers.get("host", "")
        if self._access.is_open and not _is_this_machine(host):
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                "this service answers to the names of this machine alone; give it tokens to serve "
                "others",
            )
        if scope["method"] in _SAFE:
            return
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
        foreign = origin is not None and _host_of(origin) != host.lower()
        if foreign or (origin is None and site not in ("none", "same-origin")):
            raise Refusal(HTTPStatus.FORBIDDEN, "the request comes from a page of another site")

    async def _admit(self, scope: Scope, headers: Headers) -> None:
        """Note who asks; refuse those who may not."""
        path = scope["path"]
        if self._access.is_open:
            scope["caller"] = ANYONE
            return
        if path.startswith(_PUBLIC):
            return
        caller = await asyncio.to_thread(self._find_caller, headers)
        if caller is None:
            _refuse_unknown(scope, headers)
        elif not caller.may(Role.READ if scope["method"] in _SAFE else Role.RUN):
            raise Refusal(HTTPStatus.FORBIDDEN, caller.reason_not_to_run)
        else:
            scope["caller"] = caller

    def _find_caller(self, headers: Headers) -> Caller | None:
        token = bearer_of(headers)
        if token is not None:
            return self._access.by_token(token)
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return None
        return None if cookie is None else self._access.by_session(cookie.value)

    @staticmethod
    async def _report_defect(receive: Receive, answer: _Answer, error: Exception) -> None:
        logger.error(
            "request %s ended early with %s; this is a defect of spectra-gx",
            answer.request_id,
            type(error).__name__,
        )
        logger.debug("answering a request", exc_info=error)
        if answer.status:
            return  # the connection is closed, so that nobody takes half of an answer for all of it
        refusal = Refusal(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "the service could not answer; this is a defect of spectra-gx: its log has more",
        )
        await answer.refuse(refusal, receive)


class _Answer:
    """Sends an answer with the headers of all answers."""

    def __init__(self, scope: Scope, send: Send) -> None:
        given = Headers(scope=scope).get("x-request-id", "")
        self.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        self.status = 0
        """0 until it has begun."""
        self._scope = scope
        self._send = send

    async def refuse(self, refusal: Refusal, receive: Receive) -> None:
        refusal.more["request_id"] = self.request_id
        await problem(refusal)(self._scope, receive, self.send)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.request_id
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


async def _read_body(scope: Scope, headers: Headers, receive: Receive) -> bytes:
    """Return the whole body.

    Raises:
        Refusal: It is too large, or comes too slowly.
    """
    length = headers.get("content-length")
    if scope["method"] in _SAFE and length is None and "transfer-encoding" not in headers:
        return b""
    too_large = Refusal(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"the body is larger than {LARGEST_BODY:,} bytes",
        {"Connection": "close"},
    )
    if length is not None and length.isdecimal() and int(length) > LARGEST_BODY:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            more = True
            while more:
                message = await receive()
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > LARGEST_BODY:
                    raise too_large
    except TimeoutError:
        raise Refusal(
            HTTPStatus.REQUEST_TIMEOUT,
            f"the body did not arrive within {BODY_SECONDS:g} s",
            {"Connection": "close"},
        ) from None
    return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return what gives the body once, and then what comes after it: that the client has gone."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _refuse_unknown(scope: Scope, headers: Headers) -> None:
    if scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
        address = f"{LOGIN}?next={quote(scope['path'])}"
        raise Refusal(HTTPStatus.SEE_OTHER, "sign in first", {"Location": address})
    raise Refusal(
        HTTPStatus.UNAUTHORIZED,
        "send a token of the service as `Authorization: Bearer …`",
        {"WWW-Authenticate": 'Bearer realm="spectra-gx"'},
    )


def _is_this_machine(host: str) -> bool:
    try:
        return is_loopback(host)
    except ValueError:
        return False


def _host_of(origin: str) -> str:
    """Return host and port of an origin; nothing for `null` and what is none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
