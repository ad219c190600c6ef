"""A Snowflake database: read as it was at one moment, by Snowflake's connector. Not run here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.database_addresses import DatabaseKind
from spectra_gx.contract.sql.quoting import quote_text
from spectra_gx.engines.databases.driver_connection import CONNECT_SECONDS, DriverConnection
from spectra_gx.engines.databases.server_refusals import LOGIN_REFUSED, NO_ANSWER, NO_DATABASE
from spectra_gx.engines.databases.snowflake.types import read_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.database_addresses import DatabaseAddress
    from spectra_gx.engines.databases.dialect import Read

_SETTINGS = (
    "TIMEZONE = 'UTC'",
    "QUOTED_IDENTIFIERS_IGNORE_CASE = FALSE",
    "DEFAULT_NULL_ORDERING = 'LAST'",
    "ROWS_PER_RESULTSET = 0",
    "ABORT_DETACHED_QUERY = TRUE",
)


class SnowflakeConnection(DriverConnection):
    """Tables as they were when the run began: Snowflake's time travel."""

    kind = DatabaseKind.SNOWFLAKE
    driver = ("snowflake.connector", "snowflake")

    def _connect(self, login: Mapping[str, str]) -> Any:
        host = str(self._address.host)
        key = "private_key" in login
        secret = {name: login[name] for name in ("private_key", "token") if name in login}
        if "private_key_passphrase" in login:
            secret["private_key_password"] = login["private_key_passphrase"]
        return self._driver.connect(
            account=host.partition(".snowflakecomputing.")[0],
            host=host,
            port=self._address.port or 443,
            user=login["user"],
            authenticator="SNOWFLAKE_JWT" if key else "PROGRAMMATIC_ACCESS_TOKEN",
            **secret,
            database=self._address.database,
            role=login.get("role"),
            warehouse=login.get("warehouse"),
            login_timeout=CONNECT_SECONDS,
            application="spectra-gx",
            client_session_keep_alive=False,
            client_out_of_band_telemetry_enabled=False,
        )

    def _pin(self) -> str:
        self._run(f"ALTER SESSION SET {', '.join(_SETTINGS)}")
        [[moment, session]] = self._rows(
            "SELECT TO_VARCHAR(CURRENT_TIMESTAMP(), 'YYYY-MM-DD HH24:MI:SS.FF9 TZHTZM'), "
            "CURRENT_SESSION()"
        )
        self._moment = str(moment)
        return f"at={self._moment} session={session}"

    def _limit(self, seconds: float) -> None:
        self._run(f"ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = {max(round(seconds), 1)}")

    def _relation(self, address: DatabaseAddress) -> str:
        moment = f"TO_TIMESTAMP_TZ({quote_text(self._moment)}, 'YYYY-MM-DD HH24:MI:SS.FF9 TZHTZM')"
        return f"{super()._relation(address)} AT(TIMESTAMP => {moment})"

    def _columns(self, address: DatabaseAddress) -> list[tuple[str, str, Read]]:
        found = self._described(
            address, "column_name", "data_type", "numeric_precision", "numeric_scale",
            "collation_name",
        )  # fmt: skip
        return [(name, *read_type(*facts)) for name, *facts in found]

    def _reason(self, error: Exception) -> str:
        number = getattr(error, "errno", None)
        if number in (250001, 390100, 390144, 394300, 394304):
            return LOGIN_REFUSED
        return NO_DATABASE if number in (2003, 2043) else NO_ANSWER

    def _failure(self, error: Exception) -> str | None:
        number = getattr(error, "errno", None)
        if number in (630, 604):
            return None
        return f"{_CODES.get(number or 0, 'it ended with an error')} (error {number or 'unknown'})"


_CODES = {
    2003: "a table is gone, the user may not read it, or it is older than the snapshot",
    904: "a column is gone, or the user may not read it",
    1003: "the rule cannot be written in Snowflake's SQL",
    100051: "something is divided by zero",
    100038: "a value is not a number",
    100132: "a number is too large",
    606: "the credential names no `warehouse` that computes, or the user has none",
}
