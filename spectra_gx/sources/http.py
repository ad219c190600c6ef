"""A client for a JSON API: bounded in time, size and attempts, and careful with its token."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlencode, urlsplit

import requests
import urllib3.exceptions

from spectra_gx.errors import ConfigurationError, ExternalServiceError, SpectraError
from spectra_gx.sources.circuit_breaker import MAX_FAILURES, CircuitBreaker, CircuitOpenError
from spectra_gx.sources.credentials import Credential, bearer
from spectra_gx.sources.responses import (
    Attempt,
    accept_without_json,
    parse_response,
    truncated,
)
from spectra_gx.sources.retries import (
    MAX_RETRY_AFTER_SECONDS,
    NOT_SENT,
    RETRY_AFTER,
    RetryPolicy,
    retrying,
)
from spectra_gx.sources.setting_names import BARE, SettingNames
from spectra_gx.sources.shared_limits import limits_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import SecretStr

    from spectra_gx.sources.rate_limit import RateLimiter
    from spectra_gx.sources.responses import ParseResponse

_CHUNK_BYTES = 64 * 1024
_REACH_ADVICE = "check BASE_URL and the network, then run again"


@dataclass(frozen=True)
class JsonResponse:
    """What a call brought, its retries included."""

    body: Any
    attempts: int


class HttpClient:
    """Reads JSON from one source; every failure is a SpectraError."""

    def __init__(
        self,
        base_url: str,
        base_path: str,
        token: SecretStr | Credential,
        *,
        system: str,
        settings: SettingNames = BARE,
        parse: ParseResponse = parse_response,
        timeout_seconds: float = 10.0,
        total_seconds: float = 60.0,
        max_bytes: int = 64 * 1024 * 1024,
        limiter: RateLimiter | None = None,
        breaker: CircuitBreaker | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare a session; nothing is sent yet.

        Args:
            base_url: Scheme, host and port.
            base_path: Prefix of every requested path.
            token: Sent as `Authorization: Bearer` or as the credential says, and nowhere else.
            system: Named by every error.
            settings: What the address and the token are called where they are set.
            parse: Reads a complete response.
            timeout_seconds: To connect, and between two pieces of an answer.
            total_seconds: For one whole attempt, so that a dribbling answer ends.
            max_bytes: Size that an answer's body may have, unpacked.
            limiter: Of attempts; without it, the one that all calls of the process share.
            breaker: Counts attempts that fail; without it, the one that they share, too.
            sleep: Waits between attempts, in seconds.

        Raises:
            ConfigurationError: The address or the token cannot be used.
        """
        self.settings = settings
        self.headers: dict[str, str] = {}
        """What goes with every request beside its own headers, such as the trace it is part of."""

        address = _parse_address(base_url, settings)
        self._root = f"{address.geturl().rstrip('/')}/{base_path.strip('/')}".rstrip("/")
        self._credential = token if isinstance(token, Credential) else bearer(token, settings)
        self._parse = parse
        self._system = system
        self._timeout_seconds = timeout_seconds
        self._total_seconds = total_seconds
        self._max_bytes = max_bytes
        self._origin = f"{address.scheme}://{address.netloc.lower()}"
        shared = limits_of(system, self._origin)
        self.limiter = limiter or shared.limiter
        self._breaker = breaker or shared.breaker
        self._sleep = sleep
        self._session = requests.Session()
        # Proxies and CA bundles of the environment are how people reach a vendor; a loopback
        # address is never behind one. A netrc entry is not consulted: `auth` is always given.
        self._session.trust_env = not _is_loopback(address)
        if address.scheme == "http" and self._session.trust_env:
            raise ConfigurationError(
                settings.spell(
                    "BASE_URL is an `http://` address, over which API_TOKEN would travel "
                    "unencrypted; use `https://`"
                ),
                code="base_url",
            )

    def get_json(
        self, path: str, params: Mapping[str, object] | None = None, *, policy: RetryPolicy
    ) -> JsonResponse:
        """Ask for a path under the base path and return the JSON that came.

        Raises:
            SpectraError: The last attempt's failure; its context contains `status`, `endpoint`
                and `attempts`.
        """
        request = format_request(path, params)
        attempts = 0

        def once() -> Any:
            nonlocal attempts
            attempts += 1
            attempt = self._attempt(request, path, attempts)
            return self._ask(attempt, params or {}, self._parse)

        return JsonResponse(retrying(policy, self._sleep)(once), attempts)

    def probe(self, path: str, params: Mapping[str, object] | None = None) -> int:
        """Send a request once, drop the body of its answer, and return the status, a 2xx.

        Raises:
            SpectraError: The source refused, gave no whole answer, or answered a web page.
        """
        attempt = self._attempt(format_request(path, params), path, 1)
        status: int = self._ask(attempt, params or {}, accept_without_json(self._parse))
        return status

    def _attempt(self, request: str, path: str, number: int) -> Attempt:
        return Attempt(request, path, number, self._system, self._credential, self.settings)

    def _ask(self, attempt: Attempt, params: Mapping[str, object], parse: ParseResponse) -> Any:
        try:
            return self._breaker.call(lambda: self._send(attempt, params, parse))
        except CircuitOpenError as error:
            failure = self._not_sent(attempt, error)
        raise failure

    def _not_sent(self, attempt: Attempt, error: CircuitOpenError) -> SpectraError:
        failure = replace(attempt, number=1).error(
            f"was not sent: {MAX_FAILURES} attempts in a row to reach `{self._origin}` failed, and "
            f"nothing is sent there before {error.until:%H:%M:%S} UTC",
            "check that the source works, then run again after that time",
            code=NOT_SENT,
            retryable=True,
        )
        failure.context["attempts"] = attempt.number - 1
        return failure

    def _send(self, attempt: Attempt, params: Mapping[str, object], parse: ParseResponse) -> Any:
        """Send a request once, when it may be sent; a 429 lets the others wait, too."""
        if wait := self.limiter.reserve():
            self._sleep(wait)
        try:
            return self._answer(attempt, params, parse)
        except ExternalServiceError as error:
            wanted = error.context.get(RETRY_AFTER)
            limited = error.context.get("status") == HTTPStatus.TOO_MANY_REQUESTS
            if limited and isinstance(wanted, float):
                self.limiter.pause(min(wanted, MAX_RETRY_AFTER_SECONDS))
            raise

    def _answer(self, attempt: Attempt, params: Mapping[str, object], parse: ParseResponse) -> Any:
        deadline = time.monotonic() + self._total_seconds
        try:
            response = self._session.get(
                self._root + attempt.endpoint,
                params={name: str(value) for name, value in params.items()},
                headers={
                    **self.headers,
                    "Accept": "application/json",
                    "User-Agent": "spectra-gx",
                },
                auth=self._credential,
                timeout=self._timeout_seconds,
                allow_redirects=False,
                stream=True,
            )
            with response:
                body = self._body(attempt, response, deadline)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            failure = _explain(attempt, error)
        else:
            return parse(attempt, response.status_code, response.headers, body)
        raise failure  # outside the handler: the library's error contains the request and its token

    def _body(self, attempt: Attempt, response: requests.Response, deadline: float) -> bytes:
        try:
            return self._read(attempt, response, deadline)
        except (SpectraError, urllib3.exceptions.HTTPError, OSError):
            if response.ok:
                raise
            return b""  # a refusal's status is enough: its body only adds words

    def _read(self, attempt: Attempt, response: requests.Response, deadline: float) -> bytes:
        body = bytearray()
        # read1 returns what has arrived; read would wait for a whole chunk, however slowly it drips
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            body += chunk
            if len(body) > self._max_bytes:
                raise attempt.error(
                    f"answered with more than {self._max_bytes} bytes",
                    "request less at once, or check that BASE_PATH leads to the API",
                    code="too_large",
                    status=response.status_code,
                )
            if time.monotonic() > deadline:
                raise attempt.error(
                    f"did not finish its answer within {self._total_seconds:g} s",
                    "run again, and if it stays so look at the source's load",
                    code="timeout",
                    retryable=True,
                    status=response.status_code,
                )
        return bytes(body)


def format_request(path: str, params: Mapping[str, object] | None = None) -> str:
    """Return a call's name for people: `GET /execution?cycleid=7`."""
    return f"GET {path}?{urlencode(params)}" if params else f"GET {path}"


def _explain(attempt: Attempt, error: Exception) -> SpectraError:
    if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)):
        return attempt.error("got no answer in time", _REACH_ADVICE, code="timeout", retryable=True)
    if "CERTIFICATE_VERIFY_FAILED" in str(error):  # OpenSSL's name; waiting fixes no certificate
        return attempt.error(
            "could not be sent: the source's certificate is not trusted here",
            "check BASE_URL, or name your own authorities in REQUESTS_CA_BUNDLE",
            code="tls",
        )
    if isinstance(error, urllib3.exceptions.DecodeError):
        return attempt.error(
            "answered with a body that cannot be unpacked", _REACH_ADVICE, code="not_json"
        )
    if isinstance(error, urllib3.exceptions.ProtocolError):
        return truncated(attempt)
    retryable = isinstance(error, (requests.ConnectionError, OSError))
    return attempt.error(
        "could not reach the source", _REACH_ADVICE, code="connection", retryable=retryable
    )


def _parse_address(base_url: str, settings: SettingNames) -> SplitResult:
    try:
        address = urlsplit(base_url)
        usable = address.scheme in ("http", "https") and bool(address.hostname)
        plain = address.username is None and not address.query and not address.fragment
        if usable and plain and address.port != 0:
            return address
    except ValueError:
        pass  # the text is not repeated below: it may contain a password
    raise ConfigurationError(
        f"{settings.spell('BASE_URL')} is not an address that can be used; set it to a scheme and "
        "a host, without user, query or fragment, such as `https://api.example.com`",
        code="base_url",
    )


def _is_loopback(address: SplitResult) -> bool:
    host = address.hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
