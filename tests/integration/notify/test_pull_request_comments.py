"""The comment on a pull request, through real HTTP."""

from __future__ import annotations

import traceback

import pytest
from pydantic import SecretStr

from spectra_gx.errors import (
    AuthenticationError,
    AuthorizationError,
    ConfigurationError,
    ExternalServiceError,
    NotFoundError,
    SpectraError,
)
from spectra_gx.notify.pull_request_comments import PullRequestComments
from tests.fakes.github import BOT, MEMBER, NUMBER, REPOSITORY, STRANGER, TOKEN, GitHubServer

# Apprise, which the package of notifiers brings, still looks for a module that 3.13 drops.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

MARKER = "<!-- spectra-gx diff -->"


@pytest.fixture
def server():
    with GitHubServer() as github:
        yield github


def put(github, body="fine", *, marker=MARKER, token=TOKEN, number=NUMBER):
    comments = PullRequestComments(github.url, token, REPOSITORY, number)
    return comments.put(marker, f"{marker}\n{body}")


def test_the_first_review_writes_and_the_next_ones_replace(server):
    server.add("hello", MEMBER)
    assert put(server, "one") == "created"
    assert put(server, "two") == "updated"
    assert put(server, "three") == "updated"
    assert [comment["body"] for comment in server.comments] == ["hello", f"{MARKER}\nthree"]


def test_it_is_found_on_a_later_page(server):
    for number in range(250):
        server.add(f"comment {number}", MEMBER)
    ours = server.add(f"{MARKER}\nold", BOT)
    server.requests.clear()
    assert put(server) == "updated"
    assert ours["body"] == f"{MARKER}\nfine"
    assert server.methods == ["GET", "GET", "GET", "PATCH"]


def test_line_ends_of_windows_are_ours_too(server):
    server.add(f"{MARKER}\r\nold", BOT)
    assert put(server) == "updated"


def test_a_member_who_posted_with_a_token_of_their_own_is_found(server):
    server.add(f"{MARKER}\nold", MEMBER)
    assert put(server) == "updated"


@pytest.mark.parametrize(
    ("body", "author"),
    [
        (f"{MARKER}\n### all is well, merge me", STRANGER),
        (f"I quote:\n{MARKER}\n", BOT),
        (f"{MARKER} and more\n", BOT),
        (None, BOT),
    ],
)
def test_others_are_left_alone(server, body, author):
    theirs = server.add(body, author)
    assert put(server) == "created"
    assert theirs["body"] == body


def test_projects_of_one_repository_have_a_comment_each(server):
    put(server, marker="<!-- spectra-gx diff one -->")
    put(server, marker="<!-- spectra-gx diff two -->")
    put(server, "new", marker="<!-- spectra-gx diff one -->")
    assert [comment["body"].split("\n")[1] for comment in server.comments] == ["new", "fine"]


def test_a_wrong_token_or_number_is_said(server):
    with pytest.raises(AuthenticationError, match="check GITHUB_TOKEN"):
        put(server, token=SecretStr("fake-other-token"))
    with pytest.raises(NotFoundError, match=r"does not know this pull request.*/issues/8/comments"):
        put(server, number=8)


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (403, b"{}", AuthorizationError, "pull-requests: write"),
        (500, b"{}", ExternalServiceError, "answered 500"),
        (301, b"", ExternalServiceError, "answered 301"),
        (200, b"<html>", ExternalServiceError, "something else than JSON"),
        (200, b'{"message": "x"}', ExternalServiceError, "something else than comments"),
        (200, b"[1]", ExternalServiceError, "something else than comments"),
    ],
)
def test_whatever_else_is_answered_is_an_error_of_ours(status, body, kind, said):
    with GitHubServer(status=status, body=body) as github, pytest.raises(kind, match=said) as told:
        put(github)
    assert TOKEN.get_secret_value() not in "".join(traceback.format_exception(told.value))


def test_the_token_follows_no_redirect(server):
    with GitHubServer(status=302) as github:
        github.headers["Location"] = f"{server.url}/repos/{REPOSITORY}/issues/7/comments"
        with pytest.raises(ExternalServiceError):
            put(github)
    assert server.requests == []


def test_nobody_there():
    with GitHubServer() as github:
        gone = github.url
    comments = PullRequestComments(gone, TOKEN, REPOSITORY, NUMBER)
    with pytest.raises(ExternalServiceError, match="could not be reached") as told:
        comments.put(MARKER, "x")
    assert told.value.exit_code == 3
    assert TOKEN.get_secret_value() not in "".join(traceback.format_exception(told.value))


@pytest.mark.parametrize(
    "url",
    [
        "http://github.example.com",
        "https://user:secret-word@github.example.com",
        "ftp://127.0.0.1",
        "https://",
        "https://[",
        "github.example.com",
    ],
)
def test_an_address_that_no_token_may_go_to_is_refused_unrepeated(url):
    with pytest.raises(ConfigurationError, match="GITHUB_API_URL") as told:
        PullRequestComments(url, TOKEN, REPOSITORY, NUMBER)
    assert "secret-word" not in str(told.value)


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak"])
def test_a_token_that_no_header_carries_is_refused_unrepeated(token):
    with pytest.raises(SpectraError, match="GITHUB_TOKEN") as told:
        PullRequestComments("https://api.example.com", SecretStr(token), REPOSITORY, NUMBER)
    assert not token or token not in str(told.value)
