"""A foreign mapping that is read key by key and reports what nobody read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.interop.losses import Loss

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_EQUIVALENT = "the contract language has no equivalent"

_BLANKS: tuple[Any, ...] = (None, "", [], {}, False, -1)
"""Values that ODCS files contain for something that is not set."""


class TrackedMapping:
    """A mapping whose keys are read once each."""

    def __init__(self, content: Any, path: str, losses: list[Loss]) -> None:
        """Wrap a value; anything but a mapping is a loss and read as empty."""
        self.path = path
        self._losses = losses
        self._left = dict(content) if isinstance(content, dict) else {}
        if content is not None and not isinstance(content, dict):
            self._add_loss(path, "not a mapping")

    def __contains__(self, key: str) -> bool:
        return not _is_blank(self._left.get(key))

    def __iter__(self) -> Iterator[str]:
        return iter(self._left)

    def at(self, key: str) -> str:
        """Return the path of a key."""
        return f"{self.path}.{key}" if self.path else key

    def take(self, key: str, *kinds: type) -> Any:
        """Return the value of a key, once; a value of another type is a loss, and None."""
        value = self._left.pop(key, None)
        if value is None:
            return None
        if object in kinds or type(value) in kinds:
            return value
        self._add_loss(self.at(key), "a value of another type is expected here")
        return None

    def text(self, key: str) -> str | None:
        """Return a text, once; None if it is blank."""
        text: str | None = self.take(key, str)
        return text if text and text.strip() else None

    def items(self, key: str) -> Iterator[tuple[str, Any]]:
        """Yield path and value of each entry of a list, once."""
        for number, item in enumerate(self.take(key, list) or ()):
            yield f"{self.at(key)}[{number}]", item

    def mappings(self, key: str) -> Iterator[TrackedMapping]:
        """Yield each mapping of a list; anything else in it is a loss."""
        for path, item in self.items(key):
            if isinstance(item, dict):
                yield TrackedMapping(item, path, self._losses)
            else:
                self._add_loss(path, "not a mapping")

    def mapping(self, key: str) -> TrackedMapping:
        """Return the mapping of a key; an empty one if there is none."""
        return TrackedMapping(self.take(key, dict), self.at(key), self._losses)

    def rest(self) -> dict[str, Any]:
        """Return the keys that nobody read; they count as read."""
        left, self._left = self._left, {}
        return left

    def peek(self, key: str) -> Any:
        """Return the value of a key, which does not count as read."""
        return self._left.get(key)

    def put_back(self, key: str, value: Any) -> None:
        """Make a key one that nobody read."""
        self._left[key] = value

    def add_default(self, other: TrackedMapping) -> None:
        """Take over the keys of another mapping that this one lacks."""
        self._left = {**other.rest(), **self._left}

    def end(self, reason: str = NO_EQUIVALENT) -> None:
        """Report every key that nobody read."""
        for key, value in self._left.items():
            if not _is_blank(value):
                self._add_loss(self.at(key), reason)

    def discard_rest(self) -> None:
        """Ignore the keys that nobody read."""
        self._left.clear()

    def add_loss(self, reason: str) -> None:
        """Report the whole mapping as not converted."""
        self._left.clear()
        self._add_loss(self.path, reason)

    def _add_loss(self, path: str, reason: str) -> None:
        self._losses.append(Loss(path, reason))


def _is_blank(value: Any) -> bool:
    return any(value == nothing and type(value) is type(nothing) for nothing in _BLANKS)
