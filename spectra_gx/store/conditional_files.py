"""Files of an object store that are replaced only if nobody else did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError, PreconditionError

from spectra_gx.errors import WarehouseError
from spectra_gx.store.retries import repeated
from spectra_gx.store.store_errors import translate_store_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from obstore.store import ObjectStore

CLOCK = ".clock."
"""In the names of files that are written to read the clock; dead processes leave some."""

_ATTEMPTS = 3
"""How often a file is put at most, and the clock read: others delete what dead ones have left."""


@dataclass(frozen=True)
class StoredFile:
    """A file as it was found."""

    content: bytes
    tag: Mapping[str, str]
    """What a replacement is conditional on."""

    written: datetime
    """By the store's clock, in whole seconds."""


class ConditionalFiles:
    """Compare-and-swap on the files of one store."""

    def __init__(self, client: Callable[[], ObjectStore], address: str) -> None:
        """Take what opens the store, and what messages call it."""
        self._client = client
        self._address = address

    @repeated
    def read(self, path: str) -> StoredFile | None:
        """Return content and tag of one version; None when there is no such file."""
        with translate_store_errors(f"{self._address}/{path}", "read"):
            try:
                got = obstore.get(self._client(), path)
                content = bytes(got.bytes())
            except (NotFoundError, FileNotFoundError):
                return None
        return StoredFile(content, _tag(got.meta), got.meta["last_modified"])

    def create(self, path: str, content: bytes) -> Mapping[str, str] | None:
        """Create a file; return its tag, or None when there is one already."""
        return self._put(path, content, "create")

    def replace(
        self, path: str, content: bytes, tag: Mapping[str, str]
    ) -> Mapping[str, str] | None:
        """Replace the version with this tag; return the new tag, or None when it is gone."""
        return self._put(path, content, dict(tag))

    def now(self, path: str) -> datetime:
        """Return the store's clock, by writing and deleting a file; in whole seconds."""
        for _ in range(_ATTEMPTS):
            probe = f"{path}{CLOCK}{uuid4().hex}"
            if (written := self._write_probe(probe)) is not None:
                self._delete_probe(probe)
                return written
        raise WarehouseError(
            f"`{self._address}/{path}` cannot be read: what is written beside it disappears at "
            "once; end what deletes it, then run again",
            retryable=True,
        )

    @repeated
    def _write_probe(self, path: str) -> datetime | None:
        """Return when a file was written that is written now; None if somebody deletes it."""
        client = self._client()
        with translate_store_errors(f"{self._address}/{path}", "written"):
            obstore.put(client, path, b"")
            try:
                written: datetime = obstore.head(client, path)["last_modified"]
            except (NotFoundError, FileNotFoundError):
                return None
        return written

    def _delete_probe(self, path: str) -> None:
        """Delete a file that has done its work; left behind, it is cleared away by a later run."""
        try:
            self._delete(path)
        except WarehouseError as error:
            if not error.retryable:
                raise

    @repeated
    def _delete(self, path: str) -> None:
        with translate_store_errors(f"{self._address}/{path}", "deleted"):
            try:
                obstore.delete(self._client(), path)
            except (NotFoundError, FileNotFoundError):
                return  # an attempt whose answer was lost did it

    @repeated
    def _put(self, path: str, content: bytes, mode: Any) -> Mapping[str, str] | None:
        """Put on condition; `content` is unique, so that it shows whose it is.

        Where the answer was lost, or a retry met its own first attempt, the file itself says
        whether the put was applied. So it may be put again: obstore does not after a reset.
        """
        try:
            return _tag(obstore.put(self._client(), path, content, mode=mode, use_multipart=False))
        except (AlreadyExistsError, PreconditionError):
            return self._own_tag(path, content)
        except (BaseError, FileNotFoundError) as error:
            tag = self._own_tag(path, content)
            gone = isinstance(error, NotFoundError | FileNotFoundError)
            # To create a file fails so only where its bucket is missing.
            if tag is not None or (gone and mode != "create"):
                return tag
            with translate_store_errors(f"{self._address}/{path}", "written"):
                raise error

    def _own_tag(self, path: str, content: bytes) -> Mapping[str, str] | None:
        found = self.read(path)
        return found.tag if found is not None and found.content == content else None


def _tag(meta: Any) -> Mapping[str, str]:
    return {name: meta[name] for name in ("e_tag", "version") if meta.get(name) is not None}
