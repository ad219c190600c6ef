"""A Redshift database: one transaction that only reads, by Amazon's driver. Not run here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.database_addresses import DatabaseKind, quoted_names
from spectra_gx.contract.sql.quoting import quote_text
from spectra_gx.engines.databases.driver_connection import CONNECT_SECONDS, DriverConnection
from spectra_gx.engines.databases.redshift.types import read_type
from spectra_gx.engines.databases.server_refusals import LOGIN_REFUSED, NO_ANSWER, NO_DATABASE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.database_addresses import DatabaseAddress
    from spectra_gx.engines.databases.dialect import Read

_BEGIN = (
    "SET timezone TO 'UTC'",
    "SET search_path TO ''",
    "SET enable_case_sensitive_identifier TO true",
    "BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE READ ONLY",
)


class RedshiftConnection(DriverConnection):
    """One transaction; an error ends it, since Redshift has no savepoints."""

    kind = DatabaseKind.REDSHIFT
    driver = ("redshift_connector", "redshift")
    seal = "\x01"
    outlives_errors = False

    def _connect(self, login: Mapping[str, str]) -> Any:
        tls = self._address.tls or "verify-full"
        protected = {"ssl": True, "sslmode": "verify-full" if tls == "verify-full" else "verify-ca"}
        connection = self._driver.connect(
            host=str(self._address.host),
            port=self._address.port or 5439,
            database=self._address.database,
            user=login["user"],
            password=login["password"],
            timeout=CONNECT_SECONDS,
            application_name="spectra-gx",
            **({"ssl": False} if tls == "disable" else protected),
        )
        connection.autocommit = True  # the transaction is begun below, once
        return connection

    def _pin(self) -> str:
        for statement in _BEGIN:
            self._run(statement)
        # A transaction sees what was there when its first query began.
        [[moment, process]] = self._rows("SELECT CAST(GETDATE() AS VARCHAR), pg_backend_pid()")
        return f"snapshot of {moment} ({process})"

    def _limit(self, seconds: float) -> None:
        self._run(f"SET statement_timeout TO {round(seconds * 1000)}")

    def _execute(self, cursor: Any, sql: str) -> None:
        # By default the driver reads every % as a parameter's.
        cursor.paramstyle = "qmark"
        cursor.execute(sql)

    def _relation(self, address: DatabaseAddress) -> str:
        return quoted_names(address)

    def _columns(self, address: DatabaseAddress) -> list[tuple[str, str, Read]]:
        found = self._rows(
            "SELECT column_name, data_type, numeric_precision, numeric_scale FROM svv_columns "
            f"WHERE table_schema = {quote_text(address.schema or '')} "
            f"AND table_name = {quote_text(address.table)} ORDER BY ordinal_position"
        )
        return [(name, *read_type(*facts)) for name, *facts in found]

    def _table_names(self, _: DatabaseAddress) -> list[str]:
        found = self._rows("SELECT table_schema, table_name FROM svv_tables")
        return [f"{schema}.{table}" for schema, table in found]

    def _reason(self, error: Exception) -> str:
        state = _state(error)
        if state.startswith("28"):
            return LOGIN_REFUSED
        return NO_DATABASE if state == "3D000" else NO_ANSWER

    def _failure(self, error: Exception) -> str | None:
        state = _state(error)
        if state == "57014":
            return None
        return f"{_STATES.get(state, 'it ended with an error')} (SQLSTATE {state or 'unknown'})"


def _state(error: Exception) -> str:
    """Return the SQLSTATE of what the server answered."""
    answer = error.args[0] if error.args else None
    return str(answer.get("C", "")) if isinstance(answer, dict) else ""


_STATES = {
    "42501": "the user may not read a table or a column",
    "42P01": "a table is gone",
    "42703": "a column is gone",
    "22012": "something is divided by zero",
    "22003": "a number is too large",
    "22P02": "a value is not a number",
    "25006": "it would have to write",
}
