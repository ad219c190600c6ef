"""Why a database on a server cannot be read, without the server's words: they quote values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.errors import DatabaseError

if TYPE_CHECKING:
    from spectra_gx.contract.database_addresses import DatabaseAddress

LOGIN_REFUSED = "it refuses the user or the password; check the table's `credentials`"
NO_DATABASE = "the server has no such database; check the table's `location`"
NO_ANSWER = "the server does not answer; check the address, and that it is reached from here"


def server_refusal(address: DatabaseAddress, reason: str) -> DatabaseError:
    """Return the error of a database that cannot be read."""
    return DatabaseError(f"{address.kind} database `{address.shown}` cannot be read: {reason}")
