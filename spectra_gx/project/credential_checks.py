"""What lint says about credentials by name, and about environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.model import Place
from spectra_gx.contract.problems import Report
from spectra_gx.contract.settings_file import CREDENTIALS_PATH, SettingsFile
from spectra_gx.contract.stage_files import SETTINGS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from spectra_gx.contract.model import StageContract
    from spectra_gx.contract.settings_file import Steps

_SETTINGS = ("tool", "spectra-gx")
_ENVIRONMENTS = (*_SETTINGS, "environments")


def check_credential_names(root: Path, contract: StageContract) -> Iterator[Report]:
    """Yield a report on a contract that names credentials which nothing declares."""
    named = [table for table in contract.tables if table.credentials is not None]
    if not named:
        return
    known = _declared(SettingsFile(root))
    report = Report(contract.file or SETTINGS_FILE)
    for table in named:
        if table.credentials not in known:
            message = f"table {quote(table.name)} names {_unknown(table.credentials or '', known)}"
            report.add(table.place or Place(report.file, 1, 1), message, "meaning")
    yield report


def check_declarations(root: Path) -> Sequence[Report]:
    """Return a report on the credentials and environments of pyproject.toml; none without any."""
    file = SettingsFile(root)
    credentials, environments = file.table(CREDENTIALS_PATH), file.table(_ENVIRONMENTS)
    if file.report.problems:
        return []  # it cannot be read, which is reported where it is needed
    if credentials:
        from spectra_gx.store.credentials.declarations import read_credentials

        read_credentials(file)
    settings: list[Steps] = [_SETTINGS]
    if environments:
        from spectra_gx.settings import Settings
        from spectra_gx.settings.environments import check_environments

        check_environments(file, Settings)
        settings += [(*_ENVIRONMENTS, name) for name in environments]
    known = _declared(file)
    for path in settings:
        name = file.table((*path, "warehouse_credentials"))
        if isinstance(name, str) and name not in known:
            file.add((*path, "warehouse_credentials"), f"names {_unknown(name, known)}")
    return [file.report] if credentials or environments or file.report.problems else []


def _declared(file: SettingsFile) -> set[str]:
    """Return the names of credentials, also those that an environment alone has."""
    environments = file.table(_ENVIRONMENTS)
    paths: list[Steps] = [CREDENTIALS_PATH]
    if isinstance(environments, dict):
        paths += [(*_ENVIRONMENTS, name, "credentials") for name in environments]
    tables = [file.table(path) for path in paths]
    return {name for table in tables if isinstance(table, dict) for name in table}


def _unknown(name: str, known: set[str]) -> str:
    hint = did_you_mean(name, known) or (
        f"; declare it in pyproject.toml under `[tool.spectra-gx.credentials.{name}]`"
    )
    return f"credential {quote(name)}, which does not exist{hint}"
