"""A SQL Server database: one transaction in SNAPSHOT isolation. It was not run here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.database_addresses import DatabaseKind
from spectra_gx.engines.databases.driver_connection import CONNECT_SECONDS, DriverConnection
from spectra_gx.engines.databases.server_refusals import LOGIN_REFUSED, NO_ANSWER, NO_DATABASE
from spectra_gx.engines.databases.sqlserver.types import read_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.database_addresses import DatabaseAddress
    from spectra_gx.engines.databases.dialect import Read

_BEGIN = (
    "SET ANSI_NULLS, ANSI_WARNINGS, ANSI_PADDING, QUOTED_IDENTIFIER ON",
    "SET ARITHABORT, CONCAT_NULL_YIELDS_NULL ON",
    "SET ROWCOUNT 0",
    "SET XACT_ABORT OFF",
    "SET TRANSACTION ISOLATION LEVEL SNAPSHOT",
    "BEGIN TRANSACTION",
)
_NO_SNAPSHOTS = (
    "it allows no snapshots; its owner allows them with "
    "`ALTER DATABASE … SET ALLOW_SNAPSHOT_ISOLATION ON`"
)


class SqlServerConnection(DriverConnection):
    """One transaction, which sees what was there when its first query began."""

    kind = DatabaseKind.SQL_SERVER
    driver = ("mssql_python", "sqlserver")
    seal = "\x01"

    def _connect(self, login: Mapping[str, str]) -> Any:
        tls = self._address.tls or "verify-full"
        options = {
            "SERVER": f"tcp:{str(self._address.host).strip('[]')},{self._address.port or 1433}",
            "DATABASE": self._address.database,
            "UID": login["user"],
            "PWD": login["password"],
            "Encrypt": "no" if tls == "disable" else "yes",
            "TrustServerCertificate": "no" if tls == "verify-full" else "yes",
            "ApplicationIntent": "ReadOnly",
        }
        text = "".join(f"{name}={_braced(value)};" for name, value in options.items())
        return self._driver.connect(text, autocommit=True, timeout=CONNECT_SECONDS)

    def _pin(self) -> str:
        for statement in _BEGIN:
            self._run(statement)
        # A transaction sees what was there when it first read a table.
        self._rows("SELECT COUNT_BIG(*) FROM sys.schemas")
        [[moment, number]] = self._rows(
            "SELECT CONVERT(VARCHAR(40), SYSUTCDATETIME(), 127), CURRENT_TRANSACTION_ID()"
        )
        return f"snapshot of {moment}Z ({number})"

    def _limit(self, seconds: float) -> None:
        self._connection.timeout = max(round(seconds), 1)

    def _lives(self) -> bool:
        [[open_]] = self._rows("SELECT @@TRANCOUNT")
        return bool(open_)

    def _columns(self, address: DatabaseAddress) -> list[tuple[str, str, Read]]:
        found = self._described(
            address, "column_name", "data_type", "numeric_precision", "numeric_scale"
        )
        return [(name, *read_type(*facts)) for name, *facts in found]

    def _reason(self, error: Exception) -> str:
        text = str(error)
        if "Login failed" in text:
            return LOGIN_REFUSED
        if "Cannot open database" in text:
            return NO_DATABASE
        return _NO_SNAPSHOTS if "Snapshot isolation" in text else NO_ANSWER

    def _failure(self, error: Exception) -> str | None:
        text = str(error)
        if "timeout" in text.lower():
            return None
        found = (why for part, why in _WORDS.items() if part in text)
        return next(found, "it ended with an error")


def _braced(value: str) -> str:
    """Write a value of a connection string; nothing in it can end it."""
    return "{" + value.replace("}", "}}") + "}"


_WORDS = {
    "Snapshot isolation": _NO_SNAPSHOTS,
    "permission was denied": "the user may not read a table or a column",
    "Invalid object name": "a table is gone",
    "Invalid column name": "a column is gone",
    "Divide by zero": "something is divided by zero",
    "Arithmetic overflow": "a number is too large",
    "Incorrect syntax": "the rule cannot be written in SQL Server's SQL",
}
