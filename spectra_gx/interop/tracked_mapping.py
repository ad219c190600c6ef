"""Reading a foreign mapping key by key, so that whatever nobody took is known at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.interop.losses import Loss

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_EQUIVALENT = "the contract language has no word for it"

_SAYS_NOTHING: tuple[Any, ...] = (None, "", [], {}, False, -1)
"""What ODCS writes for a thing that is not said."""


class TrackedMapping:
    """A mapping that is being read."""

    def __init__(self, said: Any, path: str, losses: list[Loss]) -> None:
        """Begin; what is no mapping is a loss, and holds nothing."""
        self.path = path
        self._losses = losses
        self._left = dict(said) if isinstance(said, dict) else {}
        if said is not None and not isinstance(said, dict):
            self._add_loss(path, "it is no mapping")

    def __contains__(self, key: str) -> bool:
        return not _says_nothing(self._left.get(key))

    def at(self, key: str) -> str:
        """Return the path of a key."""
        return f"{self.path}.{key}" if self.path else key

    def take(self, key: str, *kinds: type) -> Any:
        """Return what stands behind a key, once; of another kind it is a loss, and None."""
        value = self._left.pop(key, None)
        if value is None:
            return None
        if object in kinds or type(value) in kinds:
            return value
        self._add_loss(self.at(key), "it is not of the kind that belongs here")
        return None

    def text(self, key: str) -> str | None:
        """Return a text that is not blank, once."""
        text: str | None = self.take(key, str)
        return text if text and text.strip() else None

    def items(self, key: str) -> Iterator[tuple[str, Any]]:
        """Yield path and value of each entry of a list, once."""
        for number, item in enumerate(self.take(key, list) or ()):
            yield f"{self.at(key)}[{number}]", item

    def mappings(self, key: str) -> Iterator[TrackedMapping]:
        """Yield each mapping of a list, to be read; anything else in it is a loss."""
        for path, item in self.items(key):
            if isinstance(item, dict):
                yield TrackedMapping(item, path, self._losses)
            else:
                self._add_loss(path, "it is no mapping")

    def mapping(self, key: str) -> TrackedMapping:
        """Return the mapping behind a key, to be read; an empty one when there is none."""
        return TrackedMapping(self.take(key, dict), self.at(key), self._losses)

    def end(self, reason: str = NO_EQUIVALENT) -> None:
        """Name what nobody took."""
        for key, value in self._left.items():
            if not _says_nothing(value):
                self._add_loss(self.at(key), reason)

    def discard_rest(self) -> None:
        """Read no further: whatever is left is said elsewhere."""
        self._left.clear()

    def add_loss(self, reason: str) -> None:
        """Name the whole as not carried."""
        self._left.clear()
        self._add_loss(self.path, reason)

    def _add_loss(self, path: str, reason: str) -> None:
        self._losses.append(Loss(path, reason))


def _says_nothing(value: Any) -> bool:
    return any(value == nothing and type(value) is type(nothing) for nothing in _SAYS_NOTHING)
