"""Which options of a credential each server takes, and which host they may be sent to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.contract.database_addresses import DatabaseAddress, DatabaseKind
from spectra_gx.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class _Options:
    """What a server takes."""

    groups: tuple[tuple[str, ...], ...]
    """Options of which one group is needed."""

    beside: tuple[str, ...] = ()
    names_host: bool = True
    """Whether an address says which host gets the secret."""


_OPTIONS: Mapping[DatabaseKind, _Options] = {
    DatabaseKind.POSTGRESQL: _Options((("user",),), ("password", "ca_file")),
    DatabaseKind.MARIADB: _Options((("user",),), ("password", "ca_file")),
    DatabaseKind.SNOWFLAKE: _Options(
        (("user", "private_key"), ("user", "token")),
        ("private_key_passphrase", "role", "warehouse"),
    ),
    DatabaseKind.BIGQUERY: _Options((("service_account_key",), ("token",)), names_host=False),
    DatabaseKind.SQL_SERVER: _Options((("user", "password"),)),
    DatabaseKind.DATABRICKS: _Options((("http_path", "token"),)),
    DatabaseKind.REDSHIFT: _Options((("user", "password"),)),
}


def check_login(address: DatabaseAddress, credentials: str, login: Mapping[str, str]) -> None:
    """Refuse a credential that is not for a server.

    Raises:
        ConfigurationError: It lacks what the server needs, has what it does not take, or would be
            sent to another host than its own.
    """
    known = _OPTIONS[address.kind]
    if not any(set(group) <= login.keys() for group in known.groups):
        forms = ", or ".join(" and ".join(f"`{one}`" for one in group) for group in known.groups)
        raise ConfigurationError(
            f"credential `{credentials}` lacks what {address.kind} needs: {forms}"
        )
    taken = {one for group in known.groups for one in group}.union(known.beside, ("host",))
    for other in sorted(login.keys() - taken):
        raise ConfigurationError(
            f"credential `{credentials}` has `{other}`, which {address.kind} does not take; "
            "remove it, or name another credential"
        )
    if known.names_host:
        _check_host(address, credentials, login)


def _check_host(address: DatabaseAddress, credentials: str, login: Mapping[str, str]) -> None:
    """Refuse to send a secret to a host that the credential is not for.

    A contract may be changed by a branch, and must not decide where a secret is sent.
    """
    host = login.get("host")
    if host is None and not address.loopback:
        raise ConfigurationError(
            f"credential `{credentials}` does not say for which host it is, and `{address.shown}` "
            'is on another machine; add `host = "env:…"` to it'
        )
    if host is not None and host != address.host:
        raise ConfigurationError(
            f"credential `{credentials}` is for another host than that of `{address.shown}`; "
            "name another"
        )
