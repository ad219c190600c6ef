"""Read lists page by page, in each form that Jira's API has.

No form takes a short page for the last one, counts by the size that was requested, or trusts
`total`: servers cap pages, leave some empty, and count again each time.
What is read twice is yielded once. Reading that cannot reach an end raises: rows would be missing.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import ExternalServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Row = Mapping[str, Any]
    Ask = Callable[[Mapping[str, object]], Any]

MAX_EMPTY_PAGES = 3
"""Empty pages in a row after which nothing more is expected."""


class Pages(ABC):
    """How one list is read: what each request asks for, and whether another one follows."""

    rows: str
    """Where an answer has its rows."""

    key = "id"
    """What tells a row from others."""

    @abstractmethod
    def first(self) -> Mapping[str, object]:
        """Return the parameters of the first request."""

    @abstractmethod
    def following(self, answer: Any, received: int) -> Mapping[str, object] | None:
        """Return the parameters of the request after an answer; None after the last one."""

    def read_rows(self, answer: Any) -> Sequence[Row]:
        """Return the rows of an answer."""
        rows: Sequence[Row] = answer[self.rows]
        return rows


class WholeList(Pages):
    """A bare array, which is not paged: Data Center's list of projects."""

    def first(self) -> Mapping[str, object]:
        """Return no parameters."""
        return {}

    def following(self, answer: Any, received: int) -> None:  # noqa: ARG002 - nothing follows any
        """Return None: the answer was everything."""
        return

    def read_rows(self, answer: Any) -> Sequence[Row]:
        """Return the answer."""
        rows: Sequence[Row] = answer
        return rows


class OffsetPages(Pages):
    """`startAt`, `maxResults` and, on some answers, `total` and `isLast`."""

    def __init__(self, rows: str = "values", size: int = 50, start: int = 0) -> None:
        self.rows = rows
        self._size = size
        self._start = start
        self._most_total = 0
        self._empty = 0

    def first(self) -> Mapping[str, object]:
        """Return where to begin."""
        return {"startAt": self._start, "maxResults": self._size}

    def following(self, answer: Any, received: int) -> Mapping[str, object] | None:
        """Go on behind the rows received, for as long as something says that there are more."""
        page = _positive(answer.get("maxResults")) or self._size
        self._most_total = max(self._most_total, _positive(answer.get("total")))
        self._empty = 0 if received else self._empty + 1
        # an empty page between others is stepped over, or it would come again
        self._start += received or page
        if answer.get("isLast") is True or self._empty > MAX_EMPTY_PAGES:
            return None
        counted = isinstance(answer.get("total"), int) or answer.get("isLast") is False
        complete = self._start >= self._most_total and answer.get("isLast") is not False
        if complete and (received < page if counted else not received):
            return None
        return self.first()


class TokenPages(Pages):
    """`nextPageToken`, which Cloud's search gives beside each page but the last."""

    def __init__(self, rows: str = "issues", size: int = 50) -> None:
        self.rows = rows
        self._size = size
        self._tokens: set[str] = set()
        self._older: OffsetPages | None = None

    def first(self) -> Mapping[str, object]:
        """Return the size alone: there is no token yet, and no offset at all."""
        return {"maxResults": self._size}

    def following(self, answer: Any, received: int) -> Mapping[str, object] | None:
        """Follow the token alone; without one, the page was the last."""
        token = answer.get("nextPageToken")
        if not token:
            return self._follow_older_form(answer, received)
        if token in self._tokens and answer.get("isLast") is True:
            return None
        if token in self._tokens:
            raise _endless("gave the same page token twice")
        self._tokens.add(token)
        return {"maxResults": self._size, "nextPageToken": token}

    def _follow_older_form(self, answer: Any, received: int) -> Mapping[str, object] | None:
        """Go on by offset where the answer counts that way, as from a proxy or an older server."""
        if "startAt" not in answer or self._tokens:
            return None
        self._older = self._older or OffsetPages(self.rows, self._size)
        return self._older.following(answer, received)


class SincePages(Pages):
    """`since`, `until` and `lastPage`: the lists of changed worklogs."""

    rows = "values"
    key = "worklogId"

    def __init__(self, since: int) -> None:
        """Take the instant from which to read, in epoch milliseconds."""
        self._since = since

    def first(self) -> Mapping[str, object]:
        """Return where to begin."""
        return {"since": self._since}

    def following(self, answer: Any, received: int) -> Mapping[str, object] | None:  # noqa: ARG002 - the answer itself says whether it was the last
        """Go on from the instant up to which the page reaches."""
        if answer.get("lastPage") is not False:
            return None
        until = answer.get("until")
        if not isinstance(until, int) or until <= self._since:
            raise _endless("gave a page that leads to no later one")
        self._since = until
        return self.first()


def read_pages(pages: Pages, ask: Ask, most: int) -> Iterator[list[Row]]:
    """Yield the rows of each page that has new ones.

    Args:
        pages: How the list is read, from its beginning.
        ask: Sends a request with these parameters, and returns the JSON that came.
        most: Pages after which reading gives up.

    Raises:
        ExternalServiceError: The pages reach no end.
    """
    seen: set[str] = set()
    params: Mapping[str, object] | None = pages.first()
    for _ in range(most):
        if params is None:
            return
        answer = ask(params)
        rows = pages.read_rows(answer)
        fresh = {_identity(row, pages.key): row for row in rows}
        new = [row for identity, row in fresh.items() if identity not in seen]
        seen.update(fresh)
        if new:
            yield new
        params = pages.following(answer, len(rows))
    if params is not None:
        raise _endless(f"has more than {most} pages")


def _identity(row: Row, key: str) -> str:
    return json.dumps(row.get(key, row), sort_keys=True)


def _positive(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _endless(what: str) -> ExternalServiceError:
    return ExternalServiceError(
        f"a list of Jira {what}, so that rows would be missing; run again, and if it stays so look "
        "at what is between here and Jira",
        code="endless_pages",
    )
