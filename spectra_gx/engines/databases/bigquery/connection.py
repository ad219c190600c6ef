"""A BigQuery dataset: read as it was at one moment, by Google's client. Not run here."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.database_addresses import DatabaseKind
from spectra_gx.contract.sql.quoting import quote_text
from spectra_gx.engines.databases.bigquery.types import read_type
from spectra_gx.engines.databases.driver_connection import DriverConnection
from spectra_gx.engines.databases.server_refusals import LOGIN_REFUSED, NO_ANSWER, NO_DATABASE
from spectra_gx.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.database_addresses import DatabaseAddress
    from spectra_gx.engines.databases.dialect import Read

_OWN_QUERY_SECONDS = 60
_REFUSED, _GONE = (401, 403), (404,)


class BigQueryConnection(DriverConnection):
    """Tables as they were when the run began: BigQuery's time travel."""

    kind = DatabaseKind.BIGQUERY
    driver = ("google.cloud.bigquery", "bigquery")

    def _connect(self, login: Mapping[str, str]) -> Any:
        project = str(self._address.host)
        if "service_account_key" in login:
            try:
                key = json.loads(login["service_account_key"])
            except ValueError:
                raise ConfigurationError("`service_account_key` is no JSON") from None
            client = self._driver.Client.from_service_account_info(key, project=project)
        else:
            accounts = importlib.import_module("google.oauth2.credentials")
            credentials = accounts.Credentials(login["token"])
            client = self._driver.Client(project=project, credentials=credentials)
        interface = importlib.import_module("google.cloud.bigquery.dbapi")
        return interface.connect(client, prefer_bqstorage_client=False)

    def _pin(self) -> str:
        [[moment]] = self._rows(
            "SELECT FORMAT_TIMESTAMP('%F %H:%M:%E6S+00:00', CURRENT_TIMESTAMP())"
        )
        self._moment = str(moment)
        return f"at={self._moment}"

    def _limit(self, seconds: float) -> None:
        """Leave it to `_execute`: the time is limited by each job's own configuration."""

    def _execute(self, cursor: Any, sql: str) -> None:
        seconds = self._seconds or _OWN_QUERY_SECONDS
        limited = self._driver.QueryJobConfig(
            job_timeout_ms=round(seconds * 1000), use_legacy_sql=False
        )
        # The driver reads `%%` as one `%`, with or without parameters.
        cursor.execute(sql.replace("%", "%%"), job_config=limited)

    def _relation(self, address: DatabaseAddress) -> str:
        # The moment is named after an alias; within parentheses there is none.
        names = (str(address.host), address.database, address.table)
        table = ".".join(map(self._quote, names))
        return f"(SELECT * FROM {table} FOR SYSTEM_TIME AS OF TIMESTAMP {quote_text(self._moment)})"

    def _columns(self, address: DatabaseAddress) -> list[tuple[str, str, Read]]:
        found = self._rows(
            "SELECT column_name, data_type, collation_name "
            f"FROM {self._place(address)}.INFORMATION_SCHEMA.COLUMNS "
            f"WHERE table_name = {quote_text(address.table)} ORDER BY ordinal_position"
        )
        return [(name, *read_type(*facts)) for name, *facts in found]

    def _table_names(self, address: DatabaseAddress) -> list[str]:
        found = self._rows(
            f"SELECT table_name FROM {self._place(address)}.INFORMATION_SCHEMA.TABLES"
        )
        return [name for (name,) in found]

    def _place(self, address: DatabaseAddress) -> str:
        return f"{self._quote(str(address.host))}.{self._quote(address.database)}"

    def _quote(self, name: str) -> str:
        return f"`{name}`"

    def _reason(self, error: Exception) -> str:
        code = _code(error)
        if code in _REFUSED:
            return LOGIN_REFUSED
        return NO_DATABASE if code in _GONE else NO_ANSWER

    def _failure(self, error: Exception) -> str | None:
        text, code = str(error), _code(error)
        if "timed out" in text or "timeout" in text:
            return None
        if code in _REFUSED:
            return "the user may not read a table, or not run jobs in the project"
        if "division by zero" in text:
            return "something is divided by zero"
        if "NaN" in text:
            return "a value is not a number"
        if "FOR SYSTEM_TIME" in text or "view" in text.lower():
            return "it keeps no versions of a view; name its table"
        return f"it ended with an error (code {code or 'unknown'})"


def _code(error: Exception) -> int | None:
    """Return the HTTP status that the client wraps, or none."""
    for one in (error, *error.args):
        code = getattr(one, "code", None)
        if isinstance(code, int):
            return int(code)
    return None
