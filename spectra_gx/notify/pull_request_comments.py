"""One comment on a pull request, found and replaced by every later review; GitHub's REST API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from requests.auth import AuthBase

from spectra_gx.errors import (
    AuthenticationError,
    AuthorizationError,
    ConfigurationError,
    ExternalServiceError,
    NotFoundError,
    SpectraError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import SecretStr

_SECONDS = 10
_DONE = (200, 201)
_PAGE = 100
_MOST_PAGES = 100
_MEMBERS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_ERRORS: dict[int, tuple[type[SpectraError], str]] = {
    401: (AuthenticationError, "refused the token; check GITHUB_TOKEN"),
    403: (
        AuthorizationError,
        "does not let the token do this; give the job `pull-requests: write`",
    ),
    404: (NotFoundError, "does not know this pull request, or hides it from this token"),
}


class PullRequestComments:
    """The comments of one pull request."""

    def __init__(self, api_url: str, token: SecretStr, repository: str, number: int) -> None:
        """Prepare a session; nothing is sent yet.

        Args:
            api_url: `https://api.github.com`, or what GitHub Enterprise has in its place.
            token: Sent as `Authorization: Bearer`, and nowhere else.
            repository: `owner/name`.
            number: The pull request's.

        Raises:
            ConfigurationError: The address or the token cannot be used.
        """
        self._api = _usable_address(api_url)
        self._path = f"/repos/{repository}/issues"
        self._number = number
        self._auth = _Bearer(_usable_token(token))
        self._session = requests.Session()
        # Proxies of the environment are how people reach GitHub; loopback is never behind one.
        self._session.trust_env = urlsplit(self._api).hostname not in _LOOPBACK

    def put(self, marker: str, body: str) -> str:
        """Replace the comment that begins with a marker, or write it; return which was done.

        Comments of strangers do not count, whatever they begin with.

        Raises:
            SpectraError: GitHub could not be reached, or refused.
        """
        found = next(
            (comment for comment in self._comments() if _is_ours(comment, marker)),
            None,
        )
        if found is None:
            self._request("POST", f"{self._path}/{self._number}/comments", json={"body": body})
            return "created"
        self._request("PATCH", f"{self._path}/comments/{int(found['id'])}", json={"body": body})
        return "updated"

    def _comments(self) -> Iterator[dict[str, Any]]:
        """Yield the comments, oldest first; pages are counted, and no link is followed."""
        for page in range(1, _MOST_PAGES + 1):
            found = self._request(
                "GET",
                f"{self._path}/{self._number}/comments",
                params={"per_page": _PAGE, "page": page},
            )
            if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
                raise ExternalServiceError("GitHub answered with something else than comments")
            yield from found
            if len(found) < _PAGE:
                return

    def _request(self, method: str, path: str, **options: Any) -> Any:
        try:
            response = self._session.request(
                method,
                self._api + path,
                headers={
                    "Accept": "application/vnd.github+json",
                    "X-GitHub-Api-Version": "2022-11-28",
                    "User-Agent": "spectra-gx",
                },
                auth=self._auth,
                timeout=_SECONDS,
                allow_redirects=False,  # the token is for this host
                **options,
            )
            if response.status_code in _DONE:
                return response.json()
            failure = _error(method, path, response.status_code)
        except ValueError:
            failure = ExternalServiceError("GitHub answered with something else than JSON")
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError):
            failure = ExternalServiceError(
                "GitHub could not be reached; check GITHUB_API_URL and the network, then run again",
                retryable=True,
            )
        raise failure  # outside the handler: the library's error contains the token


class _Bearer(AuthBase):
    """Puts the token into one request's header."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        return request


def _is_ours(comment: dict[str, Any], marker: str) -> bool:
    """Return whether a comment has the marker, and is of a bot or of somebody of the repository."""
    author = comment.get("user") or {}
    written_here = author.get("type") == "Bot"
    written_here |= comment.get("author_association") in _MEMBERS
    return written_here and str(comment.get("body") or "").splitlines()[:1] == [marker]


def _error(method: str, path: str, status: int) -> SpectraError:
    kind, reason = _ERRORS.get(
        status, (ExternalServiceError, f"answered {status}; run again, or look at its status page")
    )
    return kind(f"GitHub {reason} (`{method} {path}`)", context={"status": status})


def _usable_address(api_url: str) -> str:
    """Return the address, once it is known to carry a token safely."""
    try:
        address = urlsplit(api_url)
        safe = address.scheme == "https" or address.hostname in _LOOPBACK
        bare = address.username is None and not address.query and not address.fragment
        if address.scheme in ("http", "https") and address.hostname and safe and bare:
            return api_url.rstrip("/")
    except ValueError:
        pass  # the text is not repeated below: it may contain a password
    raise ConfigurationError(
        "GITHUB_API_URL is not an address that a token may be sent to; set it to `https://` and a "
        "host, such as `https://api.github.com`"
    )


def _usable_token(token: SecretStr) -> SecretStr:
    # http.client refuses other characters with an error that repeats the whole header
    if re.fullmatch(r"[\x21-\x7e]+", token.get_secret_value()):
        return token
    raise ConfigurationError(
        "GITHUB_TOKEN is empty or contains a character that no header can carry, such as a space "
        "or a line break; set it again without it"
    )
