"""Named credentials as options that are valid now: read when they are needed, and again in time."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import SecretStr

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.errors import ConfigurationError
from spectra_gx.store.credentials.log_filter import suppress_logs
from spectra_gx.store.credentials.registry import open_issuer, read_secret
from spectra_gx.store.options import secret_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from spectra_gx.store.credentials.declarations import Credential
    from spectra_gx.store.credentials.references import Reference
    from spectra_gx.store.credentials.sources import Issuer, SecretSources

logger = logging.getLogger(__name__)

READ_AGAIN = timedelta(seconds=60)
"""After which a secret is read again, so that a rotated one is found."""

_LONGEST = timedelta(minutes=55)
"""After which a token is renewed whatever it says of its end: most live for an hour."""

_MOST_MARGIN = timedelta(minutes=5)
_MARGIN_SHARE = 0.2
"""How long before its end a token is renewed, of what it lives."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class NamedCredentials:
    """The credentials that a project declares; safe to use from several threads."""

    def __init__(
        self,
        declared: Mapping[str, Credential],
        sources: SecretSources,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        """Take what is declared; nothing is read yet."""
        self._held = {name: _Held(one, sources, now) for name, one in declared.items()}

    def __repr__(self) -> str:
        return f"NamedCredentials({', '.join(self._held)})"

    @property
    def declared(self) -> tuple[Credential, ...]:
        """What is declared, in order."""
        return tuple(held.credential for held in self._held.values())

    def find(self, name: str) -> Credential:
        """Return a credential as it is declared.

        Raises:
            ConfigurationError: There is none of that name.
        """
        return self._one(name).credential

    def options(self, name: str) -> Mapping[str, str]:
        """Return a credential's options, valid now; the same object until something changes.

        Raises:
            ConfigurationError: There is none of that name, or a secret of it cannot be read.
        """
        return self._one(name).options()

    def secrets(self) -> tuple[SecretStr, ...]:
        """Return every secret that was read so far, also those that have been replaced."""
        return tuple(secret for held in self._held.values() for secret in held.known())

    def _one(self, name: str) -> _Held:
        if name in self._held:
            return self._held[name]
        hint = did_you_mean(name, self._held) or (
            f"; declare it in pyproject.toml under `[tool.spectra-gx.credentials.{name}]`"
        )
        raise ConfigurationError(f"there is no credential {quote(name)}{hint}")


@dataclass
class _Held:
    """One credential, and what was read of it."""

    credential: Credential
    sources: SecretSources = field(repr=False)
    now: Callable[[], datetime]
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _issuer: Issuer | None = field(default=None, repr=False)
    _options: Mapping[str, str] | None = field(default=None, repr=False)
    _until: datetime | None = None
    """When they have to be read again."""

    _expires: datetime | None = None
    _known: dict[str, None] = field(default_factory=dict, repr=False)

    def options(self) -> Mapping[str, str]:
        with self._lock:
            now = self.now()
            if self._options is None or self._until is None or now >= self._until:
                self._renew(now)
            assert self._options is not None  # noqa: S101 - renewed, or an error was raised
            return self._options

    def known(self) -> Iterator[SecretStr]:
        with self._lock:
            return iter([SecretStr(value) for value in self._known])

    def _renew(self, now: datetime) -> None:
        try:
            options, expires = self._read()
        except ConfigurationError as error:
            expired = self._expires is not None and now >= self._expires
            if self._options is None or expired:
                raise
            # The store decides whether it is still valid; a run does not end with its vault.
            logger.warning("%s; until then, what was read before is used", error.message)
            again = now + READ_AGAIN
            self._until = again if self._expires is None else min(again, self._expires)
            return
        if expires is not None and expires <= now:
            expires = None  # issued this moment: the clock of this machine is ahead
        secret = secret_options(self.credential.kind)
        self._known |= {value: None for name, value in options.items() if name in secret}
        if options != self._options:
            self._options = options
        self._expires = expires
        self._until = now + _life(None if expires is None else expires - now)

    def _read(self) -> tuple[Mapping[str, str], datetime | None]:
        credential = self.credential
        options = {name: self._value(name, value) for name, value in credential.options.items()}
        if credential.provider is None:
            return options, None
        with self._placed("provider"):
            if self._issuer is None:
                self._issuer = open_issuer(credential.provider, self.sources)
            with suppress_logs():
                issued = self._issuer.issue(options)
        keys = secret_options(credential.kind)
        renewed = {name: value for name, value in issued.options.items() if name in keys}
        return {**issued.options, **options, **renewed}, issued.expires

    def _value(self, name: str, value: str | Reference) -> str:
        if isinstance(value, str):
            return value
        with self._placed(name), suppress_logs():
            return read_secret(value, self.sources)

    @contextmanager
    def _placed(self, option: str) -> Iterator[None]:
        """Say in an error of which credential and option it is."""
        try:
            yield
        except ConfigurationError as error:
            place = self.credential.place
            raise ConfigurationError(
                f"{place.file}:{place.line}:{place.column}: credential `{self.credential.name}`, "
                f"`{option}`: {error.message}",
                retryable=error.retryable,
            ) from None


def _life(left: timedelta | None) -> timedelta:
    """Return how long what was read is used; `left` is until its end, by this machine's clock.

    Where that clock is behind, the end seems to be far.
    """
    if left is None:
        return READ_AGAIN
    return min(left - min(_MOST_MARGIN, left * _MARGIN_SHARE), _LONGEST)
