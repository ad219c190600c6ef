"""A keyring in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyring.backend import KeyringBackend

if TYPE_CHECKING:
    from collections.abc import Mapping


class MemoryKeyring(KeyringBackend):
    """Has the entries that it is given: service and user → password."""

    priority = 0  # never chosen where another one is installed

    def __init__(self, entries: Mapping[tuple[str, str], str] | None = None) -> None:
        super().__init__()
        self._entries = dict(entries or {})

    def get_password(self, service: str, username: str) -> str | None:
        return self._entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self._entries[service, username]
