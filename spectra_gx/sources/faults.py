"""Faults that a sandbox shows on demand."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING

from spectra_gx.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_COUNT = re.compile(r"0*[1-9][0-9]{0,8}")


class FaultKind(StrEnum):
    """What goes wrong; a system whose sandbox shows other faults has an enumeration of its own."""

    BAD_TOKEN = "bad-token"  # noqa: S105 - the name of a fault
    """401, whatever the token."""

    FORBIDDEN = "forbidden"
    RATE_LIMIT = "rate-limit"
    """429 with `Retry-After: 1`."""

    SERVER_ERROR = "server-error"
    BAD_GATEWAY = "bad-gateway"
    """502 with a proxy's web page."""

    HANG = "hang"
    """No answer until the client leaves or the sandbox stops."""

    DISCONNECT = "disconnect"
    """The connection closes without an answer."""

    TRUNCATED = "truncated"
    """The body is shorter than its Content-Length."""

    HTML = "html"
    """200 with a web page."""

    EMPTY = "empty"
    """204."""

    NO_ROWS = "no-rows"
    """200 with an empty array."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong."""

    kind: StrEnum
    """A member of the system's `faults`."""

    count: int | None = None
    """Requests it shows itself to; None for ever."""

    path: str | None = None
    """The endpoint path, and all below it; None every path."""

    after: int = 0
    """Requests for that path that are answered well before."""

    def concerns(self, path: str) -> bool:
        """Return whether a request for this endpoint path meets the fault."""
        return self.path is None or path == self.path or path.startswith(f"{self.path}/")


def parse_fault(text: str, kinds: Iterable[StrEnum] = FaultKind) -> Fault:
    """Read `KIND[+AFTER][:COUNT][@PATH]`, such as `rate-limit:2@/release` or `bad-token+1`.

    Args:
        text: The fault.
        kinds: What the sandbox can show.

    Raises:
        UsageError: The kind is unknown, a number is not a whole one above 0, or the path does not
            start with `/`.
    """
    rest, at, path = text.partition("@")
    rest, colon, count = rest.partition(":")
    kind, plus, after = rest.partition("+")
    return Fault(
        _kind(kind, kinds),
        _count(text, count, ":") if colon else None,
        _path(text, path) if at else None,
        _count(text, after, "+") if plus else 0,
    )


def known_faults(
    faults: Sequence[Fault], kinds: Iterable[StrEnum], sandbox: str = "this sandbox"
) -> list[Fault]:
    """Return faults by the members that a sandbox knows them by.

    Args:
        faults: The faults.
        kinds: What the sandbox can show.
        sandbox: What it is, for an error.

    Raises:
        UsageError: It cannot show one of them.
    """
    known = {kind.value: kind for kind in kinds}
    for fault in faults:
        if fault.kind not in known:
            raise UsageError(
                f"{sandbox} has no fault `{fault.kind}`; choose one of {', '.join(known)}",
                code="fault",
            )
    return [replace(fault, kind=known[fault.kind]) for fault in faults]


class FaultPlan:
    """Hands each request the first fault that still concerns it; safe between threads."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self._left: list[tuple[Fault, int, int | None]] = [
            (fault, fault.after, fault.count) for fault in faults
        ]
        self._lock = threading.Lock()

    def take(self, path: str) -> StrEnum | None:
        """Return what goes wrong with a request for this endpoint path, and count it."""
        with self._lock:
            for index, (fault, before, left) in enumerate(self._left):
                if left == 0 or not fault.concerns(path):
                    continue
                if before:
                    self._left[index] = (fault, before - 1, left)
                    continue
                self._left[index] = (fault, 0, None if left is None else left - 1)
                return fault.kind
        return None


def _kind(text: str, kinds: Iterable[StrEnum]) -> StrEnum:
    known = {kind.value: kind for kind in kinds}
    if text in known:
        return known[text]
    close = get_close_matches(text, known, n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"choose one of {', '.join(known)}"
    raise UsageError(f"unknown fault `{text}` — {hint}", code="fault")


def _count(fault: str, text: str, sign: str) -> int:
    if _COUNT.fullmatch(text):
        return int(text)
    name, otherwise = ("count", "for ever") if sign == ":" else ("beginning", "from the start")
    raise UsageError(
        f"the {name} of fault `{fault}` is not a whole number above 0; leave `{sign}{text}` out "
        f"to show it {otherwise}",
        code="fault",
    )


def _path(fault: str, text: str) -> str | None:
    if text.startswith("/"):
        return text.rstrip("/") or None
    raise UsageError(
        f"the path of fault `{fault}` does not start with `/`; write it as the API does, such "
        "as `@/project/details`",
        code="fault",
    )
