"""GitHub's comments on loopback; hand-written, it refuses what GitHub refuses."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from tests.fakes.served import Served

TOKEN = SecretStr("fake-github-token-0123456789")
REPOSITORY = "shop/contracts"
NUMBER = 7
LARGEST = 65_536

BOT = {"user": {"login": "github-actions[bot]", "type": "Bot"}, "author_association": "NONE"}
MEMBER = {"user": {"login": "somebody", "type": "User"}, "author_association": "MEMBER"}
STRANGER = {"user": {"login": "stranger", "type": "User"}, "author_association": "NONE"}

_OF_PULL_REQUEST = re.compile(rf"/repos/{REPOSITORY}/issues/{NUMBER}/comments")
_COMMENT = re.compile(rf"/repos/{REPOSITORY}/issues/comments/(\d+)")


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    method: str
    path: str
    authorization: str | None


class GitHubServer(Served):
    """The comments of one pull request, of which the token's may be written.

    `status` answers every request, in place of what it asks for; `body` is then what is said.
    """

    def __init__(self, *, status: int | None = None, body: bytes = b"{}") -> None:
        self.status = status
        self.body = body
        self.headers: dict[str, str] = {}
        self.comments: list[dict[str, Any]] = []
        self.requests: list[Request] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))

    @property
    def methods(self) -> list[str]:
        """The methods asked for, in order."""
        return [request.method for request in self.requests]

    def add(self, body: str, author: dict[str, Any]) -> dict[str, Any]:
        """Write a comment as somebody."""
        comment = {"id": 1000 + len(self.comments), "body": body, **author}
        self.comments.append(comment)
        return comment

    def answer(self, method: str, target: str, said: dict[str, Any]) -> tuple[int, Any]:
        """Return status and JSON for a request that brings the token."""
        address = urlsplit(target)
        if len(said.get("body", "x")) > LARGEST:
            return 422, {"message": "Body is too long"}
        if _OF_PULL_REQUEST.fullmatch(address.path):
            if method == "POST":
                return 201, self.add(said["body"], BOT)
            asked = {name: int(values[0]) for name, values in parse_qs(address.query).items()}
            size = min(asked.get("per_page", 30), 100)
            start = (asked.get("page", 1) - 1) * size
            return 200, self.comments[start : start + size]
        changed = _COMMENT.fullmatch(address.path)
        for comment in self.comments:
            if method == "PATCH" and changed and comment["id"] == int(changed[1]):
                comment["body"] = said["body"]
                return 200, comment
        return 404, {"message": "Not Found"}


def _handler(github: GitHubServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def serve(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            sent = self.headers.get("Authorization")
            github.requests.append(Request(self.command, self.path, sent))
            if github.status is not None:
                self._send(github.status, github.body)
            elif sent != f"Bearer {TOKEN.get_secret_value()}":
                self._send(401, b'{"message": "Bad credentials"}')
            else:
                status, said = github.answer(self.command, self.path, json.loads(raw or b"{}"))
                self._send(status, json.dumps(said).encode())

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            for name, value in github.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # its base names it
            """Keep the test output clean."""

    for method in ("GET", "POST", "PATCH"):
        setattr(Handler, f"do_{method}", Handler.serve)
    return Handler


def event(
    base: str, head: str, *, fork: str | None = REPOSITORY, number: int = NUMBER
) -> dict[str, Any]:
    """Return what GitHub says of a pull request, as far as anybody here reads it.

    `fork` is the repository that it comes from; None for one that was deleted.
    """
    return {
        "action": "synchronize",
        "number": number,
        "pull_request": {
            "number": number,
            "base": {"ref": "main", "sha": base, "repo": {"full_name": REPOSITORY}},
            "head": {"ref": "x", "sha": head, "repo": fork and {"full_name": fork}},
        },
        "repository": {"full_name": REPOSITORY},
    }
