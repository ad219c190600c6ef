"""A Databricks catalogue: Delta tables at a version each, by its connector. Not run here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.database_addresses import DatabaseKind
from spectra_gx.contract.sql.quoting import quote_backticked
from spectra_gx.engines.databases.databricks.types import read_type
from spectra_gx.engines.databases.driver_connection import CONNECT_SECONDS, DriverConnection
from spectra_gx.engines.databases.server_refusals import LOGIN_REFUSED, NO_ANSWER, NO_DATABASE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.database_addresses import DatabaseAddress
    from spectra_gx.engines.databases.dialect import Read

_SETTINGS = {"ANSI_MODE": "true", "TIMEZONE": "UTC"}
"""What cannot be calculated ends a query, and days begin in UTC."""


class DatabricksConnection(DriverConnection):
    """Delta tables, each at the version that it had when it was described."""

    kind = DatabaseKind.DATABRICKS
    driver = ("databricks.sql", "databricks")

    def _connect(self, login: Mapping[str, str]) -> Any:
        return self._driver.connect(
            server_hostname=str(self._address.host),
            http_path=login["http_path"],
            access_token=login["token"],
            session_configuration=dict(_SETTINGS),
            user_agent_entry="spectra-gx",
            enable_telemetry=False,
            _socket_timeout=CONNECT_SECONDS * 6,
        )

    def _pin(self) -> str:
        self._versions: dict[str, int] = {}
        return ""

    @property
    def version(self) -> str:
        """The version of each table, for the log."""
        return " ".join(f"{table}@{version}" for table, version in self._versions.items())

    def _limit(self, seconds: float) -> None:
        self._run(f"SET STATEMENT_TIMEOUT = {max(round(seconds), 1)}")

    def _relation(self, address: DatabaseAddress) -> str:
        table = super()._relation(address)
        [[version, *_]] = self._rows(f"DESCRIBE HISTORY {table} LIMIT 1")
        self._versions[f"{address.schema}.{address.table}"] = int(version)
        return f"{table} VERSION AS OF {int(version)}"

    def _columns(self, address: DatabaseAddress) -> list[tuple[str, str, Read]]:
        found = self._described(address, "column_name", "full_data_type")
        return [(name, *read_type(native)) for name, native in found]

    def _quote(self, name: str) -> str:
        return quote_backticked(name)

    def _reason(self, error: Exception) -> str:
        text = str(error)
        if "401" in text or "403" in text or "PERMISSION_DENIED" in text:
            return LOGIN_REFUSED
        if "NOT_FOUND" in text:
            return NO_DATABASE
        if "DELTA" in text or "HISTORY" in text:
            return "it keeps no versions of it, as of a view; name a Delta table"
        return NO_ANSWER

    def _failure(self, error: Exception) -> str | None:
        text = str(error)
        if "timed out" in text.lower() or "STATEMENT_TIMEOUT" in text:
            return None
        found = (why for part, why in _WORDS.items() if part in text)
        return next(found, "it ended with an error")


_WORDS = {
    "DIVIDE_BY_ZERO": "something is divided by zero",
    "gave NaN": "a value is not a number",
    "ARITHMETIC_OVERFLOW": "a number is too large",
    "INSUFFICIENT_PERMISSIONS": "the user may not read a table",
    "TABLE_OR_VIEW_NOT_FOUND": "a table is gone",
    "UNRESOLVED_COLUMN": "a column is gone",
    "PARSE_SYNTAX_ERROR": "the rule cannot be written in Databricks' SQL",
}
